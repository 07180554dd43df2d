"""History: what was done, newest first; what cannot be read is named, the rest is listed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mpctl.sandbox import Sandbox
from tests.cli.around import assert_valid
from tests.cli.conftest import Mpctl

RUNS = Path(".mpctl/sandbox/runs")
BLUEFIN = ("--sandbox", "--only", "domains/bluefin.example")


@pytest.fixture
def two_runs(sample: Path, mpctl: Mpctl) -> list[str]:
    """An apply and its rollback; gives their names, newest first."""
    _ = sample
    mpctl("apply", *BLUEFIN, "--confirm")
    mpctl("rollback", "last", *BLUEFIN, "--confirm")
    return [run["id"] for run in mpctl("history", "--sandbox", "--format", "json").json["runs"]]


def test_runs_are_listed_newest_first(two_runs: list[str], mpctl: Mpctl) -> None:
    """Each with who, when, what and how it ended."""
    ran = mpctl("history", "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    assert ran.json["format_version"] == 1
    newest, oldest = ran.json["runs"]
    assert two_runs == sorted(two_runs, reverse=True)
    assert (newest["command"], newest["rolls_back"]) == ("rollback", oldest["id"])
    assert oldest["outcomes"] == {"applied": 4, "failed": 0, "not attempted": 0, "unknown": 0}
    assert oldest["entities"] == ["mailprotector:domains/bluefin.example"]
    assert (oldest["exit_code"], oldest["unfinished"], oldest["running"]) == (0, False, False)


def test_one_run_is_shown_with_outcomes_and_before_values(
    two_runs: list[str], mpctl: Mpctl
) -> None:
    """Every operation by its number, and what was live before the first write."""
    ran = mpctl("history", two_runs[1], "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    operations = ran.json["run"]["operations"]
    assert [o["number"] for o in operations] == [1, 2, 3, 4]
    assert {o["status"] for o in operations} == {"applied"}
    (before,) = ran.json["run"]["before"]
    assert len(before["rules"]) == 6
    shown = mpctl("history", two_runs[1], "--sandbox").out
    assert f"rolled back by {two_runs[0]}" in shown
    assert "mailprotector:domains/bluefin.example before" in shown


def test_files_that_are_no_journals_are_named(two_runs: list[str], mpctl: Mpctl) -> None:
    """Damaged and foreign files are warnings; every other run is listed."""
    damaged = RUNS / f"{two_runs[1]}.jsonl"
    lines = damaged.read_bytes().splitlines(keepends=True)
    damaged.write_bytes(b"".join([*lines[:2], b"{nonsense\n", *lines[3:]]))
    newest = (RUNS / f"{two_runs[0]}.jsonl").read_bytes()
    (RUNS / "20200101T000000Z-00000000.jsonl").write_bytes(newest)
    (RUNS / "20200101T000001Z-00000000.jsonl").write_text('{"format_version": 99}\n', "utf-8")
    (RUNS / "notes.txt").write_text("hello", "utf-8")

    ran = mpctl("history", "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    assert [run["id"] for run in ran.json["runs"]] == two_runs[:1]
    assert [(d["code"], d["summary"].split(": ")[1]) for d in ran.json["diagnostics"]] == [
        ("unreadable-run", "its name is not that of a journal"),
        ("unreadable-run", "one of its lines is not JSON"),
        ("unreadable-run", "it is no journal of this format"),
        ("unreadable-run", f"it is the journal of {two_runs[0]}"),
    ]


def test_a_damaged_journal_stops_no_plan(two_runs: list[str], mpctl: Mpctl) -> None:
    """Planning and applying do not depend on past journals."""
    for run in two_runs:
        (RUNS / f"{run}.jsonl").write_text("nonsense\n", "utf-8")

    assert mpctl("plan", *BLUEFIN).code == 0
    assert mpctl("apply", *BLUEFIN, "--confirm").code == 0


def test_a_damaged_journal_cannot_be_rolled_back(two_runs: list[str], mpctl: Mpctl) -> None:
    """What it did is not known, so nothing is taken back."""
    (RUNS / f"{two_runs[0]}.jsonl").write_text("nonsense\n", "utf-8")

    ran = mpctl("rollback", two_runs[0], "--sandbox", "--confirm")

    assert ran.code == 1
    assert "error[unreadable-run]" in ran.err


@pytest.mark.usefixtures("sample")
def test_a_run_that_does_nothing_leaves_no_journal(mpctl: Mpctl) -> None:
    """Neither a plan, nor an apply without --confirm, nor one with nothing to do."""
    mpctl("plan", "--sandbox")
    mpctl("apply", "--sandbox")
    mpctl("apply", "--sandbox", "--only", "domains/globex.example", "--confirm")

    assert mpctl("history", "--sandbox", "--format", "json").json["runs"] == []
    assert mpctl("history", "--sandbox").out.endswith("no runs\n")


@pytest.mark.usefixtures("sample")
def test_the_journal_can_be_kept_elsewhere(mpctl: Mpctl) -> None:
    """--journal names another folder for all commands that write or read it."""
    elsewhere = ("--journal", "kept/journals")
    mpctl("apply", *BLUEFIN, "--confirm", *elsewhere)

    assert len(list(Path("kept/journals").iterdir())) == 1
    assert mpctl("rollback", "last", *BLUEFIN, "--confirm", *elsewhere).code == 0
    assert "rolled-back" in mpctl("plan", *BLUEFIN, *elsewhere).out
    runs = mpctl("history", "--sandbox", "--format", "json", *elsewhere).json["runs"]
    assert len(runs) == 2
    assert not RUNS.exists()


@pytest.mark.usefixtures("sample")
def test_a_journal_holds_no_key(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of the account is not in it."""
    with Sandbox() as service:
        key = service.mailprotector.api_key
        monkeypatch.setenv("MAILPROTECTOR_API_BASE_URL", service.mailprotector.base_url)
        monkeypatch.setenv("MAILPROTECTOR_API_KEY", key)
        mpctl("apply", "--only", "domains/bluefin.example", "--confirm")

    (journal,) = Path(".mpctl/runs").iterdir()
    text = journal.read_text("ascii")
    assert json.loads(text.splitlines()[0])["record"] == "run"
    assert key not in text
