"""No open window: whatever moment the work is cut at, mail is judged as before or as after.

A sender's mail is held (0), left to the ordinary filter (1) or delivered (2), by a rule, or where
none decides by the level of the filter. Mail that is spam to
the filter is delivered only at 2, other mail from 1 on. So nothing is delivered that old and new
would both hold, and nothing held that both would deliver, exactly if every state in between lies
between the old and the new passage of every sender.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import RuleChange, Verb, subject_of
from mpctl.core.outcome import Outcome, Status
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.rule import Action
from mpctl.core.schedule import Operation
from mpctl.core.state import DesiredEntity, DesiredState, LiveEntity
from mpctl.ports import SILENCE
from mpctl.reconcile import Applier, Convergence
from tests.clock import FakeClock
from tests.laws.model import ModelProvider, carried_out, operations_of, passage, plan_of
from tests.strategies import (
    ADDRESSES,
    ENTITY,
    MEETING_ENTITIES,
    MEETING_POLICIES,
    NOW,
    ONE_SENDER,
    SERVICES,
    live_entities,
    policy_of,
    without_duplicates,
)

PROVEN = live_entities(doubtful=False, pools=(ONE_SENDER,)).map(without_duplicates)
Subject = tuple[str, ...]
# Refused without effect, or lost with it.
FAILURES = st.sampled_from((Status.FAILED, Status.UNKNOWN))


def states_between(live: LiveEntity, operations: Sequence[Operation]) -> list[LiveEntity]:
    """The entity before the first operation and after each."""
    return list(accumulate(operations, lambda state, o: carried_out(state, [o]), initial=live))


def assert_no_window(
    old: LiveEntity, new: LiveEntity, states: Iterable[LiveEntity], wins: Action
) -> None:
    """Every state lies between old and new, for every sender."""
    ends = {
        sender: sorted((passage(old, sender, wins), passage(new, sender, wins)))
        for sender in ADDRESSES
    }
    for state in states:
        for sender, (low, high) in ends.items():
            assert low <= passage(state, sender, wins) <= high, sender


@given(MEETING_POLICIES, MEETING_ENTITIES, SERVICES)
def test_every_prefix_of_a_schedule_lies_between_old_and_new(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """Cut after any operation, no sender is delivered or held against both old and new."""
    states = states_between(live, operations_of(plan_of(desired, live, service), live, service))

    assert_no_window(live, states[-1], states, service.wins)


@given(MEETING_POLICIES, MEETING_ENTITIES, SERVICES)
def test_creations_come_before_removals(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """Within an entity every new rule is in force before the first old one goes."""
    operations = operations_of(plan_of(desired, live, service), live, service)
    verbs = [o.change.verb for o in operations if isinstance(o.change, RuleChange)]

    assert verbs == sorted(verbs, key=lambda verb: verb is Verb.DELETE)


@settings(max_examples=300)  # it takes a failure at the right place to open a window
@given(MEETING_POLICIES, MEETING_ENTITIES, SERVICES, st.data())
def test_failures_open_no_window_either(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities, data: st.DataObject
) -> None:
    """Whichever operations are refused or end unknown, every state lies between old and new."""
    plan = plan_of(desired, live, service)
    complete = carried_out(live, operations_of(plan, live, service))
    failures = data.draw(_some_of(plan))

    outcomes, states = apply_with_failures(desired, live, service, failures)

    assert {subject_of(o.operation.change) for o in outcomes} == set(map(subject_of, plan.planned))
    assert_no_window(live, complete, states, service.wins)


@given(MEETING_POLICIES, MEETING_ENTITIES, SERVICES, st.data())
def test_no_removal_follows_a_failed_creation(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities, data: st.DataObject
) -> None:
    """Once a rule could not be created, no rule of its entity is removed; only that is undone."""
    plan = plan_of(desired, live, service)
    creations = [subject_of(c) for c in plan.planned if c.verb is Verb.CREATE]
    assume(creations)
    failures = {data.draw(st.sampled_from(creations)): data.draw(FAILURES)}

    outcomes, _ = apply_with_failures(desired, live, service, failures)

    removals = {o.status for o in outcomes if o.operation.change.verb is Verb.DELETE}
    assert removals <= {Status.NOT_ATTEMPTED}


@given(PROVEN, SERVICES, st.sampled_from(("come", "go")), st.data())
def test_a_rival_waits_for_what_was_not_done(
    live: LiveEntity, service: Capabilities, way: str, data: st.DataObject
) -> None:
    """The winning action goes in first and out last, so a failure of the first holds the other.

    All values here meet at one sender; they come or go.
    """
    comes, policy = way == "come", policy_of(live)
    desired = policy if comes else replace(policy, rules={})
    start = replace(live, rules=()) if comes else live
    first = service.wins if comes else service.wins.opposite
    plan = plan_of(desired, start, service)
    earlier = [c for c in plan.planned if isinstance(c, RuleChange) and c.action is first]
    assume(earlier)
    failures = {subject_of(data.draw(st.sampled_from(earlier))): data.draw(FAILURES)}

    outcomes, _ = apply_with_failures(desired, start, service, failures)

    changes = [(o.operation.change, o.status) for o in outcomes]
    rivals = {s for c, s in changes if isinstance(c, RuleChange) and c.action is not first}
    assert rivals <= {Status.NOT_ATTEMPTED}


def apply_with_failures(
    desired: DesiredEntity,
    live: LiveEntity,
    service: Capabilities,
    failures: Mapping[Subject, Status],
) -> tuple[Sequence[Outcome], Sequence[LiveEntity]]:
    """Carry out a plan of which these operations fail; gives outcomes, and every state."""
    provider = ModelProvider({ENTITY: live}, service, fails=failures.get)
    applier = Applier(
        DesiredState({ENTITY: desired}),
        {ENTITY.target: provider},
        now=NOW,
        convergence=Convergence(FakeClock().sleep),
        progress=SILENCE,
        workers=1,
    )
    result = applier.run(Plan(entities=(plan_of(desired, live, service),)))
    return result.outcomes.get(ENTITY, ()), [live, *provider.seen]


def _some_of(plan: EntityPlan) -> st.SearchStrategy[dict[Subject, Status]]:
    subjects = [subject_of(change) for change in plan.planned]
    return st.dictionaries(st.sampled_from(subjects), FAILURES) if subjects else st.just({})
