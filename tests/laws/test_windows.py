"""No open window: whatever moment the work is cut at, mail is judged as before or as after.

A sender's mail is held (0), left to the ordinary filter (1) or delivered (2). Mail that is spam to
the filter is delivered only at 2, other mail from 1 on. So nothing is delivered that old and new
would both hold, and nothing held that both would deliver, exactly if every state in between lies
between the old and the new passage of every sender.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import RuleChange, Verb, subject_of
from mpctl.core.plan import Plan
from mpctl.core.rule import Action
from mpctl.core.schedule import Operation
from mpctl.core.state import DesiredEntity, DesiredState, LiveEntity, Mode
from mpctl.reconcile import Applier, Convergence
from tests.clock import FakeClock
from tests.laws.model import ModelProvider, Silence, carried_out, operations_of, plan_of
from tests.laws.test_direction import passage
from tests.strategies import (
    ADDRESSES,
    ENTITY,
    LISTS,
    NOW,
    ONE_SENDER,
    SERVICES,
    desired_entities,
    live_entities,
)

MOSTLY_BOTH_LISTS = LISTS | st.just(frozenset(Action))
# Few values, so that allows and blocks meet at one sender, and lists that lose what is undeclared.
DESIRED = desired_entities(pools=(ONE_SENDER,), modes=st.just(Mode.FULL), owned=MOSTLY_BOTH_LISTS)
LIVE = live_entities(pools=(ONE_SENDER,))


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


@given(DESIRED, LIVE, SERVICES)
def test_every_prefix_of_a_schedule_lies_between_old_and_new(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """Cut after any operation, no sender is delivered or held against both old and new."""
    states = states_between(live, operations_of(plan_of(desired, live, service), live, service))

    assert_no_window(live, states[-1], states, service.wins)


@given(DESIRED, LIVE, SERVICES)
def test_creations_come_before_removals(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """Within an entity every new rule is in force before the first old one goes."""
    operations = operations_of(plan_of(desired, live, service), live, service)
    verbs = [o.change.verb for o in operations if isinstance(o.change, RuleChange)]

    assert verbs == sorted(verbs, key=lambda verb: verb is Verb.DELETE)


@given(DESIRED, LIVE, SERVICES, st.data())
def test_failures_open_no_window_either(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities, data: st.DataObject
) -> None:
    """Whichever operations the service refuses, every state lies between old and new."""
    plan = plan_of(desired, live, service)
    complete = carried_out(live, operations_of(plan, live, service))
    planned = [subject_of(change) for change in plan.planned]
    refused = data.draw(st.sets(st.sampled_from(planned)) if planned else st.just(set()))
    provider = ModelProvider({ENTITY: live}, service, fails=lambda subject: subject in refused)
    applier = Applier(
        DesiredState({ENTITY: desired}),
        {ENTITY.target: provider},
        now=NOW,
        convergence=Convergence(FakeClock().sleep),
        progress=Silence(),
        workers=1,
    )

    result = applier.run(Plan(entities=(plan,)))

    assert {subject_of(o.operation.change) for o in result.outcomes.get(ENTITY, ())} == set(planned)
    assert_no_window(live, complete, [live, *provider.seen], service.wins)
