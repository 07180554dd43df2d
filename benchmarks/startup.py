"""How long it takes until the first word, beside the import of click alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, Sample
from benchmarks.process import mpctl, weigh
from benchmarks.scale import Scale

_TIMES = 11


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """`--version` and `--help`."""
    _ = scale
    folder.mkdir(parents=True)
    click = [sys.executable, "-c", "import click"]
    for option in ("--version", "--help"):
        rounds = [(weigh(click).wall, weigh(mpctl(option)).wall) for _ in range(_TIMES)]
        base, ours = (Sample(values) for values in zip(*rounds, strict=True))
        detail = f"mpctl {ours.middle * 1e3:.0f} ms; import click {base.middle * 1e3:.0f} ms"
        yield Figure(f"mpctl {option} / import click", ours.middle / base.middle, 1.5, detail)
