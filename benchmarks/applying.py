"""Applying independent changes: how near to what latency and connections permit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.dataset import Dataset, Layout
from benchmarks.figures import Figure, Sample
from benchmarks.process import asked, origin
from benchmarks.scale import Scale
from benchmarks.served import LATENCY
from benchmarks.workplace import workplace

ONE_MORE = Layout(more="  - one-more.example\n")


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """One new rule at each of so many domains."""
    data = Dataset(scale.applied, 5)
    walls, bounds, sent = [], [], 0
    for run in range(scale.runs):
        here = workplace(folder / str(run), data, ONE_MORE)
        with origin(data, page=100, latency=LATENCY) as url:
            weight = here.asking(url).run("apply", "--confirm", "--quiet")
            sent = asked(url)
        walls.append(weight.wall)
        bounds.append(sent * LATENCY / ONE_MORE.connections)
    wall, bound = Sample(walls), Sample(bounds)
    yield Figure(
        f"apply of {scale.applied} independent changes, wall",
        wall.middle / bound.middle,
        1.2,
        f"mpctl {wall.middle:.1f} s ± {wall.spread:.0%}; {sent} requests over "
        f"{ONE_MORE.connections} connections take {bound.middle:.1f} s at least",
    )
