"""How long a person waits for a sign of life from a large plan."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

from benchmarks.dataset import Layout
from benchmarks.environment import clean
from benchmarks.figures import Figure
from benchmarks.process import IMPORT_CLICK, FailedError, Weight, mpctl, weigh
from benchmarks.runs import Runs, in_turn
from benchmarks.scale import Scale
from benchmarks.service import service
from benchmarks.workplace import Workplace, workplace

_GOAL = 0.3


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """A plan of the served rules, in a terminal and to a pipe."""
    here = workplace(folder, scale.served, Layout(connections=32))
    with service(scale.served) as origin:
        place = here.asking(origin.url)
        shown = in_turn(
            scale.budget,
            {
                "click": partial(weigh, IMPORT_CLICK),
                "terminal": partial(first_byte, mpctl("plan"), place, terminal=True),
            },
        )
        # Nothing but the plan itself goes to a pipe, so each run waits for the whole plan.
        piped = in_turn(
            scale.few, {"pipe": partial(first_byte, mpctl("plan"), place, terminal=False)}
        )
    yield _figure("mpctl plan, in a terminal", shown["terminal"], shown["click"], _GOAL)
    yield _figure("mpctl plan, to a pipe", piped["pipe"], shown["click"])


def _figure(what: str, ours: Runs, click: Runs, goal: float | None = None) -> Figure:
    base = click.wall
    return Figure(
        what,
        ours.wall.middle,
        goal,
        f"{ours.wall.told('s')}, {ours.wall.middle / base.middle:.1f} x import click",
        f"import click {base.told('s')}",
        f"{len(ours)} / {len(click)}",
        unit="s",
    )


def first_byte(command: Sequence[str], place: Workplace, *, terminal: bool) -> Weight:
    """Start what only reads, wait for its first byte on stdout or stderr, and end it."""
    ours, its = os.openpty() if terminal else os.pipe()
    started = perf_counter()
    child = subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=place.folder,
        env=clean(os.environ) | dict(place.environment),
        stdin=its if terminal else subprocess.DEVNULL,
        stdout=its,
        stderr=its,
    )
    os.close(its)
    try:
        if not _read(ours):
            raise FailedError(f"{' '.join(command)}: ended without a word")
        return Weight(perf_counter() - started, 0.0, 0, 0)
    finally:
        child.kill()
        child.wait()
        os.close(ours)


def _read(number: int) -> bytes:
    try:
        return os.read(number, 1)
    except OSError:
        return b""  # how Linux says that nobody holds the other end of a terminal
