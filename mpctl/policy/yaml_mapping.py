"""A YAML mapping under construction: keys and values come in turn, merges count at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from mpctl.diagnostics import Diagnostic, Origin
from mpctl.policy.placed import Place, PlacedDict, PlacedList
from mpctl.policy.yaml_errors import duplicate_key, key_not_text, merge_of_no_mapping

MERGE: Final = "<<"


class MergeKey:
    """What a plain `<<` means where a key is expected."""


MERGE_KEY: Final = MergeKey()


class OpenMapping:
    """Puts what it takes into `value`, once it is told whole pairs."""

    __slots__ = ("_errors", "_key", "_key_place", "_merged", "_merged_at", "value")

    def __init__(self, value: PlacedDict, errors: list[Diagnostic]) -> None:
        self.value = value
        self._errors = errors
        self._key: Any = None
        self._key_place: Place | None = None
        self._merged: Sequence[PlacedDict] = ()
        self._merged_at: Place | None = None

    @property
    def expects_key(self) -> bool:
        """Tell whether the next value is a key."""
        return self._key_place is None

    def put(self, value: Any, place: Place) -> None:
        """Take a key, or the value of the key before."""
        key, key_place = self._key, self._key_place
        if key_place is None:
            self._key, self._key_place = value, place
            return
        self._key_place = None
        if isinstance(key, str) and key not in self.value:
            self.value.put(key, key_place, value, place)
        elif key is MERGE_KEY:
            self._merge(key_place, value, place)
        else:
            self._refuse(key, key_place)

    def close(self) -> None:
        """Merge: what the mapping writes itself comes first."""
        for mapping in self._merged:
            self.value.merge(mapping)

    def _merge(self, key_place: Place, value: Any, place: Place) -> None:
        mappings = value if type(value) is PlacedList else [value]
        if self._merged_at is not None:
            first = self._origin(self._merged_at)
            self._errors.append(duplicate_key(MERGE, first, self._origin(key_place)))
        elif all(type(mapping) is PlacedDict for mapping in mappings):
            self._merged_at = key_place
            self._merged = tuple(mappings)
        else:
            self._errors.append(merge_of_no_mapping(self._origin(place)))

    def _refuse(self, key: Any, key_place: Place) -> None:
        origin = self._origin(key_place)
        if isinstance(key, str):
            self._errors.append(duplicate_key(key, self.value.at_key(key), origin))
        else:
            self._errors.append(key_not_text(origin))

    def _origin(self, place: Place) -> Origin:
        return Origin(self.value.path, *place)
