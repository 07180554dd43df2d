"""What was made while policies were read, for a second reading to share."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mpctl.policy.problems import Problems

T = TypeVar("T")


@dataclass(slots=True)
class Memory:
    """Whatever is made of the same is the same object, and is made once.

    A key holds everything that the making depends on: by value, or as objects that are equal to
    themselves alone. What led to a problem is made again, so that the problem is found again.
    """

    _made: dict[Hashable, Any] = field(default_factory=dict)

    def recall(self, key: Hashable, problems: Problems, make: Callable[[], T]) -> T:
        """Give what was made of this key, or make it."""
        if key in self._made:
            known: T = self._made[key]
            return known
        before = problems.number
        made = make()
        if problems.number == before:
            self._made[key] = made
        return made
