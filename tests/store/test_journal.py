"""The journal is written ahead, survives a crash at any byte, and stops what it cannot record."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import given

from mpctl.core.capabilities import Capabilities
from mpctl.core.match import parse_match
from mpctl.core.outcome import ApplyResult, Outcome, Status
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import Action, DeclaredRule, LiveRule, RuleKey
from mpctl.core.run import RunHeader
from mpctl.core.schedule import Batch, Operation, Step
from mpctl.core.state import Account, DesiredEntity, DesiredState, LiveEntity, Mode
from mpctl.diagnostics import Code, ExitCode, MpctlError, Origin
from mpctl.reconcile.apply import UNRECORDED
from mpctl.store.journal import Journal, new_run_id
from mpctl.store.runs import Runs
from tests.laws.recorded import Bench, Mortal
from tests.strategies import (
    ENTITY,
    NOW,
    SERVICES,
    declared_settings,
    desired_entities,
    live_entities,
)

HERE: Final = Origin("policies/acme.yaml", 4, 5)
PERMISSIONS: Final = {"permissions": {"messages": {"allow_spam_release": False, "other": 1}}}


def key(action: Action, value: str) -> RuleKey:
    """A rule by its action and value."""
    return RuleKey(action, parse_match(value))


LIVE: Final = LiveEntity(
    ENTITY,
    "9101",
    rules=(
        LiveRule(key(Action.ALLOW, "old.example"), "Old.Example", "7"),
        LiveRule(key(Action.BLOCK, "spam.example"), "spam.example", "8"),
        LiveRule(key(Action.BLOCK, "kept.example"), "kept.example", "9"),
    ),
    settings={"allow_spam_release": False},
    documents=PERMISSIONS,
)
NEW: Final = key(Action.ALLOW, "new.example")
KEPT: Final = key(Action.BLOCK, "kept.example")
DESIRED: Final = DesiredEntity(
    ENTITY,
    HERE,
    modes=dict.fromkeys(Action, Mode.FULL),
    owned=frozenset(Action),
    rules={k: DeclaredRule(k, str(k.match), (HERE,)) for k in (NEW, KEPT)},
    settings=declared_settings({"allow_spam_release": True}),
)
STATE: Final = DesiredState({ENTITY: DESIRED})
OPERATIONS: Final = 4


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """An entity for which there is something of everything to do."""
    return Bench(Mortal({ENTITY: LIVE}), tmp_path / "runs")


def begun(bench: Bench) -> Journal:
    """A journal that has its first lines."""
    return Journal.begin(bench.folder, RunHeader(new_run_id(NOW), NOW), {})


def journal_of(bench: Bench) -> Path:
    """The file of the only run."""
    (path,) = bench.folder.iterdir()
    return path


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The lines of a journal."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def ends_of(result: ApplyResult | None) -> list[Outcome]:
    """All outcomes of a run that came to its end."""
    assert result is not None
    return [outcome for outcomes in result.outcomes.values() for outcome in outcomes]


@pytest.fixture
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mpctl.store.journal.os.fsync", lambda _: None)


@pytest.mark.usefixtures("_quick_disk")
@given(desired_entities(), live_entities(), SERVICES)
def test_a_journal_tells_what_happened(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """Read back, a run has every outcome of its result, its end and its plan."""
    with TemporaryDirectory() as folder:
        bench = Bench(Mortal({ENTITY: live}, service), Path(folder))
        result = bench.apply(DesiredState({ENTITY: desired}))
        run = bench.last

    assert result is not None
    assert [step.outcome for step in run.steps] == ends_of(result)
    assert [step.number for step in run.steps] == list(range(1, len(run.steps) + 1))
    assert run.end is not None
    assert (run.end.exit_code, run.end.findings) == (result.exit_code, result.findings)
    assert run.plan["digest"] == result.plan.digest == run.header.digest
    assert run.header.accounts == result.plan.accounts


def test_a_journal_has_these_lines(bench: Bench) -> None:
    """Who, the plan, what was there, then what is tried and how it ended, and the end."""
    bench.apply(STATE)

    tried = ["attempt", "outcome"] * OPERATIONS
    records = [line["record"] for line in lines_of(journal_of(bench))]
    assert records == ["run", "plan", "before", *tried, "end"]


def test_what_was_there_is_recorded_before_the_first_write(bench: Bench) -> None:
    """The rows of the lists that change, the settings, and the documents a write may replace."""
    bench.apply(STATE)

    before = bench.last.before[ENTITY]
    assert before.rules == LIVE.rules
    assert before.settings == LIVE.settings
    assert before.documents == PERMISSIONS
    assert before.native_id == LIVE.native_id


def test_of_a_list_that_does_not_change_only_rivals_are_recorded(bench: Bench) -> None:
    """A list that stays is not copied, but for the opposite of a rule that changes."""
    rival = LiveRule(NEW._replace(action=Action.BLOCK), "new.example", "10")
    bench.provider.live[ENTITY] = replace(LIVE, rules=(*LIVE.rules, rival))
    additive = replace(DESIRED, owned=frozenset(), settings={})

    bench.apply(DesiredState({ENTITY: additive}))

    assert bench.last.before[ENTITY].rules == (LIVE.rules[0], rival)


def test_every_call_is_on_the_disk_before_it_is_sent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a batch goes out, its lines are in the file, and the file was flushed after them."""
    flushed: list[int] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        fsync(descriptor)
        flushed.append(os.fstat(descriptor).st_size)

    def look(batch: Batch) -> None:
        path = journal_of(bench)
        last = lines_of(path)[-1]
        assert path.stat().st_size in flushed
        assert last["record"] == "attempt"
        assert [o["native_id"] for o in last["operations"]] == [
            o.native_id for o in batch.operations
        ]

    monkeypatch.setattr("mpctl.store.journal.os.fsync", note)
    bench.provider.on_call = look

    assert len(ends_of(bench.apply(STATE))) == OPERATIONS
    assert journal_of(bench).stat().st_size in flushed


