"""From YAML events to placed values, strictly and in one pass.

The builder keeps its own stack instead of recursing, so no input can exhaust the interpreter's.
Aliases share the value that they name; what they would cost if written out is counted, because
whoever walks the value later pays that price.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
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

_Placed: TypeAlias = PlacedDict | PlacedList
_Open: TypeAlias = OpenMapping | PlacedList

MAX_DEPTH: Final = 64
MAX_ALIASED: Final = 1_000_000


class _Root:
    """Takes the value of the document."""

    def __init__(self) -> None:
        self.value: Any = None
        self.place: Place = (1, 1)

    def put(self, value: Any, place: Place) -> None:
        self.value, self.place = value, place


class Builder:
    """Builds one document; the innermost open collection takes what comes next."""

    def __init__(self, path: str, problems: Problems) -> None:
        self._path = path
        self._errors = problems.errors
        self._root = _Root()
        self._open: list[_Open] = []
        self._put = self._root.put
        self._anchors: dict[str, Any] = {}
        self._scales = Scales()
        self._aliased = 0

    @property
    def root(self) -> Any:
        """The value of the document once every event has been fed."""
        return self._root.value

    @property
    def origin(self) -> Origin:
        """Where it begins."""
        return self._origin(self._root.place)

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

    def start(self, event: CollectionStartEvent) -> None:
        """Open a mapping or a list; raises MpctlError where it stands too deep."""
        place = _place(event)
        if len(self._open) >= MAX_DEPTH:
            raise MpctlError(too_deep(MAX_DEPTH, self._origin(place)))
        value, collection = self._opened(event, place)
        if event.tag is not None:
            self._check_tag(event, place)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        self._open.append(collection)
        self._put = collection.put

    def end(self) -> None:
        """Close the innermost collection."""
        collection = self._open.pop()
        self._put = self._open[-1].put if self._open else self._root.put
        value = _value(collection)
        if isinstance(collection, OpenMapping):
            collection.close()
        self._put(value, value.place)

    def alias(self, event: AliasEvent) -> None:
        """Take what an alias names; raises MpctlError where that is not possible."""
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

    def _opened(self, event: CollectionStartEvent, place: Place) -> tuple[_Placed, _Open]:
        if isinstance(event, MappingStartEvent):
            mapping = PlacedDict(self._path, place)
            return mapping, OpenMapping(mapping, self._errors)
        items = PlacedList(self._path, place)
        return items, items

    def _expects_key(self) -> bool:
        innermost = self._open[-1] if self._open else None
        return isinstance(innermost, OpenMapping) and innermost.expects_key

    def _tagged(self, event: ScalarEvent, tag: str) -> Any:
        try:
            return tagged(event.value, tag)
        except TagError:
            self._errors.append(foreign_tag(tag, self._origin(_place(event))))
            return event.value

    def _check_tag(self, event: CollectionStartEvent, place: Place) -> None:
        kind = "map" if isinstance(event, MappingStartEvent) else "seq"
        if event.tag not in {"!", CORE + kind}:
            self._errors.append(foreign_tag(str(event.tag), self._origin(place)))

    def _origin(self, place: Place) -> Origin:
        return Origin(self._path, *place)


def _value(collection: _Open) -> _Placed:
    return collection.value if isinstance(collection, OpenMapping) else collection


def _place(event: NodeEvent) -> Place:
    mark: Any = event.start_mark
    return mark.line + 1, mark.column + 1
