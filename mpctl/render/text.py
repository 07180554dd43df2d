"""A document for a terminal, or for a file: aligned columns, colour only where it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

from mpctl.core.stage import Stage
from mpctl.diagnostics import Diagnostic, Severity
from mpctl.render.columns import in_columns
from mpctl.render.document import Document, Excerpt, Row, Section, Table, Tone
from mpctl.render.words import printable
from mpctl.stages import during

if TYPE_CHECKING:
    from rich.style import Style

_Painter = Callable[[str, str], str]

_STYLES: Final = {
    Tone.DANGER: "bold red",
    Tone.CAUTION: "yellow",
    Tone.CALM: "green",
    Tone.MUTED: "dim",
}
_SEVERITIES: Final = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.NOTE: "cyan",
}
_CHANGED: Final = {"+": "green", "-": "red", "@": "dim"}
_WIDEST: Final = 56


@dataclass(frozen=True, slots=True)
class _Widths:
    """The columns of a document; a subject wider than its column shifts only its own row."""

    subject: int
    effect: int

    @classmethod
    def of(cls, sections: Iterable[Section]) -> _Widths:
        rows = [row for section in sections for row in section.rows]
        subject = max((len(printable(row.subject)) for row in rows), default=0)
        effect = max((len(row.effect) for row in rows), default=0)
        return cls(min(subject, _WIDEST), effect)


@during(Stage.RENDER)
def render_text(document: Document, *, color: bool, width: int | None = None) -> str:
    """The whole document, ending in a newline; tables that may be cut fit into `width` columns."""
    paint = _paint if color else _plain
    widths = _Widths.of(document.sections)
    blocks = [
        _banner(document, paint),
        paint(printable_lines(document.headline), _STYLES[document.tone])
        if document.headline
        else "",
        *_sections(document.sections, widths, paint),
        *(_table(table, paint, width) for table in document.tables),
        *(_excerpt(excerpt, paint) for excerpt in document.excerpts),
        render_diagnostics(document.diagnostics, color=color).rstrip("\n"),
        _last_line(document, paint),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def render_diagnostics(diagnostics: Iterable[Diagnostic], *, color: bool) -> str:
    """Problems, one paragraph each: place, severity, code and what; then why and what to do."""
    paint = _paint if color else _plain
    return "\n".join("\n".join(_diagnostic(d, paint)) + "\n" for d in diagnostics)


def printable_lines(text: str) -> str:
    """The text line by line, each made printable."""
    return "\n".join(printable(line) for line in text.split("\n"))


def _diagnostic(diagnostic: Diagnostic, paint: _Painter) -> Iterator[str]:
    where = str(diagnostic.origin or diagnostic.entity or "mpctl")
    label = f"{diagnostic.severity.value}[{diagnostic.code.value}]"
    style = _SEVERITIES[diagnostic.severity]
    yield f"{printable(where)}: {paint(label, style)}: {printable(diagnostic.summary)}"
    for sentence in (diagnostic.why, diagnostic.fix):
        for line in sentence.split("\n") if sentence else ():
            yield f"  {printable(line)}"


def _banner(document: Document, paint: _Painter) -> str:
    return paint(document.banner, "bold magenta") if document.banner else ""


def _sections(sections: Sequence[Section], widths: _Widths, paint: _Painter) -> Iterator[str]:
    for group, members in groupby(sections, lambda section: section.group):
        if group:
            yield paint(f"== {group} ==", "bold")
        yield from (_section(section, widths, paint) for section in members)


def _section(section: Section, widths: _Widths, paint: _Painter) -> str:
    lines = [paint(printable(section.title), "bold")]
    lines += [_row(row, widths, paint) for row in section.rows]
    if section.footer:
        lines.append(paint(f"    {section.footer}", "dim"))
    return "\n".join(lines)


def _table(table: Table, paint: _Painter, width: int | None) -> str:
    title = [paint(printable(table.title), "bold")] if table.title else []
    if not table.rows:
        return "\n".join([*title, paint(table.empty, "dim")])
    cells = [tuple(map(printable, row)) for row in table.rows]
    elastic = frozenset(map(table.columns.index, table.elastic))
    lines = in_columns([table.columns, *cells], elastic, width)
    head = len(lines) // (len(cells) + 1)
    return "\n".join([*title, *(paint(line, "dim") for line in lines[:head]), *lines[head:]])


def _excerpt(excerpt: Excerpt, paint: _Painter) -> str:
    lines = (f"  {printable(line)}".rstrip() for line in excerpt.lines)
    if excerpt.language == "diff":
        lines = (paint(line, _CHANGED.get(line[2:3], "")) for line in lines)
    return "\n".join([paint(printable(excerpt.title), "bold"), *lines])


def _row(row: Row, widths: _Widths, paint: _Painter) -> str:
    subject = f"{row.sign} {printable(row.subject)}".ljust(widths.subject + 2)
    head = paint(subject, _STYLES[row.tone])
    effect = paint(row.effect.ljust(widths.effect), _STYLES[row.tone])
    tail = "   ".join(printable(part) for part in (row.source, row.note) if part)
    return f"  {head}  {effect}  {tail}".rstrip()


def _last_line(document: Document, paint: _Painter) -> str:
    if not document.summary:
        return ""
    plan = f"   plan {document.digest}" if document.digest else ""
    return paint(document.summary, "bold") + plan


def _plain(text: str, _: str) -> str:
    return text


def _paint(text: str, style: str) -> str:
    return "\n".join(_style(style).render(line) for line in text.split("\n"))


@cache
def _style(name: str) -> Style:
    # rich is slow to import, and most output has no colour.
    from rich.style import Style  # noqa: PLC0415

    return Style.parse(name)
