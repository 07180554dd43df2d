"""Keys added to a mapping of a document, and values exchanged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mpctl.policy.edit.lists import block_of
from mpctl.policy.edit.outline import Node
from mpctl.policy.edit.splice import (
    Splice,
    Unsafe,
    is_blank,
    line_end,
    line_start,
    next_line,
    whole_lines,
)

# The order in which the documentation writes the keys of an entity.
ORDER: Final = (
    *("entity", "target", "manage", "when_missing", "unsupported", "waive"),
    *("include", "except", "settings", "allow", "block", "absent", "ignore"),
)
_COMMENT: Final = re.compile(r"[ \t]*#")


def section_added(text: str, root: Node, key: str, lines: Sequence[str]) -> list[Splice]:
    """Put a key with its lines, the first of which names it, where it stands by custom."""
    before = _predecessor(root, key)
    at = _behind_comments(text, before, root.column)
    margin = " " * root.column
    spaced = [""] if len(lines) > 1 and _is_spaced(text, root) else []
    written = block_of(text, [*spaced, *(margin + line for line in lines)])
    return [Splice(at, at, written)]


def pair_added(text: str, mapping: Node, key: str, value: str) -> list[Splice]:
    """Put a key with a scalar, or something in brackets, at the end of a mapping."""
    pair = f"{key}: {value}"
    if not mapping.children:
        return [Splice(mapping.start + 1, mapping.start + 1, pair)]
    last = mapping.children[-1]
    if mapping.flow:
        return [Splice(last.end, last.end, f", {pair}")]
    at = line_end(text, last.end)
    column = mapping.children[0].column
    return [Splice(at, at, block_of(text, [" " * column + pair]))]


def pair_removed(text: str, mapping: Node, key: str) -> list[Splice]:
    """Take a key out of a mapping with several."""
    keys = [name.text for name, _ in mapping.pairs]
    index = keys.index(key)
    name, value = mapping.children[2 * index : 2 * index + 2]
    if mapping.flow and index:
        return [Splice(mapping.children[2 * index - 1].end, value.end)]
    if mapping.flow:
        return [Splice(name.start, mapping.children[2].start)]
    if not is_blank(text, line_start(text, name.start), name.start):
        raise Unsafe(f"{key!r} does not begin its line")
    return [whole_lines(text, name.start, value.end)]


def value_set(node: Node, value: str) -> list[Splice]:
    """Exchange a value."""
    return [Splice(node.start, node.end, value)]


def _predecessor(root: Node, key: str) -> tuple[Node, Node]:
    """The pair behind which a key goes: of those before it by custom, the one that stands last."""
    if root.flow:
        raise Unsafe("the whole document stands in brackets")
    earlier = ORDER[: ORDER.index(key)]
    pairs = [pair for pair in root.pairs if pair[0].text in earlier]
    for name in reversed(earlier):
        for pair in pairs:
            if pair[0].text == name:
                return pair
    raise Unsafe("the document does not write its own entity")


def _behind_comments(text: str, pair: tuple[Node, Node], column: int) -> int:
    """The end of the line on which a value ends, or of the comments that belong to it."""
    at = line_end(text, pair[1].end)
    while True:
        start = next_line(text, at)
        comment = _COMMENT.match(text, start)
        if start >= len(text) or comment is None or comment.end() - start - 1 <= column:
            return at
        at = line_end(text, start)


def _is_spaced(text: str, root: Node) -> bool:
    """Tell whether there are empty lines between the keys of a document."""
    values, keys = root.children[1::2], root.children[2::2]
    gaps = (text[value.end : key.start] for value, key in zip(values, keys, strict=False))
    return any(re.search(r"(\r\n|\n|\r)[ \t]*\1", gap) for gap in gaps)
