"""A plan that changes nothing over HTTP, beside the bare fetch of the same pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bare import LIBRARIES
from benchmarks.dataset import Dataset, Layout
from benchmarks.figures import Figure, Sample
from benchmarks.process import Weight, origin, weigh
from benchmarks.scale import Scale
from benchmarks.workplace import workplace

LATENCY = 0.05
_FIRST_ID = 9101


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """Every size of page with every number of connections."""
    for page in scale.pages:
        for connections in scale.connections:
            yield from _beside_bare(scale, folder / f"{page}-{connections}", page, connections)


def _beside_bare(scale: Scale, folder: Path, page: int, connections: int) -> Iterator[Figure]:
    here = workplace(folder, scale.served, Layout(connections=connections))
    listed = folder / "paths"
    listed.write_text("\n".join(_paths(scale.served, page)), "utf-8")
    bare: dict[str, list[Weight]] = {library: [] for library in LIBRARIES}
    ours: list[Weight] = []
    with origin(scale.served, page=page, latency=LATENCY) as url:
        place = here.asking(url)
        for run in range(scale.runs):
            for library, weights in bare.items():
                # The goals speak of requests; the others are there for comparison, once.
                if run == 0 or library == "requests":
                    weights.append(_fetch(library, url, connections, listed))
            ours.append(place.run("plan", "--quiet"))
    wall, cpu = (Sample([getattr(w, what) for w in ours]) for what in ("wall", "cpu"))
    fetched = {library: Sample([w.wall for w in weights]) for library, weights in bare.items()}
    processor = Sample([w.cpu for w in bare["requests"]])
    where = f"{page} rows a page, {connections} connections"
    beside = ", ".join(f"{library} {s.middle:.1f} s" for library, s in fetched.items())
    yield Figure(
        f"no-op plan over HTTP, wall, {where}",
        wall.middle / fetched["requests"].middle,
        1.15,
        f"mpctl {wall.middle:.1f} s ± {wall.spread:.0%}; {beside}",
    )
    yield Figure(
        f"no-op plan over HTTP, processor, {where}",
        cpu.middle / processor.middle,
        2.0,
        f"mpctl {cpu.middle:.1f} s ± {cpu.spread:.0%}; requests {processor.middle:.1f} s",
    )


def _fetch(library: str, url: str, connections: int, listed: Path) -> Weight:
    words = [sys.executable, "-m", "benchmarks.bare", library, url, str(connections), str(listed)]
    return weigh(words)


def _paths(data: Dataset, page: int) -> Iterator[str]:
    """What a plan has to read: the index of domains, and the rules of each."""
    for number in range(1, -(-data.domains // page) + 1):
        yield f"/domains?page={number}&per_page=100"
    for domain in range(data.domains):
        for number in range(1, -(-data.rules // page) + 1):
            path = f"/domains/{_FIRST_ID + domain}/allow_block_rules"
            yield f"{path}?page={number}&per_page=100"
