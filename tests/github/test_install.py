"""Installing mpctl on a runner, and choosing the script of a command."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.github.conftest import REPOSITORY, SCRIPTS

PYTHON = """#!/bin/sh
echo "in $(pwd): $(basename "$0") $*" >>"$CALLS"
if [ "$1 $2" = "-m venv" ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi
"""


def _sh(tmp_path: Path, script: str, **variables: str) -> tuple[int, str, list[str]]:
    """Run a script with a python that only writes down what it was asked for."""
    programs, calls = tmp_path / "bin", tmp_path / "calls"
    programs.mkdir()
    (programs / "python").write_text(PYTHON, "utf-8")
    (programs / "python").chmod(0o755)
    calls.touch()
    ran = subprocess.run(  # noqa: S603 - our own words
        ["/bin/sh", str(SCRIPTS / script)],
        cwd=tmp_path,
        env={
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "CALLS": str(calls),
            "RUNNER_TEMP": str(tmp_path / "temp"),
            "GITHUB_PATH": str(tmp_path / "path"),
            **variables,
        },
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    return ran.returncode, ran.stdout + ran.stderr, calls.read_text("utf-8").splitlines()


@pytest.mark.parametrize(("version", "what"), [("", "."), ("1.2.3", "mpctl==1.2.3")])
def test_mpctl_is_installed_from_its_own_folder(tmp_path: Path, version: str, what: str) -> None:
    """Pip runs where the action is, never where a pull request could have put a module."""
    code, _, calls = _sh(tmp_path, "install.sh", MPCTL_VERSION=version)

    assert code == 0
    assert len(calls) == 2
    assert all(call.startswith(f"in {REPOSITORY}: python -m ") for call in calls)
    assert calls[1].endswith(f"-m pip install --quiet --disable-pip-version-check {what}")
    here = tmp_path / "temp" / "mpctl-environment" / "bin"
    assert (tmp_path / "path").read_text("utf-8") == f"{here}\n"


@pytest.mark.parametrize("version", ["1.2.3 evil", "--index-url=x", "1;id", "1.2\n3"])
def test_a_version_is_a_version(tmp_path: Path, version: str) -> None:
    """What is no version installs nothing."""
    code, log, calls = _sh(tmp_path, "install.sh", MPCTL_VERSION=version)

    assert (code, len(calls)) == (64, 1)
    assert "a version is like 1.2.3" in log


@pytest.mark.parametrize(
    ("command", "script"),
    [
        ("plan", "plan.py"),
        ("diff", "plan.py"),
        ("apply", "apply.py"),
        ("drift", "drift.py"),
        ("expire", "drift.py"),
    ],
)
def test_a_command_has_its_script(tmp_path: Path, command: str, script: str) -> None:
    """The action runs one of ours."""
    code, _, calls = _sh(tmp_path, "run.sh", MPCTL_COMMAND=command)

    assert (code, calls) == (0, [f"in {tmp_path}: python {SCRIPTS}/{script}"])


@pytest.mark.parametrize("command", ["", "raw", "plan; id", "../x"])
def test_another_command_is_refused(tmp_path: Path, command: str) -> None:
    """Nothing else can be run by name."""
    assert _sh(tmp_path, "run.sh", MPCTL_COMMAND=command)[::2] == (64, [])
