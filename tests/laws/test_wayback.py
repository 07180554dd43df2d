"""The way back: whatever a run did, and wherever it was cut, a rollback restores what was there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import Change, SettingChange
from mpctl.core.entity import Entity
from mpctl.core.outcome import Status
from mpctl.core.rule import RuleKey, SettingValue
from mpctl.core.state import DesiredState, LiveEntity
from mpctl.core.wayback import WayBack, recorded_state, way_back
from mpctl.diagnostics import Code, Severity
from tests.laws.recorded import Bench, Mortal
from tests.strategies import ENTITY, SERVICES, desired_entities, live_entities

OTHER = Entity("mailprotector", "domains", "other.example")
World = dict[Entity, LiveEntity]
WORLDS = st.fixed_dictionaries(
    {ENTITY: live_entities(doubtful=False), OTHER: live_entities(OTHER, doubtful=False)}
).map(lambda world: {**world, OTHER: replace(world[OTHER], native_id="9102")})
POLICIES = st.tuples(desired_entities(), desired_entities(OTHER)).map(
    lambda both: DesiredState({desired.entity: desired for desired in both})
)

# The number of the call in which the process dies, and whether that call still has its effect.
DEATHS = st.tuples(st.integers(0, 12), st.booleans())


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """These are laws about what is written; that it is on the disk is proved elsewhere."""
    monkeypatch.setattr("mpctl.store.journal.os.fsync", lambda _: None)


def known(
    world: Mapping[Entity, LiveEntity], settings: Mapping[Entity, Mapping[str, SettingValue]]
) -> dict[Entity, tuple[frozenset[RuleKey], dict[str, SettingValue | None]]]:
    """What can be restored: the rules without surplus copies, and these settings."""
    return {
        entity: (
            frozenset(row.key for row in live.rules),
            {name: live.settings.get(name) for name in settings[entity]},
        )
        for entity, live in world.items()
    }


def settings_of(world: Mapping[Entity, LiveEntity]) -> dict[Entity, Mapping[str, SettingValue]]:
    """The settings whose values were known at the beginning."""
    return {entity: live.settings for entity, live in world.items()}


@given(WORLDS, POLICIES, SERVICES)
def test_apply_then_rollback_restores(
    world: World, desired: DesiredState, service: Capabilities
) -> None:
    """Every rule and every known setting is as before; only surplus copies stay away."""
    with TemporaryDirectory() as folder:
        bench = Bench(Mortal(dict(world), service), Path(folder))
        bench.apply(desired)
        result = bench.roll_back(bench.last)

        assert known(bench.live, settings_of(world)) == known(world, settings_of(world))
        assert result is not None
        assert result.count(Status.APPLIED) == sum(map(len, result.outcomes.values()))


@given(WORLDS, POLICIES, SERVICES, DEATHS)
def test_a_run_that_was_killed_anywhere_can_be_taken_back(
    world: World, desired: DesiredState, service: Capabilities, death: tuple[int, bool]
) -> None:
    """Killed before or right after any call, the journal is enough to restore what was there."""
    call, after = death
    with TemporaryDirectory() as folder:
        mortal = Mortal(dict(world), service, dies_at=call, dies_after_the_call=after)
        bench = Bench(mortal, Path(folder))
        bench.apply(desired)
        killed = bench.last
        bench.provider.dies_at = None
        bench.roll_back(killed)

        assert known(bench.live, settings_of(world)) == known(world, settings_of(world))


@given(WORLDS, POLICIES, SERVICES, DEATHS)
def test_a_killed_run_and_the_next_converge_without_a_duplicate(
    world: World, desired: DesiredState, service: Capabilities, death: tuple[int, bool]
) -> None:
    """The next apply does what is left: the end is that of a run that nobody killed."""
    call, after = death
    with TemporaryDirectory() as folder:
        whole = Bench(Mortal(dict(world), service), Path(folder) / "whole")
        whole.apply(desired)
        bench = Bench(
            Mortal(dict(world), service, dies_at=call, dies_after_the_call=after),
            Path(folder) / "killed",
        )
        bench.apply(desired)
        bench.provider.dies_at = None
        bench.apply(desired)

        assert {e: sorted(r.key for r in live.rules) for e, live in bench.live.items()} == {
            e: sorted(r.key for r in live.rules) for e, live in whole.live.items()
        }


@given(WORLDS, POLICIES, SERVICES)
def test_rolling_back_a_rollback_does_the_run_again(
    world: World, desired: DesiredState, service: Capabilities
) -> None:
    """A rollback is a run like any other, and can be taken back."""
    with TemporaryDirectory() as folder:
        bench = Bench(Mortal(dict(world), service), Path(folder))
        bench.apply(desired)
        after = known(bench.live, settings_of(world))
        bench.roll_back(bench.last)
        second = next(run for run in bench.runs.newest() if run.header.rolls_back)
        bench.roll_back(second)

        assert known(bench.live, settings_of(world)) == after


@given(WORLDS, POLICIES, WORLDS)
def test_a_rollback_reaches_nothing_that_its_run_did_not_touch(
    world: World, desired: DesiredState, later: World
) -> None:
    """Whatever is live by now, only rules and settings of the run change."""
    with TemporaryDirectory() as folder:
        bench = Bench(Mortal(dict(world)), Path(folder))
        bench.apply(desired)
        run = bench.last
        touched = {thing(step.operation.change) for step in run.wrote}
        bench.provider.live = dict(later)
        for overwrite in (False, True):
            back = way_back(run, recorded_state(run), later, overwrite=overwrite)
            changes = [c for e in bench.plan(back.desired).plan.entities for c in e.planned]

            assert set(map(thing, changes)) <= touched


@given(WORLDS, POLICIES, WORLDS)
def test_what_somebody_changed_since_stays(
    world: World, desired: DesiredState, later: World
) -> None:
    """A setting that is neither as before nor as the run left it is named, and is not planned."""
    with TemporaryDirectory() as folder:
        bench = Bench(Mortal(dict(world)), Path(folder))
        bench.apply(desired)
        run = bench.last
        bench.provider.live = dict(later)
        back = way_back(run, recorded_state(run), later, overwrite=False)
        planned = {thing(c) for e in bench.plan(back.desired).plan.entities for c in e.planned}

    for change in (step.operation.change for step in run.wrote):
        if isinstance(change, SettingChange) and change.before is not None:
            now = later[change.entity].settings.get(change.name)
            changed = now not in (change.before, change.after)

            assert is_named(back, change) == changed
            assert not changed or thing(change) not in planned
            assert not changed or back.left_alone


def thing(change: Change) -> tuple[Entity, str]:
    """What a change is about: a setting, or the value of a rule."""
    name = change.name if isinstance(change, SettingChange) else str(change.match)
    return change.entity, name


def is_named(back: WayBack, change: SettingChange) -> bool:
    """Whether a setting is said to have been changed by somebody."""
    return any(
        f.code is Code.CHANGED_SINCE
        and f.severity is Severity.WARNING
        and f.entity == str(change.entity)
        and f.summary.startswith(f"{change.name} is ")
        for f in back.findings
    )
