"""Acts are journaled ahead like operations; nothing settles them but another look."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.act import BY_HAND, Act, ActResult, Deed, Ended, say_not_undone
from mpctl.core.outcome import Status
from mpctl.core.run import Run, RunHeader
from mpctl.core.state import Account
from mpctl.core.unfinished import broken_off, say_unfinished
from mpctl.diagnostics import ExitCode
from mpctl.store.journal import Journal, new_run_id
from mpctl.store.runs import Runs
from tests.strategies import NOW

TARGET: Final = "mailprotector"
ACTS: Final = st.builds(
    Act, st.sampled_from(Deed), st.just(TARGET), st.text(max_size=20), st.text(max_size=20)
)
ENDS: Final = st.dictionaries(ACTS, st.sampled_from(Status), max_size=5).map(
    lambda ends: [Ended(act, status, "why") for act, status in ends.items()]
)


def begin(folder: Path, *, acts: bool = True, after: int = 0) -> Journal:
    """A run of acts, or one that carries out a plan, begun so many seconds later."""
    now = NOW + timedelta(seconds=after)
    header = RunHeader(
        new_run_id(now),
        now,
        "release" if acts else "apply",
        who="ops@harbor",
        acts=acts,
        accounts={TARGET: Account("https://service.example")},
    )
    return Journal.begin(folder, header, None if acts else {})


@pytest.fixture
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mpctl.store.journal.os.fsync", lambda _: None)


@pytest.mark.usefixtures("_quick_disk")
@given(ENDS, st.data())
def test_a_journal_cut_anywhere_tells_every_act_that_was_begun(
    ends: list[Ended], data: st.DataObject
) -> None:
    """Each act stands there before its end; what has none is unknown, never undone or done."""
    with TemporaryDirectory() as folder:
        journal = begin(Path(folder))
        for end in ends:
            journal.begun([end.act])
            journal.done([end])
        journal.end(ActResult(tuple(ends)), NOW)
        (path,) = Path(folder).iterdir()
        whole = path.read_bytes()
        run = Runs(Path(folder)).find("last")
        path.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
        cut = Runs(Path(folder)).find("last")

    assert [acted.end for acted in run.acts] == ends
    assert run.end is not None
    assert run.end.exit_code is ActResult(tuple(ends)).exit_code
    assert len(cut.acts) <= len(ends)
    for acted, end in zip(cut.acts, ends, strict=False):
        assert acted.act == end.act
        assert acted.status in {end.status, Status.UNKNOWN}


def test_old_journals_have_no_acts(tmp_path: Path) -> None:
    """A header without the word is that of a plan."""
    begin(tmp_path, acts=False)
    (path,) = tmp_path.iterdir()
    header, *rest = path.read_bytes().splitlines(keepends=True)
    line = json.loads(header)
    del line["acts"]
    path.write_bytes(json.dumps(line).encode() + b"\n" + b"".join(rest))

    run = Runs(tmp_path).find("last")

    assert (run.header.acts, run.acts) == (False, ())


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ((), ExitCode.DONE),
        ((Status.APPLIED, Status.APPLIED), ExitCode.DONE),
        ((Status.APPLIED, Status.FAILED), ExitCode.PARTIAL),
        ((Status.APPLIED, Status.NOT_ATTEMPTED), ExitCode.PARTIAL),
        ((Status.UNKNOWN,), ExitCode.PARTIAL),
        ((Status.FAILED, Status.NOT_ATTEMPTED), ExitCode.STOPPED),
    ],
)
def test_the_exit_code_of_acts(statuses: tuple[Status, ...], code: ExitCode) -> None:
    """0: all; 5: some, or nobody knows; 1: none."""
    ends = tuple(
        Ended(Act(Deed.RELEASE, TARGET, str(number)), status)
        for number, status in enumerate(statuses)
    )
    assert ActResult(ends).exit_code is code
    assert ActResult(ends, interrupted=True).exit_code is ExitCode.INTERRUPTED


def unsettled(folder: Path, *, acts: bool) -> list[str]:
    """The runs of a kind that broke off and that nothing settled."""
    return [run.id for run in broken_off(Runs(folder).newest(), {TARGET}, acts=acts)]


def test_plans_and_acts_do_not_settle_each_other(tmp_path: Path) -> None:
    """A release that ended says nothing about an apply that broke off, and the other way round."""
    begin(tmp_path, acts=False)
    begin(tmp_path, acts=True, after=1)
    begin(tmp_path, acts=False, after=2).end(ActResult(), NOW)
    apply, release, _ = reversed(Runs(tmp_path).ids())
    del apply

    assert unsettled(tmp_path, acts=False) == []
    assert unsettled(tmp_path, acts=True) == [release]

    begin(tmp_path, acts=True, after=3).end(ActResult(), NOW)
    begin(tmp_path, acts=False, after=4)
    assert unsettled(tmp_path, acts=True) == []
    assert unsettled(tmp_path, acts=False) == [Runs(tmp_path).ids()[0]]


def test_acts_that_broke_off_are_not_said_to_be_finished_by_a_plan(tmp_path: Path) -> None:
    """The warning names what nobody knows the end of, and that nothing repeats it."""
    journal = begin(tmp_path)
    act = Act(Deed.RELEASE, TARGET, "1985000110")
    journal.begun([act])

    finding = say_unfinished(Runs(tmp_path).find("last"))

    assert finding.summary.endswith(
        "0 applied, begun and not known to have ended: release 1985000110"
    )
    assert "Nothing is done twice by itself" in finding.why


def test_what_cannot_be_taken_back_is_said_for_each_kind() -> None:
    """With what a person could do; what did nothing is not mentioned."""
    assert BY_HAND.keys() == set(Deed)
    run = Run(RunHeader("20261121T131500Z-1a2b3c4d", NOW, acts=True), "x.jsonl")
    assert say_not_undone(run.id, run.acts) == ()
