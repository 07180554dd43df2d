"""Applying independent changes: how near to what latency and connections permit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.dataset import Dataset
from benchmarks.figures import Figure, Sample
from benchmarks.narrow import asked
from benchmarks.process import origin
from benchmarks.scale import Scale
from benchmarks.served import LATENCY
from benchmarks.workplace import Workplace, workplace

_CONNECTIONS = 16


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """One new rule at each of so many domains."""
    data = Dataset(scale.applied, 5)
    walls, bounds, sent = [], [], 0
    for run in range(scale.runs):
        here = workplace(
            folder / str(run), data, connections=_CONNECTIONS, more="  - one-more.example\n"
        )
        with origin(data, page=100, latency=LATENCY) as url:
            weight = Workplace(here.folder, url).run("apply", "--confirm", "--quiet")
            sent = asked(url)
        walls.append(weight.wall)
        bounds.append(sent * LATENCY / _CONNECTIONS)
    wall, bound = Sample(walls), Sample(bounds)
    yield Figure(
        f"apply of {scale.applied} independent changes, wall",
        wall.middle / bound.middle,
        1.2,
        f"mpctl {wall.middle:.1f} s ± {wall.spread:.0%}; {sent} requests over "
        f"{_CONNECTIONS} connections take {bound.middle:.1f} s at least",
    )
