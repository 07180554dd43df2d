"""Where each node of a document begins and ends, by the marks of the loader's own parser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from mpctl.policy.placed import Place
from mpctl.policy.yaml_reader import events


class Form(Enum):
    """What a node is."""

    SCALAR = "scalar"
    LIST = "list"
    MAPPING = "mapping"
    ALIAS = "alias"


@dataclass(slots=True)
class Node:
    """A node of a document; `start` and `end` are indices into the text, `column` counts from 0.

    The children of a mapping are its keys and values in turn. A block collection ends where its
    last child does. `text` is the value of a scalar, the name of an alias.
    """

    form: Form
    start: int
    end: int
    place: Place
    text: str = ""
    flow: bool = False
    anchor: str | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def column(self) -> int:
        """How many characters stand before it on its line."""
        return self.place[1] - 1

    @property
    def pairs(self) -> Iterator[tuple[Node, Node]]:
        """The keys of a mapping with their values, as written; merges are not followed."""
        return zip(self.children[::2], self.children[1::2], strict=True)

    def pair(self, key: str) -> tuple[Node, Node] | None:
        """A key that the mapping itself writes, with its value."""
        return next((pair for pair in self.pairs if pair[0].text == key), None)

    def value(self, key: str) -> Node | None:
        """The value of a key that the mapping itself writes."""
        pair = self.pair(key)
        return pair[1] if pair else None

    def walk(self) -> Iterator[Node]:
        """The node and everything below it, in reading order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def outlines(text: str) -> list[Node]:
    """The documents of a text that the loader could read."""
    roots: list[Node] = []
    stack: list[Node] = []
    for event in events(text):
        if isinstance(event, DocumentStartEvent):
            stack = []
        elif isinstance(event, CollectionEndEvent):
            _close(stack.pop(), event)
        elif isinstance(event, NodeEvent):
            node = _node(event, text)
            (stack[-1].children if stack else roots).append(node)
            if isinstance(event, CollectionStartEvent):
                stack.append(node)
    return roots


def _node(event: NodeEvent, text: str) -> Node:
    start, end = _index(event.start_mark), _index(event.end_mark)
    mark: Any = event.start_mark
    node = Node(_form(event), start, end, (mark.line + 1, mark.column + 1))
    node.anchor = None if isinstance(event, AliasEvent) else event.anchor
    if isinstance(event, ScalarEvent):
        node.text = event.value
        node.end = start + len(text[start:end].rstrip()) if event.style in {"|", ">"} else end
    elif isinstance(event, CollectionStartEvent):
        node.flow = bool(event.flow_style)
    elif event.anchor is not None:
        node.text = event.anchor
    return node


def _form(event: NodeEvent) -> Form:
    if isinstance(event, ScalarEvent):
        return Form.SCALAR
    if isinstance(event, AliasEvent):
        return Form.ALIAS
    return Form.LIST if isinstance(event, SequenceStartEvent) else Form.MAPPING


def _close(node: Node, event: Event) -> None:
    if node.flow:
        node.end = _index(event.end_mark)
    elif node.children:
        node.end = node.children[-1].end


def _index(mark: Any) -> int:
    index: int = mark.index
    return index
