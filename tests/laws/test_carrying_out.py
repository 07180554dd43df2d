"""Plan, carry out, plan again: nothing is left; cut short, exactly the rest is left."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import Standing, subject_of
from mpctl.core.schedule import Operation
from mpctl.core.state import DesiredEntity, LiveEntity, Mode
from tests.laws.model import carried_out, converged, operations_of, plan_of
from tests.strategies import (
    SERVICES,
    desired_entities,
    live_entities,
    policy_of,
    without_duplicates,
)


@given(live_entities(doubtful=False).map(without_duplicates))
def test_a_thing_does_not_differ_from_itself(live: LiveEntity) -> None:
    """A policy that declares exactly what is live plans no change and keeps every rule."""
    plan = plan_of(policy_of(live), live)

    assert plan.changes == ()
    assert plan.kept == len(live.rules)


@given(desired_entities(), live_entities(), SERVICES)
def test_after_apply_nothing_is_planned(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """Carrying out a plan and planning again gives no planned change."""
    assert plan_of(desired, converged(desired, live, service), service).planned == ()


@given(desired_entities(), live_entities())
def test_after_apply_the_settings_are_the_declared_ones(
    desired: DesiredEntity, live: LiveEntity
) -> None:
    """Each declared setting is written unless it was known to be so; the others stay."""
    desired = replace(desired, settings_mode=Mode.FULL)

    after = converged(desired, live)

    declared = {name: setting.value for name, setting in desired.settings.items()}
    assert after.settings == {**live.settings, **declared}


@given(desired_entities(), live_entities())
def test_what_apply_may_not_do_stays_as_it_was(desired: DesiredEntity, live: LiveEntity) -> None:
    """Changes that are only observed, or withheld, are in the next plan word for word."""
    before, after = plan_of(desired, live), plan_of(desired, converged(desired, live))

    for standing in (Standing.OBSERVED, Standing.WITHHELD):
        assert after.standing(standing) == before.standing(standing)


@given(desired_entities(), live_entities(), SERVICES, st.data())
def test_after_a_cut_exactly_the_rest_is_planned(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities, data: st.DataObject
) -> None:
    """Stopped after any operation, the next plan has the operations that are missing, no others."""
    operations = operations_of(plan_of(desired, live, service), live, service)
    done = data.draw(st.integers(0, len(operations)))
    halfway = carried_out(live, operations[:done])

    rest = operations_of(plan_of(desired, halfway, service), halfway, service)

    assert list(map(_effect, rest)) == list(map(_effect, operations[done:]))


@given(desired_entities(), live_entities(), SERVICES)
def test_every_planned_change_is_scheduled_once(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """A creation or setting is one operation, a removal one for each of its copies."""
    plan = plan_of(desired, live, service)

    scheduled = sorted(subject_of(o.change) for o in operations_of(plan, live, service))

    planned = [subject_of(c) for c in plan.planned for _ in range(getattr(c, "copies", 1))]
    assert scheduled == sorted(planned)


def _effect(operation: Operation) -> tuple[tuple[str, ...], str]:
    return subject_of(operation.change), operation.native_id
