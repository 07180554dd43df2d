"""The service that is read from: benchmarks.origin in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.request import ProxyHandler, build_opener

from benchmarks.dataset import Dataset
from benchmarks.environment import clean
from benchmarks.process import ROOT

LATENCY: Final = 0.05
_opener = build_opener(ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Service:
    """A running service, and what it says of itself."""

    url: str

    @property
    def requests(self) -> int:
        """How many requests it has had."""
        return int(self._ask("count"))

    @property
    def busiest(self) -> int:
        """The most requests within one second."""
        return int(self._ask("busiest"))

    @property
    def processor(self) -> float:
        """How many seconds of processor time it has used."""
        return self._ask("processor")

    def _ask(self, what: str) -> float:
        with _opener.open(f"{self.url}/_{what}") as answer:
            return float(json.load(answer))


@contextmanager
def service(
    data: Dataset, *, page: int = 100, latency: float = LATENCY, throttled: float = 0.0
) -> Iterator[Service]:
    """A service with so many rows a page, that answers after so many seconds."""
    figures = (data.domains, data.rules, page, latency, throttled)
    command = [sys.executable, "-m", "benchmarks.origin", *map(str, figures)]
    child = subprocess.Popen(  # noqa: S603 - our own
        command, cwd=ROOT, env=clean(os.environ), stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    try:
        yield Service(f"http://127.0.0.1:{child.stdout.readline().strip()}")
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
