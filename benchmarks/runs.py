"""How often a program is run, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.figures import Sample
from benchmarks.process import Weight


@dataclass(frozen=True, slots=True)
class Budget:
    """Each program is run `runs` times; fewer when it is slow and has proven steady.

    It has when at least two runs took `steady` seconds in all, and lie within `agreement` of each
    other. Three runs of `shaky` seconds in all end it too: their range says how steady they were.
    One run of `alone` seconds stands for itself.
    """

    runs: int
    agreement: float = 0.05
    steady: float = 12.0
    shaky: float = 40.0
    alone: float = 35.0

    def enough(self, walls: Sequence[float]) -> bool:
        """Tell whether a program that took so long has been run often enough."""
        number, spent = len(walls), sum(walls)
        return (
            number >= self.runs
            or (number >= 1 and walls[0] >= self.alone)
            or (number >= 2 and spent >= self.steady and Sample(walls).spread <= self.agreement)
            or (number >= 3 and spent >= self.shaky)
        )


@dataclass(frozen=True, slots=True)
class Runs:
    """All runs of one program."""

    weights: Sequence[Weight]

    @property
    def wall(self) -> Sample:
        """Seconds by the clock."""
        return Sample([weight.wall for weight in self.weights])

    @property
    def processor(self) -> Sample:
        """Seconds of processor time."""
        return Sample([weight.processor for weight in self.weights])

    @property
    def memory(self) -> Sample:
        """Bytes at the most."""
        return Sample([weight.memory for weight in self.weights])

    @property
    def read(self) -> Sample:
        """Bytes from disk."""
        return Sample([weight.read for weight in self.weights])

    def __len__(self) -> int:
        return len(self.weights)


def in_turn(budget: Budget, programs: Mapping[str, Callable[[], Weight]]) -> Mapping[str, Runs]:
    """Run each program once, then each again: what disturbs the machine disturbs all of them."""
    weights: dict[str, list[Weight]] = {name: [] for name in programs}
    for _ in range(budget.runs):
        for name, run in programs.items():
            if not budget.enough([weight.wall for weight in weights[name]]):
                weights[name].append(run())
    return {name: Runs(found) for name, found in weights.items()}
