"""Paths that somebody typed: they stay below the base URL, and mean what they seem to mean.

The table of calls is asked about a path as it is written. So whatever a server might read in
another way is refused: dots that climb, doubled slashes, and escapes of what needs none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SEGMENT: Final = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,=:@]|%[0-9A-Fa-f]{2})+", re.ASCII)
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
# What must not hide behind an escape: control characters, slashes, another escape, plain letters.
_HIDDEN: Final = re.compile(rb"[\x00-\x1f\x7f/\\%?#;A-Za-z0-9\-._~]")


@dataclass(frozen=True, slots=True)
class Location:
    """A path below the base URL, with the parameters that were written behind it."""

    path: str
    params: Mapping[str, list[str]] = field(default_factory=dict)


def locate(text: str) -> Location:
    """Read a path, with or without the first slash; ValueError says what is wrong with it."""
    path, question, query = text.partition("?")
    if _SCHEME.match(path):
        raise ValueError("it is a whole URL; only the part below the target's base URL is wanted")
    segments = path.removeprefix("/").split("/")
    for segment in segments:
        _check(segment)
    params: dict[str, list[str]] = {}
    for name, value in _pairs(query) if question else ():
        params.setdefault(name, []).append(value)
    return Location("/" + "/".join(segments), params)


def _check(segment: str) -> None:
    if not segment:
        raise ValueError("it has an empty part: a doubled slash, or one at its end")
    if segment in {".", ".."}:
        raise ValueError(f"it must not climb with {segment!r}")
    if not _SEGMENT.fullmatch(segment):
        raise ValueError(f"{segment!r} has a character that must be written as %XX, or not at all")
    for escape in _ESCAPE.finditer(segment):
        if _HIDDEN.fullmatch(bytes.fromhex(escape[1])):
            raise ValueError(f"{escape[0]!r} hides a character that must be plain, or not there")


def _pairs(query: str) -> list[tuple[str, str]]:
    if not query.isascii() or not query.isprintable() or re.search(r"[#\s\\]", query):
        raise ValueError("its query has a character that must be written as %XX")
    try:
        return parse_qsl(query, keep_blank_values=True, strict_parsing=True)
    except ValueError as error:
        raise ValueError("its query is not of the form name=value&name=value") from error
