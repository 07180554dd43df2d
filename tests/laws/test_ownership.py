"""What may be removed, and what never is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from mpctl.core.change import Cause, Change, RuleChange, Verb, subject_of
from mpctl.core.entity import Entity
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import Action, Expiry, LiveRule, RuleKey
from mpctl.core.state import DesiredEntity, DesiredState, LiveEntity, Mode
from mpctl.ports import SILENCE
from mpctl.reconcile import make_plan
from tests.laws.model import ModelProvider, converged, operations_of, plan_of
from tests.strategies import (
    ENTITY,
    NOW,
    ONE_SENDER,
    desired_entities,
    live_entities,
    policy_of,
)

OTHER = Entity("mailprotector", "domains", "other.example")
ACTIONS = st.sampled_from(Action)
ONLY_FULL = st.just(Mode.FULL)
NEVER_OBSERVE = st.sampled_from((Mode.FULL, Mode.ADDITIVE))
BOTH_LISTS = st.just(frozenset(Action))


def removals(plan: EntityPlan) -> Iterator[RuleChange]:
    """The planned removals."""
    for change in plan.planned:
        if isinstance(change, RuleChange) and change.verb is Verb.DELETE:
            yield change


def rows_of(live: LiveEntity, action: Action) -> Counter[RuleKey]:
    """One list as a multiset."""
    return Counter(row.key for row in live.rules if row.key.action is action)


@given(desired_entities(), live_entities())
def test_only_an_owned_list_in_full_mode_loses_what_nothing_declares(
    desired: DesiredEntity, live: LiveEntity
) -> None:
    """Additive, unowned and observed lists, and ignored rules, keep what no policy names."""
    for change in removals(plan_of(desired, live)):
        if change.cause in {Cause.UNDECLARED, Cause.SURPLUS}:
            assert change.action in desired.owned
            assert desired.modes[change.action] is Mode.FULL
            assert not any(ignore.matches(change.key) for ignore in desired.ignored)


@given(desired_entities(), live_entities())
def test_every_removal_is_of_a_live_rule_that_is_not_declared(
    desired: DesiredEntity, live: LiveEntity
) -> None:
    """A removal never goes beyond the rows that there are, and leaves one of a declared rule."""
    for change in removals(plan_of(desired, live)):
        there = rows_of(live, change.action)[change.key]
        rule = desired.rules.get(change.key)
        stays = rule is not None and not rule.expired(NOW)
        assert change.copies == there - stays


@given(desired_entities(modes=st.just(Mode.OBSERVE)), live_entities())
def test_an_observed_entity_is_never_written(desired: DesiredEntity, live: LiveEntity) -> None:
    """Where both lists and the settings are observed, nothing is planned."""
    desired = replace(desired, settings_mode=Mode.OBSERVE)

    assert plan_of(desired, live).planned == ()


@given(desired_entities(), live_entities())
def test_an_incomplete_listing_loses_nothing(desired: DesiredEntity, live: LiveEntity) -> None:
    """What is not proven to be the whole list is never a ground for a removal."""
    assert not list(removals(plan_of(desired, replace(live, complete=False))))


@given(desired_entities(), live_entities())
def test_a_row_without_a_proven_owner_is_never_deleted(
    desired: DesiredEntity, live: LiveEntity
) -> None:
    """No operation names a row that may be another entity's."""
    doubtful = {row.native_id for row in live.rules if not row.owned_here}

    operations = operations_of(plan_of(desired, live), live)

    assert doubtful.isdisjoint(operation.native_id for operation in operations)


@given(desired_entities(), desired_entities(OTHER))
def test_an_entity_that_no_policy_names_is_not_touched(
    declared: DesiredEntity, dropped: DesiredEntity
) -> None:
    """Deleting a policy takes its entity out of the plan, unread, and changes nothing else."""
    live = {
        entity.entity: LiveEntity(entity.entity, str(number))
        for number, entity in enumerate((declared, dropped))
    }
    provider = ModelProvider(live)
    desired = DesiredState({ENTITY: declared})

    plan = make_plan(desired, {"mailprotector": provider}, now=NOW, progress=SILENCE)

    (only,) = plan.entities
    assert list(map(subject_of, only.changes)) == list(
        map(subject_of, plan_of(declared, live[ENTITY]).changes)
    )
    assert provider.asked_for == [ENTITY]


