"""Running a program and weighing it: wall clock, processor time, memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from urllib.request import urlopen

from benchmarks.dataset import Dataset

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Weight:
    """What one run took: seconds, seconds of processor time, bytes at the most."""

    wall: float
    cpu: float
    memory: int


class FailedError(Exception):
    """A program that was to be measured did not do its work."""


def weigh(
    command: Sequence[str], *, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> Weight:
    """Run a program to its end; raises FailedError when it fails."""
    # A machine whose Python keeps no byte code would measure the compiler.
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = perf_counter()
    child = subprocess.Popen(  # noqa: S603 - our own commands
        command,
        cwd=cwd or ROOT,
        env={**inherited, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert child.stdout is not None
    output = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    wall = perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise FailedError(f"{' '.join(command)}: {output.decode(errors='replace')[-2000:]}")
    kilobytes = 1 if sys.platform == "darwin" else 1024
    return Weight(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * kilobytes)


@contextmanager
def origin(data: Dataset, *, page: int, latency: float, throttled: float = 0.0) -> Iterator[str]:
    """A service in a process of its own; gives its base URL."""
    figures = (data.domains, data.rules, page, latency, throttled)
    command = [sys.executable, "-m", "benchmarks.origin", *map(str, figures)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    try:
        assert child.stdout is not None
        port = child.stdout.readline().strip()
        yield f"http://127.0.0.1:{port}"
    finally:
        child.kill()
        child.wait()


def asked(url: str, what: str = "_count") -> int:
    """What a service says of itself: how many requests it has had, or the most in a second."""
    with urlopen(f"{url}/{what}") as answer:  # noqa: S310 - our own service
        return int(json.load(answer))


def mpctl(*arguments: str) -> list[str]:
    """The command line of mpctl under the interpreter that runs this."""
    return [str(Path(sys.executable).with_name("mpctl")), *arguments]
