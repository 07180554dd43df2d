"""A service that answers every tenth request with 429: how long it takes, how much is sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.dataset import Dataset, Layout
from benchmarks.figures import Figure
from benchmarks.process import Weight
from benchmarks.runs import in_turn
from benchmarks.scale import Scale
from benchmarks.service import service
from benchmarks.workplace import workplace

_PER_SECOND = 40


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """A plan of so many domains at a pace."""
    data = Dataset(scale.throttled, 5)
    place = workplace(folder, data, Layout(per_second=_PER_SECOND))
    sent: list[int] = []
    busiest: list[int] = []

    def plan() -> Weight:
        with service(data, latency=0.0, throttled=0.1) as origin:
            weight = place.asking(origin.url).run("plan", "--quiet")
            sent.append(origin.requests)
            busiest.append(origin.busiest)
        return weight

    ours = in_turn(scale.budget, {"mpctl": plan})["mpctl"]
    bound = max(sent) / _PER_SECOND
    yield Figure(
        f"{data.domains} lists, mpctl / pace alone",
        ours.wall.middle / bound,
        1.3,
        ours.wall.told("s"),
        f"{max(sent)} requests at {_PER_SECOND} a second = {bound:.3g} s",
        f"{len(ours)}",
    )
    yield Figure(
        "most requests in a second / pace",
        max(busiest) / _PER_SECOND,
        1.0,
        f"{max(busiest)}",
        f"{_PER_SECOND}",
        f"{len(ours)}",
    )