@given(live_entities(doubtful=False), ACTIONS)
def test_an_empty_list_empties_and_an_unwritten_one_is_left_alone(
    live: LiveEntity, action: Action
) -> None:
    """`block: []` removes every block rule; the list beside it that is not written stays."""
    desired = replace(policy_of(live), rules={}, owned=frozenset({action}))

    after = converged(desired, live)

    assert rows_of(after, action) == Counter()
    assert rows_of(after, action.opposite) == rows_of(live, action.opposite)


@given(desired_entities(), live_entities(), st.data())
def test_expired_is_declared_absent(
    desired: DesiredEntity, live: LiveEntity, data: st.DataObject
) -> None:
    """A rule that ended is planned exactly like one that is declared absent."""
    ended = [key for key, rule in desired.rules.items() if rule.expired(NOW)]
    assume(ended)
    key = data.draw(st.sampled_from(ended))
    rules = {other: rule for other, rule in desired.rules.items() if other != key}
    absent = replace(desired, rules=rules, absent={**desired.absent, key: desired.rules[key]})

    expired_plan, absent_plan = plan_of(desired, live), plan_of(absent, live)

    assert list(map(_without_cause, expired_plan.changes)) == list(
        map(_without_cause, absent_plan.changes)
    )


@given(desired_entities(modes=NEVER_OBSERVE), st.data())
def test_a_rule_stands_until_its_last_instant(desired: DesiredEntity, data: st.DataObject) -> None:
    """A moment before its end a rule is created; at its end it is removed, and so from then on."""
    assume(desired.rules)
    key = data.draw(st.sampled_from(list(desired.rules)))
    policy = replace(desired, ignored=(), absent={})
    nothing = LiveEntity(ENTITY, "9101")
    present = replace(nothing, rules=tuple(r for r in _rows(policy) if r.key == key))
    moment = timedelta(microseconds=1)

    for end, stands in ((NOW + moment, True), (NOW, False), (NOW - moment, False)):
        rule = policy.rules[key]._replace(expires=Expiry("then", end))
        only = replace(policy, rules={key: rule}, owned=frozenset(), settings={})
        assert _verbs(plan_of(only, nothing)) == ([Verb.CREATE] if stands else [])
        assert _verbs(plan_of(only, present)) == ([] if stands else [Verb.DELETE])


@given(live_entities(doubtful=False))
def test_of_a_rule_that_stays_the_lowest_id_stays(live: LiveEntity) -> None:
    """Surplus copies go, as neutral removals, and the row with the lowest number stays."""
    lowest = {
        key: min(int(row.native_id) for row in live.rules if row.key == key)
        for key in {row.key for row in live.rules}
    }

    after = converged(policy_of(live), live)

    assert {row.key: int(row.native_id) for row in after.rules} == lowest
    assert len(after.rules) == len(lowest)


@given(st.lists(st.booleans(), min_size=2, max_size=4))
def test_surplus_copies_go_when_all_of_them_are_proven(proven: list[bool]) -> None:
    """The copy that stays need not prove its owner; each that goes must, or all stay."""
    key = RuleKey(Action.BLOCK, ONE_SENDER[0])
    rows = tuple(
        LiveRule(key, str(key.match), str(number), owned_here=here)
        for number, here in enumerate(proven, start=8)
    )
    live = LiveEntity(ENTITY, "9101", rules=rows)

    after = converged(policy_of(live), live)

    assert after.rules == (rows[:1] if all(proven[1:]) else rows)


@given(desired_entities(modes=ONLY_FULL, owned=BOTH_LISTS), live_entities(doubtful=False))
def test_after_apply_the_lists_are_the_declared_ones(
    desired: DesiredEntity, live: LiveEntity
) -> None:
    """Under `full`, an owned list ends as what is declared and what is ignored, once each."""
    after = converged(desired, live)

    standing = {key for key, rule in desired.rules.items() if not rule.expired(NOW)}
    gone = {*desired.absent, *desired.rules} - standing
    ignored = {
        row.key
        for row in live.rules
        if any(ignore.matches(row.key) for ignore in desired.ignored) and row.key not in gone
    }
    assert {row.key for row in after.rules} == standing | ignored
    assert all(copies == 1 for key, copies in _copies(after).items() if key in standing)


def _copies(live: LiveEntity) -> Counter[RuleKey]:
    return Counter(row.key for row in live.rules)


def _rows(desired: DesiredEntity) -> Iterator[LiveRule]:
    for number, key in enumerate(desired.rules):
        yield LiveRule(key, str(key.match), str(number))


def _verbs(plan: EntityPlan) -> list[Verb]:
    return [change.verb for change in plan.planned]


def _without_cause(change: Change) -> Change:
    return replace(change, cause=Cause.ABSENT) if isinstance(change, RuleChange) else change
