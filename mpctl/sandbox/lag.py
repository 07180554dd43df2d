"""Read-after-write lag: a cache in front of the service that is late (switch `read_lag`)."""

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Lag(Generic[K, V]):
    """What readers still see of things that were just written."""

    def __init__(self, reads: int) -> None:
        """Show the old value `reads` times after a write."""
        self._reads = reads
        self._old: dict[K, tuple[V, int]] = {}

    def write(self, key: K, value: V) -> None:
        """Note the value right before a write; a reader that lags already keeps its older one."""
        if self._reads:
            seen, _ = self._old.get(key, (value, 0))
            self._old[key] = (seen, self._reads)

    def read(self, key: K, value: V) -> V:
        """Return what a reader sees where `value` is the truth."""
        if key not in self._old:
            return value
        seen, left = self._old.pop(key)
        if left > 1:
            self._old[key] = (seen, left - 1)
        return seen
