"""A plan that changes nothing over HTTP, beside the bare fetch of the same pages."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.bare import LIBRARIES
from benchmarks.dataset import Dataset, Layout, read_paths
from benchmarks.figures import Figure
from benchmarks.process import Weight, weigh
from benchmarks.runs import Budget, Runs, in_turn
from benchmarks.scale import Scale
from benchmarks.service import LATENCY, service
from benchmarks.workplace import workplace

PAGES: Final = (25, 100)
CONNECTIONS: Final = (16, 32)
_COMPARED = "requests"


@dataclass(frozen=True, slots=True)
class Case:
    """So many rules in pages of one size, over so many connections."""

    data: Dataset
    page: int
    connections: int

    @property
    def is_heaviest(self) -> bool:
        """Tell whether latency matters least among the cases that are measured."""
        return (self.page, self.connections) == (max(PAGES), max(CONNECTIONS))

    def __str__(self) -> str:
        return f"{self.data.total} rules, {self.page} a page, {self.connections} connections"


@dataclass(frozen=True, slots=True)
class Found:
    """A plan and the fetches; `busy` is the share of one core that the service needed."""

    ours: Runs
    bare: Runs
    others: str
    busy: float


def measure(page: int, connections: int) -> Callable[[Scale, Path], Iterator[Figure]]:
    """One size of page with one number of connections."""

    def one(scale: Scale, folder: Path) -> Iterator[Figure]:
        case = Case(scale.served, page, connections)
        yield from _figures(case, _found(scale.budget, folder, case))

    return one


def smaller(scale: Scale, folder: Path) -> Iterator[Figure]:
    """The same in smaller sizes: what does not grow weighs more there."""
    for domains in scale.smaller:
        case = Case(Dataset(domains, scale.served.rules), max(PAGES), min(CONNECTIONS))
        for figure in _figures(case, _found(scale.few, folder / f"{domains}", case)):
            yield replace(figure, goal=None)


def _found(budget: Budget, folder: Path, case: Case) -> Found:
    here = workplace(folder, case.data, Layout(connections=case.connections))
    listed = folder / "paths"
    listed.write_text("\n".join(read_paths(case.data, case.page)), "utf-8")
    with service(case.data, page=case.page) as origin:
        words = (origin.url, str(case.connections), str(listed))
        fetches = {name: partial(_fetch, name, *words) for name in LIBRARIES}
        compared = {_COMPARED: fetches.pop(_COMPARED)}
        # The goals speak of requests; the others run once, and where a library weighs most.
        once = in_turn(Budget(1), fetches if case.is_heaviest else {})
        before = origin.processor
        found = in_turn(
            budget, {**compared, "mpctl": partial(here.asking(origin.url).run, "plan", "--quiet")}
        )
        used = origin.processor - before
    others = "".join(f", {name} {runs.wall.told('s')}" for name, runs in once.items())
    walls = sum(sum(runs.wall.values) for runs in found.values())
    return Found(found["mpctl"], found[_COMPARED], others, used / walls)


def _figures(case: Case, found: Found) -> Iterator[Figure]:
    ours, bare = found.ours, found.bare
    runs = f"{len(ours)} / {len(bare)}"
    bound = len(list(read_paths(case.data, case.page))) * LATENCY / case.connections
    yield Figure(
        f"{case}: wall",
        ours.wall.middle / bare.wall.middle,
        1.15,
        ours.wall.told("s"),
        f"requests {bare.wall.told('s')}{found.others}; latency alone {bound:.3g} s",
        runs,
    )
    yield Figure(
        f"{case}: processor",
        ours.processor.middle / bare.processor.middle,
        2.0,
        ours.processor.told("s"),
        f"requests {bare.processor.told('s')}; the service {found.busy:.0%} of a core",
        runs,
    )


def _fetch(library: str, url: str, connections: str, listed: str) -> Weight:
    return weigh([sys.executable, "-m", "benchmarks.bare", library, url, connections, listed])