def test_a_journal_is_private(bench: Bench) -> None:
    """Only its owner can read what a run did, and who could release what before."""
    bench.apply(STATE)

    assert journal_of(bench).stat().st_mode & 0o777 == 0o600
    assert bench.folder.stat().st_mode & 0o777 == 0o700


def test_a_journal_cut_at_any_byte_is_readable(bench: Bench) -> None:
    """What is left are the first lines; the run is unfinished, and no step is made up."""
    small = replace(DESIRED, owned=frozenset())
    prepared, journal = bench.plan(DesiredState({ENTITY: small})), begun(bench)
    journal.end(bench.applier(prepared, journal).run(prepared.plan), NOW)
    path, whole = journal_of(bench), bench.last
    data = path.read_bytes()

    for size in reversed(range(len(data))):
        os.truncate(path, size)
        (run,), strange = bench.runs.read_all()

        assert not strange
        assert run.unfinished
        assert run.id == whole.id
        assert run.header.started.replace(microsecond=0) == NOW
        assert [step.operation for step in run.steps] == [
            step.operation for step in whole.steps[: len(run.steps)]
        ]
        tried = data[:size].count(b'{"record":"attempt"')
        assert len(run.steps) in {tried, tried - 1}
        assert all(s.outcome in {None, w.outcome} for s, w in zip(run.steps, whole.steps))  # noqa: B905


@pytest.mark.parametrize("call", range(OPERATIONS))
@pytest.mark.parametrize("after", [False, True])
def test_a_step_whose_end_is_not_recorded_is_unknown(
    bench: Bench, call: int, *, after: bool
) -> None:
    """Killed in a call, the run ends with a step of which nobody knows whether it was done."""
    bench.provider.dies_at, bench.provider.dies_after_the_call = call, after

    bench.apply(STATE)

    run = bench.last
    assert run.unfinished
    statuses = [step.status for step in run.steps]
    assert statuses == [*[Status.APPLIED] * call, Status.UNKNOWN]
    assert run.steps[-1].wrote


