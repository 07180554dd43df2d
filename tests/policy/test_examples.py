"""Every way to get a policy wrong, and everything that is said about it, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpctl.diagnostics import ExitCode, MpctlError
from mpctl.policy import load
from tests.policy.workspace import SERVICES, listing

EXAMPLES = Path(__file__).parent / "examples"
NAMES = sorted(path.name for path in EXAMPLES.iterdir())


def errors_of(example: Path, monkeypatch: pytest.MonkeyPatch) -> MpctlError:
    """Load an example from within its folder, so that its paths read as they do for a user."""
    monkeypatch.chdir(example)
    with pytest.raises(MpctlError) as caught:
        load(Path("policies"), config=None, capabilities=SERVICES)
    return caught.value


@pytest.mark.parametrize("name", NAMES)
def test_listing(
    name: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """All problems of a repository are shown together, in reading order, each with what to do."""
    error = errors_of(EXAMPLES / name, monkeypatch)
    expected = EXAMPLES / name / "expected.txt"
    if request.config.getoption("--update-golden", default=False):
        expected.write_text(listing(error.diagnostics), encoding="utf-8", newline="\n")

    assert expected.read_text(encoding="utf-8") == listing(error.diagnostics)


@pytest.mark.parametrize("name", NAMES)
def test_every_problem_is_complete(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every problem has a place, says why it matters and what to do, and is said once."""
    found = errors_of(EXAMPLES / name, monkeypatch).diagnostics

    assert all(d.origin and d.summary and d.why and d.fix for d in found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("name", NAMES)
def test_exit_code(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken policy stops the run before anything is written."""
    assert errors_of(EXAMPLES / name, monkeypatch).exit_code is ExitCode.STOPPED
