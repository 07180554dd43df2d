"""What cannot be taken back is recorded, one at a time, and rollback says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mpctl.store import journal
from mpctl.store.lock import Locks, Owner
from tests.cli.around import FAULTS, assert_valid, stop_time
from tests.cli.conftest import Mpctl, Writes

CONFIG = (
    "version: 1\ndefault_target: mail\ntargets:\n"
    "  mail: {provider: stalwart}\n  relay: {provider: mailbaby}\n"
)
FIRST = "217700302698266624"
BILLING = "billing@acme.example"
ACTS: dict[str, tuple[tuple[str, ...], tuple[str, str, str]]] = {
    "delist": (("delist", BILLING), ("relay", BILLING, "shown 1 time")),
    "train": (("train", "spam", "message.eml"), ("mail", "message.eml", "as spam")),
    "reload": (("reload",), ("mail", "mail", "")),
    "cancel": (
        ("queue", "cancel", FIRST),
        ("mail", FIRST, "from maja.lind@harbor.example to 1 recipient"),
    ),
    "reschedule": (
        ("queue", "reschedule", FIRST, "--at", "2026-11-22T09:00:00Z"),
        ("mail", FIRST, "from maja.lind@harbor.example to 1 recipient, at 2026-11-22T09:00:00Z"),
    ),
}
each_act = pytest.mark.parametrize(
    ("deed", "command", "told"), [(deed, *rest) for deed, rest in ACTS.items()], ids=list(ACTS)
)


@pytest.fixture(autouse=True)
def root(in_folder: Path) -> Path:
    """A policy root with two targets, and a message."""
    policies = in_folder / "policies"
    policies.mkdir()
    (policies / "mpctl.yaml").write_text(CONFIG, "utf-8")
    (in_folder / "message.eml").write_text("From: <a@b.example>\r\n\r\nhi\r\n", "utf-8")
    return in_folder


def history(mpctl: Mpctl) -> list[dict[str, Any]]:
    """All runs, at length, newest first."""
    listed = mpctl("history", "--sandbox", "--format", "json")
    assert_valid(listed, 0)
    shown = [
        mpctl("history", run["id"], "--sandbox", "--format", "json") for run in listed.json["runs"]
    ]
    for ran in shown:
        assert_valid(ran, 0)
    return [ran.json["run"] for ran in shown]


@each_act
def test_an_act_is_recorded(
    mpctl: Mpctl, deed: str, command: tuple[str, ...], told: tuple[str, str, str]
) -> None:
    """A dry run leaves no journal; with --confirm it holds target, subject, what about, the end."""
    assert mpctl(*command, "--sandbox").code == 2
    assert history(mpctl) == []

    assert mpctl(*command, "--sandbox", "--confirm").code == 0

    (run,) = history(mpctl)
    (act,) = run["acts"]
    assert act["deed"] == deed
    assert (act["target"], act["subject"], act["about"]) == told
    assert (act["status"], run["exit_code"], run["unfinished"]) == ("applied", 0, False)
    assert run["outcomes"]["applied"] == 1
    assert f"! {deed} {told[1]}" in mpctl("history", "last", "--sandbox").out
    assert "cannot be taken back" in mpctl("history", "--sandbox").out


@each_act
def test_a_rollback_says_that_nothing_takes_it_back(
    mpctl: Mpctl, writes: Writes, deed: str, command: tuple[str, ...], told: tuple[str, str, str]
) -> None:
    """With what a person could do instead; nothing is written, and the code is 1."""
    mpctl(*command, "--sandbox", "--confirm")
    before = writes()

    ran = mpctl("rollback", "last", "--sandbox", "--confirm")

    assert (ran.code, writes()) == (1, before)
    assert "error[not-undone]" in ran.err
    assert f"did {deed} {told[1]}: that cannot be taken back" in ran.err


def fill_the_disk(monkeypatch: pytest.MonkeyPatch, *, after: int) -> None:
    """Let a journal have room for so many lines only."""
    append = journal._append
    lines: list[bytes] = []

    def fail(descriptor: int, data: bytes) -> None:
        lines.append(data)
        if len(lines) > after:
            raise OSError(28, "No space left on device")
        append(descriptor, data)

    monkeypatch.setattr(journal, "_append", fail)


@pytest.mark.parametrize("deed", list(ACTS))
def test_it_stands_in_the_journal_before_it_is_sent(
    mpctl: Mpctl, writes: Writes, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    """Where the journal has no room for the act, nothing is sent."""
    fill_the_disk(monkeypatch, after=1)

    ran = mpctl(*ACTS[deed][0], "--sandbox", "--confirm")

    assert (ran.code, writes()) == (1, [])
    assert "error[journal-failed]" in ran.err


@each_act
def test_what_failed_is_recorded_as_failed_and_a_lost_answer_as_unknown(
    mpctl: Mpctl,
    monkeypatch: pytest.MonkeyPatch,
    deed: str,
    command: tuple[str, ...],
    told: tuple[str, str, str],
) -> None:
    """A refusal did nothing; a server fault may have."""
    stop_time(monkeypatch)
    method = {"reload": "GET", "reschedule": "PATCH", "cancel": "DELETE"}.get(deed, "POST")
    path = {"reload": "reload", "delist": "blocks/delete", "train": "train"}.get(deed, "queue")
    for status, end in ((403, "failed"), (500, "unknown")):
        monkeypatch.setenv(FAULTS, f"{method} {path} {status} times=forever")
        assert mpctl(*command, "--sandbox", "--confirm").code == 1
        (act,) = history(mpctl)[0]["acts"]
        assert act["status"] == end
    _ = told


def test_two_acts_at_once_are_one_too_many(mpctl: Mpctl, writes: Writes, root: Path) -> None:
    """The lock is that of apply: it names who holds it."""
    locks = Locks(root / ".mpctl" / "sandbox" / "locks")
    with locks.held(["relay"], Owner(1, "ops@harbor", "mpctl apply", "now"), timeout=0):
        ran = mpctl("delist", BILLING, "--sandbox", "--confirm", "--lock-timeout", "0")

    assert (ran.code, writes()) == (4, [])
    assert "error[locked]" in ran.err


def test_an_act_that_broke_off_is_said_until_another_ended(mpctl: Mpctl) -> None:
    """A plan has nothing to settle there; the next act of the same target is warned."""
    mpctl("delist", BILLING, "--sandbox", "--confirm")
    (path,) = Path(".mpctl/sandbox/runs").iterdir()
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    assert history(mpctl)[0]["acts"][0]["status"] == "unknown"

    again = mpctl("delist", "news@acme.example", "--sandbox", "--confirm")
    assert "warning[unfinished-run]" in again.err
    assert f"begun and not known to have ended: delist {BILLING}" in again.err
    assert "unfinished-run" not in mpctl("delist", BILLING, "--sandbox").err
    assert "unfinished-run" not in mpctl("plan", "--sandbox").out


def test_a_record_that_cannot_be_kept_afterwards_is_no_success(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent was sent: the result is shown, and the code is 5."""
    fill_the_disk(monkeypatch, after=2)

    ran = mpctl("delist", BILLING, "--sandbox", "--confirm")

    assert ran.code == 5
    assert "was taken off" in ran.out
    assert "error[journal-failed]" in ran.err


@pytest.mark.parametrize(
    ("path", "code", "end"),
    [("/mail/blocks/delete", 0, "applied"), ("/mail/nothing", 1, "failed")],
)
def test_a_write_by_hand_is_recorded_too(mpctl: Mpctl, path: str, code: int, end: str) -> None:
    """Reads are not; nobody knows what undoes it."""
    here = ("--target", "relay", "--sandbox")
    mpctl("raw", "GET", "/mail/blocks", *here)
    assert history(mpctl) == []

    body = ("--body", f'{{"email": "{BILLING}"}}')
    assert mpctl("raw", "POST", path, *body, *here, "--confirm").code == code

    (act,) = history(mpctl)[0]["acts"]
    assert (act["deed"], act["subject"], act["status"]) == ("raw", f"POST {path}", end)
