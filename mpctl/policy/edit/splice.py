"""Pieces put into a text or taken out of it, and where its lines begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

# What YAML 1.1 counts as the end of a line.
_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_USUAL: Final = re.compile(r"\r\n|\n|\r")


class Unsafe(Exception):
    """An edit that cannot be made safely by position; the message completes "because ..."."""


@dataclass(frozen=True, slots=True)
class Splice:
    """The text from `start` to `end` becomes `text`; indices are into the text before all edits."""

    start: int
    end: int
    text: str = ""


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """Carry all of them out; they must not overlap, and at one place the earlier comes first."""
    parts, done = [], 0
    for splice in sorted(splices, key=lambda each: each.start):
        if splice.start < done:
            raise Unsafe("two parts of the change meet at one place")
        parts += [text[done : splice.start], splice.text]
        done = splice.end
    return "".join([*parts, text[done:]])


def newline_of(text: str) -> str:
    """How the lines of a text end: as the first one does."""
    found = _USUAL.search(text)
    return found[0] if found else "\n"


def line_start(text: str, index: int) -> int:
    """Where the line begins in which an index lies."""
    start = 0
    for found in _BREAK.finditer(text, 0, index):
        start = found.end()
    return start


def line_end(text: str, index: int) -> int:
    """Where the line ends, its break excluded, in which an index lies."""
    found = _BREAK.search(text, index)
    return found.start() if found else len(text)


def next_line(text: str, index: int) -> int:
    """Where the next line begins; the end of the text if there is none."""
    found = _BREAK.search(text, index)
    return found.end() if found else len(text)


def whole_lines(text: str, start: int, end: int) -> Splice:
    """Take out the lines that a range touches; without a break at the end, the one before goes."""
    first, last = line_start(text, start), next_line(text, end)
    if last == len(text) and line_end(text, end) == len(text):
        first = len(text[:first].removesuffix("\n").removesuffix("\r"))
    return Splice(first, last)


def is_blank(text: str, start: int, end: int) -> bool:
    """Tell whether there is nothing but white space in a range."""
    return not text[start:end].strip()
