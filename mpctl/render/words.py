"""Numbers with their nouns, and values that a screen can bear."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

# Characters that are printable by Unicode's word but reorder or hide what stands around them.
_DECEPTIVE: Final = frozenset(
    chr(code)
    for code in (
        0xAD,
        0x61C,
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
    )
)


def count(number: int, singular: str, plural: str = "") -> str:
    """Put a number and its noun together: 1 entity, 2 entities."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def listed(parts: Iterable[tuple[int, str]]) -> str:
    """Join the parts whose number is not zero: `2 to add, 1 to remove`."""
    return ", ".join(f"{number} {words}" for number, words in parts if number)


def printable(text: str) -> str:
    """The text with everything escaped that could move the cursor, hide or reorder characters."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character.isprintable() and character not in _DECEPTIVE:
        return character
    return character.encode("unicode_escape").decode("ascii")


def shortened(text: str, limit: int) -> str:
    """The text, cut with an ellipsis where it exceeds `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