Disk = Callable[[int, bytes], int]


def full_after(lines: int, *, short: bool = False) -> Disk:
    """A disk that has room for so many lines; then it refuses, or takes half of one line only."""
    write, written = os.write, [0]

    def limited(descriptor: int, data: bytes) -> int:
        written[0] += 1
        if written[0] <= lines:
            return write(descriptor, data)
        if short:
            return write(descriptor, data[: len(data) // 2] if written[0] == lines + 1 else data)
        raise OSError(errno.ENOSPC, "No space left on device")

    return limited


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("lines", range(2, 2 + 1 + 2 * OPERATIONS + 1))
def test_nothing_is_sent_that_cannot_be_recorded(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, lines: int, *, short: bool
) -> None:
    """A disk that fills up ends the run: no call without a record, and no damaged file."""
    monkeypatch.setattr("mpctl.store.journal.os.write", full_after(lines, short=short))
    prepared, journal = bench.plan(STATE), begun(bench)

    result = bench.applier(prepared, journal).run(prepared.plan)
    with pytest.raises(MpctlError):
        journal.end(result, NOW)

    run = bench.last
    assert bench.provider.calls == sum(1 for step in run.steps if step.wrote)
    assert len(ends_of(result)) == OPERATIONS
    assert run.unfinished


def test_what_was_not_recorded_was_not_attempted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of the run is said to be left alone, with the reason, and the exit code is 5."""
    monkeypatch.setattr("mpctl.store.journal.os.write", full_after(5))
    prepared, journal = bench.plan(STATE), begun(bench)

    result = bench.applier(prepared, journal).run(prepared.plan)

    ends = ends_of(result)
    assert [end.status for end in ends] == [Status.APPLIED, *[Status.NOT_ATTEMPTED] * 3]
    assert {end.detail for end in ends[1:]} == {UNRECORDED}
    assert [finding.code for finding in result.findings] == [Code.JOURNAL_FAILED]
    assert result.exit_code is ExitCode.PARTIAL


def test_a_journal_that_cannot_be_begun_stops_the_run(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is sent, the error says which file, why it matters and what to do."""
    monkeypatch.setattr("mpctl.store.journal.os.write", full_after(0))

    with pytest.raises(MpctlError, match="No space left on device"):
        bench.apply(STATE)

    assert bench.provider.calls == 0


def test_a_folder_that_is_a_file_stops_the_run(bench: Bench) -> None:
    """A state folder in which nothing can be kept is an error with its name."""
    bench.folder.write_text("")

    with pytest.raises(MpctlError) as caught:
        begun(bench)

    assert caught.value.diagnostics[0].code is Code.UNUSABLE_STATE


def test_threads_do_not_mix_their_lines(tmp_path: Path) -> None:
    """From many threads at once each line is whole, and each operation has a number of its own."""
    account = {"mailprotector": Account("https://service.example", "400")}
    journal = Journal.begin(tmp_path, RunHeader(new_run_id(NOW), NOW, accounts=account), {})
    plan = EntityPlan(ENTITY, HERE)
    bench = Bench(Mortal({ENTITY: LIVE}), tmp_path / "other")
    change = bench.plan(STATE).plan.entities[0].planned[0]

    def work(number: int) -> None:
        operation = Operation(change, str(number))
        journal.before(LIVE, plan)
        journal.attempt(Batch(ENTITY, "9101", Step.WINNER_IN, (operation,)))
        journal.ended([Outcome(operation, Status.APPLIED)])

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(60)))

    run = Runs(tmp_path).find("last")
    assert {step.operation.native_id for step in run.steps} == {str(n) for n in range(60)}
    assert {step.status for step in run.steps} == {Status.APPLIED}


def test_names_of_runs_sort_by_time() -> None:
    """The order of names is the order in time, also within a second, and no two are the same."""
    moments = [NOW + timedelta(microseconds=n * 1001) for n in range(2000)]
    names = [new_run_id(moment) for moment in moments]

    assert names == sorted(set(names))
    assert all(re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{8}", name) for name in names)
