"""Mappings and lists that remember where in a file each key and item was written."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from mpctl.diagnostics import Origin

Place = tuple[int, int]
Path = tuple[str | int, ...]


class PlacedDict(dict[str, Any]):
    """A mapping of a YAML document; a merged key keeps the place where it was written."""

    __slots__ = ("_keys", "_values", "origin")

    def __init__(self, origin: Origin) -> None:
        super().__init__()
        self.origin = origin
        self._keys: dict[str, Place] = {}
        self._values: dict[str, Place] = {}

    def put(self, key: str, key_place: Place, value: Any, value_place: Place) -> None:
        """Add a value together with its places."""
        self[key] = value
        self._keys[key] = key_place
        self._values[key] = value_place

    def mapping(self, key: str) -> PlacedDict:
        """The mapping under a key, empty where there is none."""
        value = self.get(key)
        return value if isinstance(value, PlacedDict) else PlacedDict(self.origin)

    def items_of(self, key: str) -> PlacedList:
        """The list under a key, empty where there is none."""
        value = self.get(key)
        return value if isinstance(value, PlacedList) else PlacedList(self.origin)

    def merge(self, other: PlacedDict) -> None:
        """Take over what is not there yet, places included."""
        for key, value, key_place, place in other.placed():
            if key not in self:
                self.put(key, key_place, value, place)

    def placed(self) -> Iterator[tuple[str, Any, Place, Place]]:
        """Every key and value with the places of both."""
        for key, value in self.items():
            yield key, value, self._keys[key], self._values[key]

    def at_key(self, key: str) -> Origin:
        """Where a key stands."""
        return Origin(self.origin.path, *self._keys[key])

    def at(self, key: str) -> Origin:
        """Where the value of a key stands."""
        return Origin(self.origin.path, *self._values[key])


class PlacedList(list[Any]):
    """A list of a YAML document."""

    __slots__ = ("_items", "origin")

    def __init__(self, origin: Origin) -> None:
        super().__init__()
        self.origin = origin
        self._items: list[Place] = []

    def put(self, value: Any, place: Place) -> None:
        """Add an item together with its place."""
        self.append(value)
        self._items.append(place)

    def placed(self) -> Iterator[tuple[Any, Place]]:
        """Every item with its place."""
        return zip(self, self._items, strict=True)

    def at(self, index: int) -> Origin:
        """Where an item stands."""
        return Origin(self.origin.path, *self._items[index])


def value_at(root: PlacedDict, path: Path) -> Any:
    """The value that a path leads to."""
    value: Any = root
    for step in path:
        value = value[step]
    return value


def origin_at(root: PlacedDict, path: Path) -> Origin:
    """The place of the value that a path leads to."""
    if not path:
        return root.origin
    *above, last = path
    origin: Origin = value_at(root, tuple(above)).at(last)
    return origin


def emptied(content: PlacedDict, keys: AbstractSet[str]) -> PlacedDict:
    """A copy in which nothing is under some of the keys; they stay, with their places."""
    mapping = PlacedDict(content.origin)
    for key, value, key_place, place in content.placed():
        mapping.put(key, key_place, None if key in keys else value, place)
    return mapping


def without(value: Any, dead: AbstractSet[Path], path: Path = ()) -> Any:
    """A copy that lacks everything that the dead paths lead to."""
    if isinstance(value, PlacedDict):
        mapping = PlacedDict(value.origin)
        for key, child, key_place, place in value.placed():
            if (*path, key) not in dead:
                mapping.put(key, key_place, without(child, dead, (*path, key)), place)
        return mapping
    if isinstance(value, PlacedList):
        items = PlacedList(value.origin)
        for index, (child, place) in enumerate(value.placed()):
            if (*path, index) not in dead:
                items.put(without(child, dead, (*path, index)), place)
        return items
    return value
