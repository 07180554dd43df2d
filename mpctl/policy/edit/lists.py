"""Items added to a list of a document, and taken out of it."""

from __future__ import annotations

from mpctl.policy.edit.outline import Form, Node
from mpctl.policy.edit.splice import (
    Splice,
    Unsafe,
    is_blank,
    line_end,
    line_start,
    newline_of,
    whole_lines,
)
from mpctl.policy.edit.writing import Spoken


def item_added(text: str, key: Node, items: Node, rule: Spoken) -> list[Splice]:
    """Put a rule behind the last item of the list under a key."""
    if not items.children:
        return _added_to_empty(text, key, items, rule)
    if items.flow:
        return _added_in_brackets(text, items, rule)
    last = items.children[-1]
    dash = dash_before(text, last)
    margin = text[line_start(text, dash) : dash]
    gap = text[dash + 1 : last.start]
    written = dashed(rule, margin, gap if gap.isspace() and "\n" not in gap else " ")
    below = line_end(text, last.end)
    return [Splice(below, below, block_of(text, written))]


def dashed(rule: Spoken, margin: str, gap: str = " ") -> list[str]:
    """The lines of a rule as an item with a dash."""
    first, *rest = rule.lines
    inner = margin + " " * (1 + len(gap))
    return [f"{margin}-{gap}{first}", *(inner + line for line in rest)]


def block_of(text: str, lines: list[str]) -> str:
    """Lines to be put in at the end of another, in the style of the text."""
    newline = newline_of(text)
    return newline + newline.join(lines)


def item_removed(text: str, key: Node, items: Node, index: int) -> list[Splice]:
    """Take an item out; a list that has no other stays as an empty one."""
    if items.flow:
        return _removed_in_brackets(text, items, index)
    item = items.children[index]
    gone = whole_lines(text, dash_before(text, item), item.end)
    if len(items.children) > 1:
        return [gone]
    colon = _colon(text, key)
    return [Splice(colon, colon, " []"), gone]


def dash_before(text: str, item: Node) -> int:
    """Where the dash of an item stands; raises Unsafe unless it is alone before the item."""
    dash = len(text[: item.start].rstrip(" \t")) - 1
    if dash < 0 or text[dash] != "-" or not is_blank(text, line_start(text, dash), dash):
        raise Unsafe("the dash of an item does not stand on its line")
    return dash


def _colon(text: str, key: Node) -> int:
    """The index right behind the colon of a key."""
    end = text.find(":", key.end)
    if end < 0 or not is_blank(text, key.end, end):
        raise Unsafe("a key is not followed by its colon")
    return end + 1


def _added_to_empty(text: str, key: Node, items: Node, rule: Spoken) -> list[Splice]:
    """Short rules go into the brackets, long ones below the key, which keeps its comment."""
    inner = Splice(items.start + 1, items.end - 1)
    start = line_start(text, key.start)
    bare = is_blank(text, inner.start, inner.end)
    if not bare or not rule.fields or not is_blank(text, start, key.start):
        return [Splice(inner.start, inner.end if bare else inner.start, rule.flow)]
    margin = text[start : key.start] + "  "
    gone = Splice(_colon(text, key), items.end)
    if not is_blank(text, gone.start, items.start):
        raise Unsafe("something stands between the key and its list")
    below = line_end(text, items.end)
    return [gone, Splice(below, below, block_of(text, dashed(rule, margin)))]


def _added_in_brackets(text: str, items: Node, rule: Spoken) -> list[Splice]:
    """Behind the last item; on a line of its own where that one has one."""
    last = items.children[-1]
    start = line_start(text, last.start)
    end = line_end(text, last.end)
    if end >= items.end or not is_blank(text, start, last.start):
        return [Splice(last.end, last.end, f", {rule.flow}")]
    comma = text[last.end : end].lstrip().startswith(",")
    line = text[start : last.start] + rule.flow + ("," if comma else "")
    below = Splice(end, end, block_of(text, [line]))
    return [below] if comma else [Splice(last.end, last.end, ","), below]


def _removed_in_brackets(text: str, items: Node, index: int) -> list[Splice]:
    item, siblings = items.children[index], items.children
    comma = _comma_after(text, item, items)
    behind = comma or item.end
    if len(siblings) == 1:
        inner = Splice(items.start + 1, items.end - 1)
        alone = is_blank(text, inner.start, item.start) and is_blank(text, behind, inner.end)
        return [inner if alone else Splice(item.start, behind)]
    line = line_start(text, item.start), line_end(text, item.end)
    rest = text[behind : line[1]].lstrip()
    on_own_line = line[0] > items.start and is_blank(text, line[0], item.start)
    if on_own_line and line[1] < items.end and (not rest or rest.startswith("#")):
        before = _comma_after(text, siblings[index - 1], items)
        orphaned = index + 1 == len(siblings) and not comma
        comma_before = [Splice(before - 1, before)] if orphaned else []
        return [*comma_before, whole_lines(text, item.start, item.end)]
    if index + 1 < len(siblings):
        return [Splice(item.start, siblings[index + 1].start)]
    return [_last_removed(text, siblings[index - 1], item)]


def _last_removed(text: str, before: Node, item: Node) -> Splice:
    """The last item goes with the comma before it, unless a comment stands between."""
    between = text[before.end : item.start]
    if between.strip() == ",":
        return Splice(before.end, item.end)
    return Splice(item.start, item.end)


def _comma_after(text: str, item: Node, items: Node) -> int:
    """The index behind the comma that follows an item, 0 if none does."""
    rest = text[item.end : items.end]
    at = len(rest) - len(rest.lstrip())
    return item.end + at + 1 if rest[at : at + 1] == "," else 0


def ensure_own(node: Node, what: str) -> Node:
    """Raise Unsafe for a node that is written somewhere else."""
    if node.form is Form.ALIAS:
        raise Unsafe(f"{what} is an alias (*{node.text}), and shared with what has the anchor")
    return node
