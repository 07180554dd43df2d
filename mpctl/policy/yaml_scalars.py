"""What one YAML scalar means: text, unless it is plainly true, false, nothing or an integer."""

from __future__ import annotations

from typing import Any, Final

CORE: Final = "tag:yaml.org,2002:"

_WORDS: Final[dict[str, bool | None]] = {
    "true": True,
    "false": False,
    "": None,
    "~": None,
    "null": None,
}
_INTEGER_START: Final = frozenset("-0123456789")
_MAX_DIGITS: Final = 15
_TYPES: Final = {f"{CORE}int": int, f"{CORE}bool": bool}


class TagError(ValueError):
    """A tag that a policy may not use, or that its value does not fit."""


def plain(text: str) -> str | int | bool | None:
    """Read a scalar without quotes.

    A number is an integer only if `str` gives back exactly what was written: `0471` stays text.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _INTEGER_START and len(text) <= _MAX_DIGITS + 1:
        return _integer(text)
    return text


def tagged(text: str, tag: str) -> Any:
    """Read a scalar with an explicit tag.

    Raises TagError for every tag but str, int and bool.
    """
    if tag in {f"{CORE}str", "!"}:
        return text
    value = plain(text)
    if type(value) is not _TYPES.get(tag):
        raise TagError(tag)
    return value


def _integer(text: str) -> str | int:
    try:
        value = int(text)
    except ValueError:
        return text
    return value if str(value) == text and len(text.lstrip("-")) <= _MAX_DIGITS else text
