"""Every number that the last line of a plan shows adds up."""

from __future__ import annotations

from dataclasses import astuple

from hypothesis import given

from mpctl.core.change import Cause, RuleChange, Standing, Verb
from mpctl.core.entity import Entity
from mpctl.core.plan import Plan
from mpctl.core.state import DesiredEntity, LiveEntity
from tests.laws.model import plan_of
from tests.strategies import desired_entities, live_entities

OTHER = Entity("mailprotector", "domains", "other.example")


@given(desired_entities(), live_entities())
def test_verbs_add_up_to_the_planned_changes(desired: DesiredEntity, live: LiveEntity) -> None:
    """Additions, removals, changed settings and surplus rows are all of what is planned."""
    plan = plan_of(desired, live)
    summary = Plan(entities=(plan,)).summary
    surplus = [c for c in plan.planned if isinstance(c, RuleChange) and c.cause is Cause.SURPLUS]

    assert summary.surplus == sum(change.copies for change in surplus)
    assert summary.add + summary.remove + summary.change + len(surplus) == len(plan.planned)


@given(desired_entities(), live_entities())
def test_directions_add_up_to_the_planned_changes(desired: DesiredEntity, live: LiveEntity) -> None:
    """Every planned change loosens, tightens or is neutral."""
    plan = plan_of(desired, live)
    summary = Plan(entities=(plan,)).summary

    assert summary.loosens + summary.tightens + summary.neutral == len(plan.planned)


@given(desired_entities(), live_entities())
def test_standings_add_up_to_all_changes(desired: DesiredEntity, live: LiveEntity) -> None:
    """Every change is planned, observed or withheld."""
    plan = plan_of(desired, live)
    summary = Plan(entities=(plan,)).summary

    assert len(plan.planned) + summary.observed + summary.withheld == len(plan.changes)


@given(desired_entities(), live_entities())
def test_every_live_rule_is_counted_once(desired: DesiredEntity, live: LiveEntity) -> None:
    """A live rule is kept, ignored, unmanaged or removed."""
    plan = plan_of(desired, live)
    summary = Plan(entities=(plan,)).summary
    removed = {
        change.key
        for change in plan.changes
        if isinstance(change, RuleChange)
        and change.verb is Verb.DELETE
        and change.cause is not Cause.SURPLUS
    }

    stay = summary.kept + summary.ignored + summary.unmanaged
    assert stay + len(removed) == len({row.key for row in live.rules})


@given(desired_entities(), live_entities(), desired_entities(OTHER), live_entities(OTHER))
def test_the_counts_of_a_plan_are_the_sums_over_its_entities(
    one: DesiredEntity, live: LiveEntity, other: DesiredEntity, live_other: LiveEntity
) -> None:
    """No entity is forgotten and none is counted twice."""
    plans = plan_of(one, live), plan_of(other, live_other)

    together = astuple(Plan(entities=plans).summary)

    apart = [astuple(Plan(entities=(plan,)).summary) for plan in plans]
    assert together == tuple(map(sum, zip(*apart, strict=True)))


@given(desired_entities(), live_entities())
def test_an_entity_is_actionable_when_something_is_planned(
    desired: DesiredEntity, live: LiveEntity
) -> None:
    """Observed and withheld changes alone leave apply nothing to do."""
    plan = Plan(entities=(plan_of(desired, live),))

    standings = {change.standing for entity in plan.entities for change in entity.changes}
    assert bool(plan.actionable) == (Standing.PLANNED in standings)
