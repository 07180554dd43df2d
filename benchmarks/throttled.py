"""A service that answers every tenth request with 429: how long it takes, how much is sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.dataset import Dataset, Layout
from benchmarks.figures import Figure, Sample
from benchmarks.process import asked, origin
from benchmarks.scale import Scale
from benchmarks.workplace import workplace

_PER_SECOND = 40


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """A plan of so many domains at a pace."""
    data = Dataset(scale.throttled, 5)
    place = workplace(folder, data, Layout(per_second=_PER_SECOND))
    walls, bounds, busiest = [], [], 0
    for _ in range(scale.runs):
        with origin(data, page=100, latency=0.0, throttled=0.1) as url:
            walls.append(place.asking(url).run("plan", "--quiet").wall)
            bounds.append(asked(url) / _PER_SECOND)
            busiest = max(busiest, asked(url, "_busiest"))
    wall, bound = Sample(walls), Sample(bounds)
    detail = f"mpctl {wall.middle:.1f} s ± {wall.spread:.0%}; the pace alone {bound.middle:.1f} s"
    yield Figure(
        "plan with 429 on every tenth answer, wall", wall.middle / bound.middle, 1.3, detail
    )
    yield Figure(
        "most requests in a second, of the pace",
        busiest / _PER_SECOND,
        1.0,
        f"{busiest} of {_PER_SECOND}",
    )
