"""How time and memory grow with the rules: the steepest slope between two sizes, in logarithms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from math import log
from pathlib import Path

from benchmarks.dataset import Dataset
from benchmarks.figures import Figure, Sample
from benchmarks.process import Weight
from benchmarks.runs import Runs, in_turn
from benchmarks.scale import Scale
from benchmarks.service import service
from benchmarks.workplace import workplace

_RULES = 100
_GOAL = 1.05


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """From the smallest to the largest, offline and over HTTP without latency."""
    sizes = {total: _weighed(scale, folder / f"{total}", total) for total in scale.growth}
    for name in next(iter(sizes.values())):
        runs = {total: found[name] for total, found in sizes.items()}
        yield _figure(f"{name}, processor", {n: r.processor for n, r in runs.items()}, "s", 1)
        yield _figure(f"{name}, memory", {n: r.memory for n, r in runs.items()}, "MB", 1e-6)


def _weighed(scale: Scale, folder: Path, total: int) -> Mapping[str, Runs]:
    data = Dataset(total // _RULES, _RULES)
    place = workplace(folder, data)
    place.commit()
    with service(data, latency=0.0) as origin:
        programs: dict[str, Callable[[], Weight]] = {
            "validate": partial(place.run, "validate"),
            "diff HEAD": partial(place.run, "diff", "HEAD"),
            "plan over HTTP": partial(place.asking(origin.url).run, "plan", "--quiet"),
        }
        return in_turn(scale.budget, programs)


def _figure(name: str, samples: Mapping[int, Sample], unit: str, scale: float) -> Figure:
    told = ", ".join(f"{total}: {sample.told(unit, scale)}" for total, sample in samples.items())
    return Figure(
        name,
        steepest({total: sample.middle for total, sample in samples.items()}),
        _GOAL,
        told,
        runs=", ".join(f"{len(sample.values)}" for sample in samples.values()),
        unit="exponent",
    )


def steepest(values: Mapping[int, float]) -> float:
    """The largest slope between neighbouring sizes, both in logarithms: 1 is linear."""
    return max(
        log(values[more] / values[less]) / log(more / less)
        for less, more in pairwise(sorted(values))
    )
