"""Applying independent changes: how near to what latency and connections permit, and to a loop."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from benchmarks.dataset import Dataset, Layout
from benchmarks.figures import Figure
from benchmarks.process import Weight, weigh
from benchmarks.runs import in_turn
from benchmarks.scale import Scale
from benchmarks.service import LATENCY, service
from benchmarks.workplace import workplace

ONE_MORE = Layout(more="  - one-more.example\n")


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """One new rule at each of so many domains; a loop beside the fewest of them."""
    for domains in scale.applied:
        with_loop = domains == min(scale.applied)
        yield from _applied(scale, folder / f"{domains}", domains, with_loop=with_loop)


def _applied(scale: Scale, folder: Path, domains: int, *, with_loop: bool) -> Iterator[Figure]:
    data = Dataset(domains, 5)
    folders = (folder / f"{number}" for number in count())
    sent: list[int] = []

    def apply() -> Weight:
        here = workplace(next(folders), data, ONE_MORE)
        with service(data) as origin:
            weight = here.asking(origin.url).run("apply", "--confirm", "--quiet")
            sent.append(origin.requests)
        return weight

    def loop() -> Weight:
        with service(data) as origin:
            return weigh([sys.executable, "-m", "benchmarks.loop", origin.url, f"{domains}"])

    found = in_turn(scale.budget, {"mpctl": apply} | ({"loop": loop} if with_loop else {}))
    ours = found["mpctl"]
    bound = max(sent) * LATENCY / ONE_MORE.connections
    yield Figure(
        f"{domains} changes, mpctl / latency alone",
        ours.wall.middle / bound,
        1.2,
        f"{ours.wall.told('s')}, processor {ours.processor.middle:.3g} s",
        f"{max(sent)} requests x {LATENCY * 1e3:g} ms / {ONE_MORE.connections} connections = "
        f"{bound:.3g} s",
        f"{len(ours)}",
    )
    if with_loop:
        slow = found["loop"]
        yield Figure(
            f"{domains} changes, loop / mpctl",
            slow.wall.middle / ours.wall.middle,
            None,
            f"{ours.wall.told('s')}, plan and proof included",
            f"loop {slow.wall.told('s')}, one call a rule, nothing read",
            f"{len(ours)} / {len(slow)}",
            least=True,
        )
