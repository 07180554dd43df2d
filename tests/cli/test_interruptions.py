"""Signals and kills: running operations are finished and journaled, and the next run converges."""

from __future__ import annotations

import re
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from mpctl.core.outcome import Status
from mpctl.sandbox import Sandbox
from tests.cli.processes import Site

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as on POSIX")

APPLY = ("apply", "--confirm", "--format", "json")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Policies with six changes, and a service that is reached like a live one."""
    with Sandbox() as sandbox:
        site = Site(tmp_path, sandbox)
        site.set_up()
        yield site


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is live when nobody interferes."""
    with Sandbox() as sandbox:
        undisturbed = Site(tmp_path_factory.mktemp("undisturbed"), sandbox)
        undisturbed.set_up()
        assert undisturbed.run(*APPLY).code == 0
        return undisturbed.live()


@pytest.mark.parametrize(
    "signals",
    [
        (signal.SIGINT,),
        (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGTERM),
    ],
    ids=lambda signals: "+".join(number.name for number in signals),
)
def test_a_signal_finishes_what_runs_and_starts_nothing_else(
    site: Site, signals: tuple[signal.Signals, ...], complete: dict[str, list[str]]
) -> None:
    """Every operation has an outcome, the journal holds them, the code is 130; then the rest."""
    site.signal_at("POST", 2, *signals)

    ran = site.run(*APPLY)

    (run,) = site.runs
    assert ran.code == ran.json["exit_code"] == 130
    assert ran.json["result"]["interrupted"]
    assert set(ran.statuses) == {"applied", "not attempted"}
    assert ran.statuses["applied"] == len(site.sandbox.writes())
    assert Counter(step.status.value for step in run.steps) == ran.statuses
    assert run.end is not None
    assert run.end.exit_code == 130

    again = site.run(*APPLY)

    assert again.code == 0
    assert site.live() == complete
    assert not any(d["code"] == "unfinished-run" for d in again.json["diagnostics"])


def test_the_summary_of_an_interrupted_run_is_printed(site: Site) -> None:
    """A person reads what was done and what was not."""
    site.signal_at("POST", 1, signal.SIGINT)

    ran = site.run("apply", "--confirm")

    assert ran.code == 130
    assert ran.out.startswith("Interrupted: running operations were finished")
    assert re.search("not attempted +the run was interrupted before", ran.out)


@pytest.mark.parametrize("number", [signal.SIGTERM])
def test_before_the_first_write_a_signal_ends_the_run(site: Site, number: signal.Signals) -> None:
    """While the plan is made nothing is written, nothing is journaled, and the lock is free."""
    site.signal_at("GET", 2, number)

    ran = site.run(*APPLY)

    assert (ran.code, ran.out) == (130, "")
    assert site.sandbox.writes() == []
    assert site.runs == []
    assert site.run(*APPLY, "--lock-timeout", "0").code == 0


@pytest.mark.parametrize("call", [1, 4])
def test_a_killed_run_is_named_and_the_next_converges(
    site: Site, call: int, complete: dict[str, list[str]]
) -> None:
    """Killed in a call, a run is unfinished; the next says so, and there is no duplicate."""
    site.signal_at("POST", call, signal.SIGKILL)
    assert site.run(*APPLY).code == -signal.SIGKILL
    (killed,) = site.runs
    assert killed.unfinished
    assert killed.count(Status.UNKNOWN) >= 1

    again = site.run(*APPLY, "--lock-timeout", "0")

    said = [d for d in again.json["diagnostics"] if d["code"] == "unfinished-run"]
    assert again.code == 0
    assert [killed.id in d["summary"] for d in said] == [True]
    assert site.live() == complete
    assert not any(d["code"] == "unfinished-run" for d in site.run(*APPLY).json["diagnostics"]), (
        "what a later run settled is not said again"
    )


def test_a_killed_run_with_nothing_left_to_do_is_settled(site: Site) -> None:
    """If the killed run had done everything, the next one records that nothing was left."""
    site.run(*APPLY)
    newest = site.runs[0]
    path = site.folder / newest.path if not Path(newest.path).is_absolute() else Path(newest.path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))

    said = [site.run(*APPLY).json["diagnostics"] for _ in range(2)]

    assert [[d["code"] for d in each] for each in said] == [["unfinished-run"], []]


def test_a_second_run_waits_or_is_refused(site: Site) -> None:
    """While one run writes, another is refused with its name, or waits until it has ended."""
    refused = []

    def try_another() -> None:
        refused.append(site.run("apply", "--confirm", "--lock-timeout", "0", "--format", "json"))

    site.sandbox.meanwhile("POST", ".", try_another)
    first = site.start(*APPLY)
    ended = site.end(first)

    assert ended.code == 0
    assert refused[0].code == 4
    (problem,) = refused[0].json["diagnostics"]
    assert problem["code"] == "locked"
    assert f"(process {first.pid}, since 20" in problem["summary"]


def test_a_run_at_work_is_not_called_unfinished(site: Site) -> None:
    """Others see that it is at work."""
    seen = []
    site.sandbox.meanwhile(
        "POST", ".", lambda: seen.append(site.run("history", "--format", "json"))
    )

    site.run(*APPLY)

    (run,) = seen[0].json["runs"]
    assert (run["running"], run["unfinished"], run["exit_code"]) == (True, False, None)
