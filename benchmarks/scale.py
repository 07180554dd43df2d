"""How large and how often: whole, or for a quick look."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.dataset import Dataset


@dataclass(frozen=True)
class Scale:
    """Sizes and repetitions of one run of the suite."""

    name: str
    runs: int
    served: Dataset
    pages: tuple[int, ...]
    connections: tuple[int, ...]
    offline: Dataset
    growth: tuple[int, ...]
    applied: int
    throttled: int


WHOLE = Scale(
    name="whole",
    runs=3,
    served=Dataset(2_000, 100),
    pages=(25, 100),
    connections=(16, 32),
    offline=Dataset(1_000, 100),
    growth=(3_000, 30_000, 300_000),
    applied=200,
    throttled=300,
)
QUICK = Scale(
    name="quick",
    runs=1,
    served=Dataset(200, 100),
    pages=(25,),
    connections=(16,),
    offline=Dataset(100, 100),
    growth=(3_000, 30_000),
    applied=40,
    throttled=60,
)
