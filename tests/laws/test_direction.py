"""Danger is direction: what is called tightening never lets more mail through."""

from __future__ import annotations

from hypothesis import given

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import Cause, Direction, RuleChange, SettingChange
from mpctl.core.schedule import Operation
from mpctl.core.state import DesiredEntity, LiveEntity
from tests.laws.model import carried_out, operations_of, passage, plan_of
from tests.strategies import (
    ADDRESSES,
    MEETING_ENTITIES,
    MEETING_POLICIES,
    RANKS,
    SERVICES,
    desired_entities,
    live_entities,
)


def pointing(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities, away_from: Direction
) -> list[Operation]:
    """The operations of a plan whose changes are not of this direction."""
    operations = operations_of(plan_of(desired, live, service), live, service)
    return [o for o in operations if o.change.direction is not away_from]


@given(MEETING_POLICIES, MEETING_ENTITIES, SERVICES)
def test_tightening_delivers_nobody_who_was_held(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """After tightening and neutral changes no sender gets further than before."""
    operations = pointing(desired, live, service, Direction.LOOSENS)
    after = carried_out(live, operations)

    for sender in ADDRESSES:
        assert passage(after, sender, service.wins) <= passage(live, sender, service.wins)


@given(MEETING_POLICIES, MEETING_ENTITIES, SERVICES)
def test_loosening_holds_nobody_who_was_delivered(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """After loosening and neutral changes every sender gets at least as far as before."""
    operations = pointing(desired, live, service, Direction.TIGHTENS)
    after = carried_out(live, operations)

    for sender in ADDRESSES:
        assert passage(after, sender, service.wins) >= passage(live, sender, service.wins)


@given(MEETING_POLICIES, MEETING_ENTITIES, SERVICES)
def test_neutral_rule_changes_change_nobodys_verdict(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """Whatever a plan calls neutral leaves every sender where they were."""
    operations = operations_of(plan_of(desired, live, service), live, service)
    neutral = [o for o in operations if o.change.direction is Direction.NEUTRAL]
    after = carried_out(live, neutral)

    for sender in ADDRESSES:
        assert passage(after, sender, service.wins) == passage(live, sender, service.wins)


@given(MEETING_POLICIES, MEETING_ENTITIES)
def test_of_rules_only_surplus_is_neutral(desired: DesiredEntity, live: LiveEntity) -> None:
    """A rule that comes or goes moves mail one way or the other; one copy of several does not."""
    for change in plan_of(desired, live).changes:
        if isinstance(change, RuleChange):
            surplus = change.cause is Cause.SURPLUS
            assert (change.direction is Direction.NEUTRAL) == surplus


@given(desired_entities(), live_entities())
def test_a_setting_points_the_way_its_values_are_ranked(
    desired: DesiredEntity, live: LiveEntity
) -> None:
    """A setting loosens when its new value ranks higher; an unknown value counts as strictest."""
    for change in plan_of(desired, live).changes:
        if isinstance(change, SettingChange):
            ranks = RANKS[change.name]
            before = 0 if change.before is None else ranks.index(change.before)
            step = ranks.index(change.after) - before
            expected = {True: Direction.LOOSENS, False: Direction.TIGHTENS}[step > 0]
            assert change.direction is (expected if step else Direction.NEUTRAL)
