"""Running a program and weighing it: wall clock, processor time, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.environment import clean

ROOT: Final = Path(__file__).parents[1]
_WEIGHER: Final = Path(__file__).with_name("weigher.py")
IMPORT_CLICK: Final = (sys.executable, "-c", "import click")


@dataclass(frozen=True, slots=True)
class Weight:
    """What one run took: seconds, seconds of processor time, bytes at the most, bytes from disk.

    Processor time includes the programs that it started; memory is that of the largest one.
    """

    wall: float
    processor: float
    memory: int
    read: int


class FailedError(Exception):
    """A program that was to be measured did not do its work."""


def weigh(
    command: Sequence[str], *, cwd: Path = ROOT, environment: Mapping[str, str] | None = None
) -> Weight:
    """Run a program to its end; raises FailedError when it fails."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder, "figures")
        # How the program ends stands in the file: the weigher itself does not fail.
        ran = subprocess.run(  # noqa: S603 - our own commands
            [sys.executable, "-I", "-S", str(_WEIGHER), str(figures), *command],
            cwd=cwd,
            env=clean(os.environ) | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=True,
        )
        wall, processor, memory, read, code = figures.read_text("ascii").split()
    if int(code):
        output = ran.stdout.decode(errors="replace")[-2000:]
        raise FailedError(f"{' '.join(command)}: {output}")
    return Weight(float(wall), float(processor), int(memory), int(read))


def mpctl(*arguments: str) -> list[str]:
    """The command line of mpctl under the interpreter that runs this."""
    return [str(Path(sys.executable).with_name("mpctl")), *arguments]
