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

    __slots__ = ("_places", "path", "place")

    def __init__(self, path: str, place: Place) -> None:
        self.path = path
        self.place = place
        self._places: dict[str, tuple[Place, Place]] = {}

    @property
    def origin(self) -> Origin:
        """Where the mapping begins."""
        return Origin(self.path, *self.place)

    def put(self, key: str, key_place: Place, value: Any, value_place: Place) -> None:
        """Add a value together with its places."""
        self[key] = value
        self._places[key] = key_place, value_place

    def mapping(self, key: str) -> PlacedDict:
        """The mapping under a key, empty where there is none."""
        value = self.get(key)
        return value if isinstance(value, PlacedDict) else PlacedDict(self.path, self.place)

    def items_of(self, key: str) -> PlacedList:
        """The list under a key, empty where there is none."""
        value = self.get(key)
        return value if isinstance(value, PlacedList) else PlacedList(self.path, self.place)

    def merge(self, other: PlacedDict) -> None:
        """Take over what is not there yet, places included."""
        for key, value, key_place, place in other.placed():
            if key not in self:
                self.put(key, key_place, value, place)

    def placed(self) -> Iterator[tuple[str, Any, Place, Place]]:
        """Every key and value with the places of both."""
        for key, value in self.items():
            yield key, value, *self._places[key]

    def at_key(self, key: str) -> Origin:
        """Where a key stands."""
        return Origin(self.path, *self._places[key][0])

    def at(self, key: str) -> Origin:
        """Where the value of a key stands."""
        return Origin(self.path, *self._places[key][1])


class PlacedList(list[Any]):
    """A list of a YAML document."""

    __slots__ = ("_places", "path", "place")

    def __init__(self, path: str, place: Place) -> None:
        self.path = path
        self.place = place
        self._places: list[Place] = []

    @property
    def origin(self) -> Origin:
        """Where the list begins."""
        return Origin(self.path, *self.place)

    def put(self, value: Any, place: Place) -> None:
        """Add an item together with its place."""
        self.append(value)
        self._places.append(place)

    def placed(self) -> Iterator[tuple[Any, Place]]:
        """Every item with its place."""
        return zip(self, self._places, strict=True)

    def at(self, index: int) -> Origin:
        """Where an item stands."""
        return Origin(self.path, *self._places[index])


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
    mapping = PlacedDict(content.path, content.place)
    for key, value, key_place, place in content.placed():
        mapping.put(key, key_place, None if key in keys else value, place)
    return mapping


def without(value: Any, dead: AbstractSet[Path], path: Path = ()) -> Any:
    """A copy that lacks everything that the dead paths lead to."""
    if isinstance(value, PlacedDict):
        mapping = PlacedDict(value.path, value.place)
        for key, child, key_place, place in value.placed():
            if (*path, key) not in dead:
                mapping.put(key, key_place, without(child, dead, (*path, key)), place)
        return mapping
    if isinstance(value, PlacedList):
        items = PlacedList(value.path, value.place)
        for index, (child, place) in enumerate(value.placed()):
            if (*path, index) not in dead:
                items.put(without(child, dead, (*path, index)), place)
        return items
    return value
