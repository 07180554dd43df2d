"""From YAML events to placed values, strictly and in one pass.

The builder keeps its own stack instead of recursing, so no input can exhaust the interpreter's.
Aliases share the value that they name; what they would cost if written out is counted, because
whoever walks the value later pays that price.
"""

from __future__ import annotations

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
    foreign_tag,
    recursive_alias,
    too_deep,
    too_many_aliases,
    unknown_alias,
)
from mpctl.policy.yaml_mapping import MERGE, MERGE_KEY, OpenMapping
from mpctl.policy.yaml_scalars import CORE, TagError, plain, tagged
from mpctl.policy.yaml_weight import Scales

MAX_DEPTH: Final = 64
MAX_ALIASED: Final = 1_000_000


class Builder:
    """Builds one document; `root` is its value once every event has been fed.

    The innermost open collection takes what comes next; where none is open, the builder itself.
    """

    def __init__(self, path: str, problems: Problems) -> None:
        self.root: Any = None
        self.origin = Origin(path, 1, 1)
        self._path = path
        self._errors = problems.errors
        self._open: list[OpenMapping | PlacedList] = []
        self._put = self._put_root
        self._anchors: dict[str, Any] = {}
        self._scales = Scales()
        self._aliased = 0

    def scalar(self, event: ScalarEvent) -> None:
        """Take a scalar; most events are such."""
        value: Any = event.value
        if event.tag is not None:
            value = self._tagged(event, event.tag)
        elif not event.style:
            value = MERGE_KEY if value == MERGE and self._expects_key() else plain(value)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        self._put(value, _place(event))

    def feed(self, event: Event) -> None:
        """Take any other event of the document; raises MpctlError where reading has to end."""
        if isinstance(event, CollectionStartEvent):
            self._start(event)
        elif isinstance(event, CollectionEndEvent):
            self._end()
        elif isinstance(event, AliasEvent):
            self._alias(event)

    def _put_root(self, value: Any, place: Place) -> None:
        self.root, self.origin = value, self._origin(place)

    def _expects_key(self) -> bool:
        innermost = self._open[-1] if self._open else None
        return isinstance(innermost, OpenMapping) and innermost.expects_key

    def _tagged(self, event: ScalarEvent, tag: str) -> Any:
        try:
            return tagged(event.value, tag)
        except TagError:
            self._errors.append(foreign_tag(tag, self._origin(_place(event))))
            return event.value

    def _start(self, event: CollectionStartEvent) -> None:
        place = _place(event)
        if len(self._open) >= MAX_DEPTH:
            raise MpctlError(too_deep(MAX_DEPTH, self._origin(place)))
        is_mapping = isinstance(event, MappingStartEvent)
        if event.tag not in {None, "!", CORE + ("map" if is_mapping else "seq")}:
            self._errors.append(foreign_tag(str(event.tag), self._origin(place)))
        value = PlacedDict(self._path, place) if is_mapping else PlacedList(self._path, place)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        collection = value if isinstance(value, PlacedList) else OpenMapping(value, self._errors)
        self._open.append(collection)
        self._put = collection.put

    def _end(self) -> None:
        collection = self._open.pop()
        self._put = self._open[-1].put if self._open else self._put_root
        if isinstance(collection, OpenMapping):
            collection.close()
        value = _value(collection)
        self._put(value, value.place)

    def _alias(self, event: AliasEvent) -> None:
        place, name = _place(event), str(event.anchor)
        if name not in self._anchors:
            raise MpctlError(unknown_alias(name, self._origin(place)))
        value = self._anchors[name]
        if any(value is _value(above) for above in self._open):
            raise MpctlError(recursive_alias(name, self._origin(place)))
        weight = self._scales.weigh(value)
        self._aliased += weight.size
        if self._aliased > MAX_ALIASED or len(self._open) + weight.height > MAX_DEPTH:
            raise MpctlError(too_many_aliases(self._origin(place)))
        self._put(value, place)

    def _origin(self, place: Place) -> Origin:
        return Origin(self._path, *place)


def _value(collection: OpenMapping | PlacedList) -> PlacedDict | PlacedList:
    return collection.value if isinstance(collection, OpenMapping) else collection


def _place(event: NodeEvent) -> Place:
    mark: Any = event.start_mark
    return mark.line + 1, mark.column + 1
