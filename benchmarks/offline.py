"""Policies alone: loaded, checked and compared, beside octoDNS on as many records."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.dataset import PLAIN, Dataset, Layout, write_zones
from benchmarks.figures import Figure
from benchmarks.process import FailedError, Weight, weigh
from benchmarks.runs import Runs, in_turn
from benchmarks.scale import Scale
from benchmarks.workplace import Workplace, workplace

PEER = "octoDNS"


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """Three layouts of the same rules; both programs read two sides and find them equal."""
    data = scale.offline
    layouts = {
        f"{data.total} rules, {data.domains} files": PLAIN,
        f"{data.total} rules, {data.domains} files, long form": Layout(long_form=True),
        f"{data.total} rules, 1 file": Layout(files=1),
    }
    places = {name: _committed(folder / name, data, layout) for name, layout in layouts.items()}
    zones = write_zones(data, folder / "zones")
    diffs = {f"{name}: diff HEAD": partial(p.run, "diff", "HEAD") for name, p in places.items()}
    alone = {f"{name}: validate": partial(p.run, "validate") for name, p in places.items()}
    found = in_turn(scale.budget, {PEER: partial(octodns, zones), **diffs})
    found = {**found, **in_turn(scale.few, alone)}
    peer = found[PEER]
    for name in diffs:
        yield _time(name, found[name], peer, 20.0)
        yield _memory(name, found[name], peer)
    for name in alone:
        yield _time(name, found[name], peer)


def smaller(scale: Scale, folder: Path) -> Iterator[Figure]:
    """The same in smaller sizes: what does not grow weighs more there."""
    for domains in scale.smaller:
        data = Dataset(domains, scale.offline.rules)
        place = _committed(folder / f"{domains}", data, PLAIN)
        zones = write_zones(data, folder / f"{domains}-zones")
        programs = {PEER: partial(octodns, zones), "mpctl": partial(place.run, "diff", "HEAD")}
        found = in_turn(scale.few, programs)
        what = f"{data.total} rules, {domains} files: diff HEAD"
        yield _time(what, found["mpctl"], found[PEER])


def _committed(folder: Path, data: Dataset, layout: Layout) -> Workplace:
    place = workplace(folder, data, layout)
    place.commit()
    return place


def _time(what: str, ours: Runs, peer: Runs, goal: float | None = None) -> Figure:
    return Figure(
        f"{what}, octoDNS / mpctl",
        peer.wall.middle / ours.wall.middle,
        goal,
        f"{ours.wall.told('s')}, processor {ours.processor.middle:.3g} s",
        f"octoDNS {peer.wall.told('s')}, processor {peer.processor.middle:.3g} s",
        f"{len(ours)} / {len(peer)}",
        least=True,
    )


def _memory(what: str, ours: Runs, peer: Runs) -> Figure:
    return Figure(
        f"{what}, memory, mpctl / octoDNS",
        ours.memory.middle / peer.memory.middle,
        1.5,
        ours.memory.told("MB", 1e-6),
        f"octoDNS {peer.memory.told('MB', 1e-6)}",
        f"{len(ours)} / {len(peer)}",
    )


def octodns(zones: Path) -> Weight:
    """A plan of octoDNS that finds nothing to do."""
    program = Path(sys.executable).with_name("octodns-sync")
    if not program.exists():
        raise FailedError("octoDNS is not installed: python -m pip install -e '.[bench]'")
    return weigh([str(program), "--config-file", "config.yaml", "--quiet"], cwd=zones)
