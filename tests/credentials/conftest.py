"""A fresh bench for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.credentials.bench import Bench


@pytest.fixture
def bench(in_folder: Path) -> Bench:
    """No target, an empty environment, and an empty folder for mpctl.yaml."""
    (in_folder / "policies").mkdir()
    return Bench(in_folder / "policies")
