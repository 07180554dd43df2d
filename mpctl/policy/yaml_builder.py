"""From YAML events to placed values, strictly and in one pass.

Nesting is bounded, so no input can exhaust the interpreter's stack. Aliases share the value that
they name; what they would cost if written out is counted, because whoever walks the value later
pays that price.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, cast

from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
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
from mpctl.policy.yaml_weight import Scales

MAX_DEPTH: Final = 64
MAX_ALIASED: Final = 1_000_000

_MERGE: Final = "<<"


class _Merge(NamedTuple):
    """A plain `<<` as a key, and what stands under it."""

    sign: Event
    value: Any
    event: Event

    @property
    def merged(self) -> list[Any]:
        """What is merged, the first coming first."""
        return self.value if isinstance(self.value, PlacedList) else [self.value]


class Builder:
    """Builds one document; takes the events that follow its start from an iterator."""

    def __init__(self, events: Iterator[Event], path: str, problems: Problems) -> None:
        self._events = events
        self._path = path
        self._errors = problems.errors
        self._open: list[PlacedDict | PlacedList] = []
        self._anchors: dict[str, Any] = {}
        self._scales = Scales()
        self._aliased = 0

    def build(self, event: Event) -> Any:
        """The value that begins with an event; raises MpctlError where reading has to end."""
        if isinstance(event, ScalarEvent):
            if event.tag is None and event.anchor is None:
                return event.value if event.style else plain(event.value)
            return self._marked(event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(event)
        if isinstance(event, SequenceStartEvent):
            return self._list(event)
        return self._alias(event, str(cast("AliasEvent", event).anchor))

    def origin(self, event: Event) -> Origin:
        """Where an event begins."""
        return Origin(self._path, *_place(event))

    def _marked(self, event: ScalarEvent) -> Any:
        """A scalar with a tag or an anchor."""
        if event.tag is not None:
            value = self._tagged(event, event.tag)
        else:
            value = event.value if event.style else plain(event.value)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        return value

    def _tagged(self, event: ScalarEvent, tag: str) -> Any:
        try:
            return tagged(event.value, tag)
        except TagError:
            self._errors.append(foreign_tag(tag, self.origin(event)))
            return event.value

    def _list(self, start: CollectionStartEvent) -> PlacedList:
        items = PlacedList(self._path, _place(start))
        self._begin(start, items, "seq")
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            items.put(self.build(event), _place(event))
        self._open.pop()
        return items

    def _mapping(self, start: CollectionStartEvent) -> PlacedDict:
        """Build a mapping; it merges at the end, for what it writes itself comes first."""
        mapping = PlacedDict(self._path, _place(start))
        self._begin(start, mapping, "map")
        merge: _Merge | None = None
        events, build = self._events, self.build
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key, below = build(event), next(events)
            value = build(below)
            if key == _MERGE and _is_plain(event):
                merge = self._checked(_Merge(event, value, below), merge)
            elif isinstance(key, str) and key not in mapping:
                mapping.put(key, _place(event), value, _place(below))
            else:
                self._refuse_key(key, event, mapping)
        for each in merge.merged if merge else ():
            mapping.merge(each)
        self._open.pop()
        return mapping

    def _begin(
        self, event: CollectionStartEvent, value: PlacedDict | PlacedList, kind: str
    ) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise MpctlError(too_deep(MAX_DEPTH, self.origin(event)))
        if event.tag is not None and event.tag not in {"!", CORE + kind}:
            self._errors.append(foreign_tag(event.tag, self.origin(event)))
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        self._open.append(value)

    def _refuse_key(self, key: Any, event: Event, mapping: PlacedDict) -> None:
        origin = self.origin(event)
        if isinstance(key, str):
            self._errors.append(duplicate_key(key, mapping.at_key(key), origin))
        else:
            self._errors.append(key_not_text(origin))

    def _checked(self, merge: _Merge, before: _Merge | None) -> _Merge | None:
        """Of the merges of one mapping the one that counts."""
        if before is not None:
            first = self.origin(before.sign)
            self._errors.append(duplicate_key(_MERGE, first, self.origin(merge.sign)))
            return before
        if all(isinstance(each, PlacedDict) for each in merge.merged):
            return merge
        self._errors.append(merge_of_no_mapping(self.origin(merge.event)))
        return None

    def _alias(self, event: Event, name: str) -> Any:
        if name not in self._anchors:
            raise MpctlError(unknown_alias(name, self.origin(event)))
        value = self._anchors[name]
        if any(value is above for above in self._open):
            raise MpctlError(recursive_alias(name, self.origin(event)))
        weight = self._scales.weigh(value)
        self._aliased += weight.size
        if self._aliased > MAX_ALIASED or len(self._open) + weight.height > MAX_DEPTH:
            raise MpctlError(too_many_aliases(self.origin(event)))
        return value


def _is_plain(event: Event) -> bool:
    return isinstance(event, ScalarEvent) and not event.style and event.tag is None


def _place(event: Event) -> Place:
    mark: Any = event.start_mark
    return mark.line + 1, mark.column + 1
