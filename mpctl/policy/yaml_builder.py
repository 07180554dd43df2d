"""From YAML events to placed values, strictly and in one pass.

The builder keeps its own stack instead of recursing, so no input can exhaust the interpreter's.
Aliases share the value that they name; what they would cost if written out is counted, because
whoever walks the value later pays that price.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from mpctl.diagnostics import MpctlError, Origin
from mpctl.policy.placed import Place, PlacedDict, PlacedList
from mpctl.policy.problems import Problems
from mpctl.policy.yaml_errors import (
    duplicate_key,
    foreign_tag,
    key_not_text,
    merge_of_no_mapping,
    recursive_alias,
    too_deep,
    too_many_aliases,
    unknown_alias,
)
from mpctl.policy.yaml_scalars import CORE, TagError, plain, tagged

MAX_DEPTH: Final = 64
MAX_ALIASED: Final = 1_000_000

_MERGE: Final = "<<"
_CHARACTERS_PER_UNIT: Final = 64


class _MergeKey:
    """What a plain `<<` means where a key is expected."""


_MERGE_KEY: Final = _MergeKey()


@dataclass(slots=True)
class _Node:
    """A value; `weight` and `height` are its size and depth with all aliases written out."""

    value: Any
    place: Place
    weight: int = 1
    height: int = 0


@dataclass(slots=True)
class _Open(_Node):
    """A collection under construction; in a mapping `key` waits for its value."""

    anchor: str | None = None
    key: _Node | None = None
    merged: list[PlacedDict] = field(default_factory=list)
    merged_at: Place | None = None


class Builder:
    """Builds one document; `root` is its value once every event has been fed."""

    def __init__(self, path: str, problems: Problems) -> None:
        self.root: Any = None
        self.origin = Origin(path, 1, 1)
        self._path = path
        self._errors = problems.errors
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Node] = {}
        self._aliased = 0

    def feed(self, event: Event) -> None:
        """Take the next event of the document; raises MpctlError where reading has to end."""
        if isinstance(event, ScalarEvent):
            self._scalar(event)
        elif isinstance(event, CollectionStartEvent):
            self._open(event)
        elif isinstance(event, CollectionEndEvent):
            self._close()
        elif isinstance(event, AliasEvent):
            self._alias(event)

    def _scalar(self, event: ScalarEvent) -> None:
        text = event.value
        weight = 1 + len(text) // _CHARACTERS_PER_UNIT
        node = _Node(self._value(event, text), _place(event), weight)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        self._add(node)

    def _value(self, event: ScalarEvent, text: str) -> Any:
        if event.tag is not None:
            return self._tagged(event, event.tag)
        if event.style:
            return text
        return _MERGE_KEY if text == _MERGE and self._expects_key() else plain(text)

    def _tagged(self, event: ScalarEvent, tag: str) -> Any:
        try:
            return tagged(event.value, tag)
        except TagError:
            self._errors.append(foreign_tag(tag, self._origin(_place(event))))
            return event.value

    def _open(self, event: CollectionStartEvent) -> None:
        place = _place(event)
        origin = self._origin(place)
        if len(self._stack) >= MAX_DEPTH:
            raise MpctlError(too_deep(MAX_DEPTH, origin))
        is_mapping = isinstance(event, MappingStartEvent)
        if event.tag not in {None, "!", CORE + ("map" if is_mapping else "seq")}:
            self._errors.append(foreign_tag(str(event.tag), origin))
        value = PlacedDict(origin) if is_mapping else PlacedList(origin)
        node = _Open(value, place, height=1, anchor=event.anchor)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        self._stack.append(node)

    def _close(self) -> None:
        node = self._stack.pop()
        for mapping in node.merged:
            node.value.merge(mapping)
        self._add(node)

    def _alias(self, event: AliasEvent) -> None:
        place, name = _place(event), str(event.anchor)
        node = self._anchors.get(name)
        if node is None:
            raise MpctlError(unknown_alias(name, self._origin(place)))
        if any(node is above for above in self._stack):
            raise MpctlError(recursive_alias(name, self._origin(place)))
        self._aliased += node.weight
        if self._aliased > MAX_ALIASED or len(self._stack) + node.height > MAX_DEPTH:
            raise MpctlError(too_many_aliases(self._origin(place)))
        self._add(_Node(node.value, place, node.weight, node.height))

    def _expects_key(self) -> bool:
        node = self._stack[-1] if self._stack else None
        return node is not None and type(node.value) is PlacedDict and node.key is None

    def _add(self, node: _Node) -> None:
        if not self._stack:
            self.root, self.origin = node.value, self._origin(node.place)
            return
        parent = self._stack[-1]
        parent.weight += node.weight
        parent.height = max(parent.height, node.height + 1)
        if type(parent.value) is PlacedList:
            parent.value.put(node.value, node.place)
        elif parent.key is None:
            parent.key = node
        else:
            self._add_pair(parent, parent.key, node)
            parent.key = None

    def _add_pair(self, parent: _Open, key: _Node, node: _Node) -> None:
        name, into = key.value, parent.value
        if name is _MERGE_KEY:
            self._merge(parent, key, node)
        elif not isinstance(name, str):
            self._errors.append(key_not_text(self._origin(key.place)))
        elif name in into:
            self._errors.append(duplicate_key(name, into.at_key(name), self._origin(key.place)))
        else:
            into.put(name, key.place, node.value, node.place)

    def _merge(self, parent: _Open, key: _Node, node: _Node) -> None:
        """Keep what is merged until the mapping closes: what it writes itself comes first."""
        mappings = node.value if type(node.value) is PlacedList else [node.value]
        if parent.merged_at is not None:
            first = self._origin(parent.merged_at)
            self._errors.append(duplicate_key(_MERGE, first, self._origin(key.place)))
        elif all(type(mapping) is PlacedDict for mapping in mappings):
            parent.merged_at = key.place
            parent.merged.extend(mappings)
        else:
            self._errors.append(merge_of_no_mapping(self._origin(node.place)))

    def _origin(self, place: Place) -> Origin:
        return Origin(self._path, *place)


def _place(event: NodeEvent) -> Place:
    mark: Any = event.start_mark
    return mark.line + 1, mark.column + 1
