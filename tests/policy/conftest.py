"""A fresh policy repository for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.policy.workspace import CONFIGURATION, Workspace


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A policy root with a configuration and nothing else, below the current directory."""
    monkeypatch.chdir(tmp_path)
    workspace = Workspace(tmp_path / "policies")
    workspace.write("mpctl.yaml", CONFIGURATION)
    return workspace
