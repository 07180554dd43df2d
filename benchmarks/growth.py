"""How time and memory grow with the rules: the steepest slope between two sizes, in logarithms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import log
from pathlib import Path

from benchmarks.dataset import Dataset
from benchmarks.figures import Figure, Sample
from benchmarks.process import Weight, origin
from benchmarks.scale import Scale
from benchmarks.workplace import workplace

_RULES = 100
_GOAL = 1.05


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """From the smallest to the largest, offline and over HTTP without latency."""
    offline: dict[int, Weight] = {}
    planned: dict[int, Weight] = {}
    for total in scale.growth:
        data = Dataset(total // _RULES, _RULES)
        place = workplace(folder / str(total), data)
        offline[total] = _best([place.run("validate") for _ in range(scale.runs)])
        with origin(data, page=100, latency=0.0) as url:
            served = place.asking(url)
            planned[total] = _best([served.run("plan", "--quiet") for _ in range(scale.runs)])
    for name, weights in (("validate", offline), ("plan over HTTP", planned)):
        yield _slope(f"{name}, processor", {n: w.cpu for n, w in weights.items()}, "s")
        yield _slope(f"{name}, memory", {n: w.memory / 1e6 for n, w in weights.items()}, "MB")


def _best(weights: list[Weight]) -> Weight:
    middle = Sample([w.cpu for w in weights]).middle
    return min(weights, key=lambda weight: abs(weight.cpu - middle))


def _slope(name: str, values: dict[int, float], unit: str) -> Figure:
    sizes = sorted(values)
    exponent = max(
        log(values[more] / values[less]) / log(more / less) for less, more in pairwise(sizes)
    )
    detail = ", ".join(f"{total}: {value:.1f} {unit}" for total, value in values.items())
    return Figure(f"growth, {name}", exponent, _GOAL, detail, unit="exponent")
