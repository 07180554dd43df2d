"""What YAML values come to with all their aliases written out."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from mpctl.policy.placed import PlacedDict, PlacedList

_CHARACTERS_PER_UNIT: Final = 64


class Weight(NamedTuple):
    """The size of a value, and how deep it goes."""

    size: int
    height: int


class Scales:
    """Weighs values that do not change any more, each collection once."""

    def __init__(self) -> None:
        # The collection is kept, so that its id stays its own.
        self._known: dict[int, tuple[Any, Weight]] = {}

    def weigh(self, value: Any) -> Weight:
        """Weigh a value, whose depth is bounded."""
        if isinstance(value, str):
            return Weight(1 + len(value) // _CHARACTERS_PER_UNIT, 0)
        if not isinstance(value, PlacedDict | PlacedList):
            return Weight(1, 0)
        if id(value) not in self._known:
            self._known[id(value)] = value, self._weigh_all(value)
        return self._known[id(value)][1]

    def _weigh_all(self, value: PlacedDict | PlacedList) -> Weight:
        inner = [self.weigh(child) for child in value]
        if isinstance(value, PlacedDict):
            inner += [self.weigh(child) for child in value.values()]
        height = max((weight.height for weight in inner), default=0)
        return Weight(1 + sum(weight.size for weight in inner), 1 + height)
