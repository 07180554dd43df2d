"""The neutral document: what a result says, before anybody decides how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mpctl.diagnostics import Diagnostic


class Tone(StrEnum):
    """How a row deserves to be looked at.

    `danger`: more mail gets through, or something failed. `caution`: mail may be lost. `calm`:
    safe. `muted`: for completeness.
    """

    DANGER = "danger"
    CAUTION = "caution"
    CALM = "calm"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class Row:
    """One change or outcome: its sign, what it is about, what it does, where it comes from."""

    sign: str
    subject: str
    effect: str
    source: str = ""
    note: str = ""
    tone: Tone = Tone.CALM
    prominent: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """All that is said about one entity; sections of one `group` come one after the other."""

    title: str
    rows: tuple[Row, ...]
    footer: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings, for listings; an empty table says `empty`.

    The cells of the columns that `elastic` names may be cut to fit a screen.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    empty: str = "nothing"
    elastic: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines that are shown as they are: a difference of a file, commands to copy."""

    title: str
    lines: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A result: a verdict in one line, sections, what went wrong, and a line worth quoting."""

    headline: str
    summary: str
    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    digest: str = ""
    banner: str = ""
    tone: Tone = Tone.CALM
