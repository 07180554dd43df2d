"""What a benchmark found, and whether it is what was aimed at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Figure:
    """A ratio, an exponent or a count, beside its goal; `least` if more is better."""

    what: str
    measured: float
    goal: float | None
    detail: str = ""
    unit: str = "x"
    least: bool = False

    @property
    def reached(self) -> bool:
        """Tell whether the goal was reached; where none was set, it was."""
        if self.goal is None:
            return True
        return self.measured >= self.goal if self.least else self.measured <= self.goal


def repeated(runs: int, *measures: Callable[[], float]) -> list[Sample]:
    """Measure several things in turn, so that what disturbs the machine disturbs all of them."""
    rounds = [[measure() for measure in measures] for _ in range(runs)]
    return [Sample(values) for values in zip(*rounds, strict=True)]
