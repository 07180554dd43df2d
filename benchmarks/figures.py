"""What a benchmark found, and whether it is what was aimed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Sample:
    """The same thing measured several times."""

    values: Sequence[float]

    @property
    def middle(self) -> float:
        """The median."""
        return median(self.values)

    @property
    def spread(self) -> float:
        """From the least to the most, as a share of the median."""
        return (max(self.values) - min(self.values)) / self.middle if self.middle else 0.0

    def told(self, unit: str, scale: float = 1.0) -> str:
        """The median in a unit, and in brackets the least and the most where there are several."""
        least, middle, most = (
            f"{value * scale:.3g}" for value in (min(self.values), self.middle, max(self.values))
        )
        return f"{middle} {unit}" + (f" ({least} to {most})" if len(self.values) > 1 else "")


@dataclass(frozen=True, slots=True)
class Figure:
    """A ratio, an exponent, a count or seconds, beside its goal; `least` if more is better.

    `ours` and `beside` are what it was made of; `runs` counts the runs of both.
    """

    what: str
    measured: float
    goal: float | None = None
    ours: str = ""
    beside: str = ""
    runs: str = ""
    unit: str = "x"
    least: bool = False

    @property
    def reached(self) -> bool:
        """Tell whether the goal was reached; where none was set, it was."""
        if self.goal is None:
            return True
        return self.measured >= self.goal if self.least else self.measured <= self.goal
