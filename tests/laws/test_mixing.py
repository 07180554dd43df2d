"""Calls that carry additions and removals together: fewer calls, and still no open window."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate, chain

from hypothesis import assume, given
from hypothesis import strategies as st

from mpctl.core.capabilities import Capabilities, Mixing
from mpctl.core.change import RuleChange
from mpctl.core.match import Match
from mpctl.core.rule import Action
from mpctl.core.schedule import Batch, schedule, step_of
from mpctl.core.state import DesiredEntity, LiveEntity
from mpctl.core.verdict import meet, meets_any
from tests.laws.model import carried_out, plan_of
from tests.laws.test_windows import assert_no_window
from tests.strategies import (
    DECLARABLE,
    MEETING_ENTITIES,
    MEETING_POLICIES,
    NATIVE,
    capabilities,
)

LISTS = [capabilities(wins, batch_size=50, mixing=Mixing.LIST) for wins in Action]
WHOLES = [capabilities(wins, batch_size=50, mixing=Mixing.ENTITY) for wins in Action]
MATCHES = st.lists(st.sampled_from((*DECLARABLE, *NATIVE)), max_size=6)


def calls_of(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities, *, alone: bool = True
) -> tuple[Batch, ...]:
    """The calls that carry out the plan of an entity."""
    return schedule(plan_of(desired, live, service), live, service, alone=alone)


def subjects(batches: tuple[Batch, ...]) -> Counter[object]:
    """What the calls do, in no order."""
    return Counter((o.change, o.native_id) for batch in batches for o in batch.operations)


@given(MEETING_POLICIES, MEETING_ENTITIES, st.sampled_from(LISTS))
def test_every_call_leaves_a_state_between_old_and_new(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """After any call, each of which acts at once, no sender is judged against both old and new."""
    states = list(
        accumulate(
            calls_of(desired, live, service),
            lambda state, batch: carried_out(state, batch.operations),
            initial=live,
        )
    )

    assert_no_window(live, states[-1], states, service.wins)


@given(MEETING_POLICIES, MEETING_ENTITIES, st.sampled_from((*LISTS, *WHOLES)))
def test_mixing_changes_the_calls_and_not_the_work(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """However operations are spread over calls, they are the same operations."""
    apart = calls_of(desired, live, capabilities(service.wins))

    assert subjects(calls_of(desired, live, service)) == subjects(apart)


@given(MEETING_POLICIES, MEETING_ENTITIES, st.sampled_from(WHOLES))
def test_a_service_that_takes_all_at_once_gets_one_call(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """One call carries everything of an entity, in the order of the steps."""
    batches = calls_of(desired, live, service)

    assert len(batches) <= 1
    for batch in batches:
        steps = [step_of(operation.change, service.wins) for operation in batch.operations]
        assert steps == sorted(steps)


@given(MEETING_POLICIES, MEETING_ENTITIES, st.sampled_from(LISTS))
def test_a_list_that_changes_both_ways_is_written_once_where_that_is_safe(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """Without settings and without rules that hide each other, each list takes one call."""
    batches = calls_of(desired, live, service)
    calls = [[o.change for o in batch.operations] for batch in batches]
    rules = [[c for c in changes if isinstance(c, RuleChange)] for changes in calls]
    touched = {a: {c.match for c in chain(*rules) if c.action is a} for a in Action}
    assume(rules == calls and not meets_any(*touched.values()))

    written = Counter(action for changes in rules for action in {c.action for c in changes})

    assert set(written.values()) <= {1}


@given(MEETING_POLICIES, MEETING_ENTITIES, st.sampled_from(LISTS))
def test_in_company_nothing_is_mixed(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities
) -> None:
    """Where entities above or below change too, removals wait for their creations as ever."""
    apart = calls_of(desired, live, capabilities(service.wins, batch_size=50))

    assert calls_of(desired, live, service, alone=False) == apart


@given(MATCHES, MATCHES)
def test_meeting_of_sets_is_meeting_of_some_pair(ones: list[Match], others: list[Match]) -> None:
    """`meets_any` says of two sets what `meet` says of their pairs."""
    assert meets_any(ones, others) == any(meet(one, other) for one in ones for other in others)
