"""How large and how often: whole, or for a quick look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from benchmarks.dataset import Dataset
from benchmarks.runs import Budget


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes and repetitions of one run of the suite.

    `few` is for what has no goal in seconds, `starts` for what is done at once.
    """

    name: str
    budget: Budget
    few: Budget
    starts: Budget
    served: Dataset
    offline: Dataset
    smaller: tuple[int, ...]
    growth: tuple[int, ...]
    applied: tuple[int, ...]
    throttled: int


WHOLE: Final = Scale(
    name="whole",
    budget=Budget(5),
    few=Budget(3),
    starts=Budget(11),
    served=Dataset(2_000, 100),
    offline=Dataset(1_000, 100),
    smaller=(10, 100),
    growth=(3_000, 30_000, 300_000),
    applied=(200, 1_000),
    throttled=150,
)
QUICK: Final = Scale(
    name="quick",
    budget=Budget(1),
    few=Budget(1),
    starts=Budget(3),
    served=Dataset(200, 100),
    offline=Dataset(50, 100),
    smaller=(10,),
    growth=(3_000, 30_000),
    applied=(40, 100),
    throttled=60,
)
