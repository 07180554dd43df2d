"""How long it takes until mpctl has said its first word, beside the import of click alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.process import IMPORT_CLICK, mpctl, weigh
from benchmarks.runs import in_turn
from benchmarks.scale import Scale

_OPTIONS = ("--version", "--help")


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """`--version` and `--help`."""
    _ = folder
    programs = {option: partial(weigh, mpctl(option)) for option in _OPTIONS}
    found = in_turn(scale.starts, {"click": partial(weigh, IMPORT_CLICK), **programs})
    click = found["click"]
    for option in _OPTIONS:
        ours = found[option]
        yield Figure(
            f"mpctl {option}",
            ours.wall.middle / click.wall.middle,
            1.5,
            ours.wall.told("ms", 1e3),
            f"import click {click.wall.told('ms', 1e3)}",
            f"{len(ours)} / {len(click)}",
        )
