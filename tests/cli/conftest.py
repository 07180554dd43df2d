"""A copy of the sample repository, and mpctl as a user calls it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mpctl.__main__ import main

SAMPLE = Path(__file__).parents[2] / "policies"


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The object that the command printed."""
        return json.loads(self.out)


Mpctl = Callable[..., Ran]
Writes = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def sample(in_folder: Path) -> Path:
    """The sample policies in the current directory."""
    return Path(shutil.copytree(SAMPLE, in_folder / "policies"))


@pytest.fixture
def mpctl(capfdbinary: pytest.CaptureFixture[bytes]) -> Mpctl:
    """Run a command line in this process through the real entry point."""

    def run(*arguments: str) -> Ran:
        capfdbinary.readouterr()
        code = main(arguments)
        captured = capfdbinary.readouterr()
        return Ran(code, captured.out.decode(), captured.err.decode())

    return run


@pytest.fixture
def writes(in_folder: Path) -> Callable[[], list[dict[str, Any]]]:
    """Give the requests in the sandbox's log that are writes."""
    log = in_folder / ".mpctl" / "sandbox" / "requests.jsonl"

    def read() -> list[dict[str, Any]]:
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        return [entry for entry in map(json.loads, lines) if entry["write"]]

    return read
