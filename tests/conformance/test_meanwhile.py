"""Somebody else writes too, and not every entity is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from mpctl.core.outcome import ApplyResult, Status
from mpctl.core.rule import Action
from mpctl.core.state import Mode, WhenMissing
from mpctl.diagnostics import Code, ExitCode
from mpctl.reconcile.apply import MOVED
from mpctl.sandbox import Fault
from tests.conformance.harness import SERVICES
from tests.conformance.moving import planned
from tests.conformance.running import Bench
from tests.conformance.service import Service
from tests.conformance.table import Stage

TWO = tuple(service for service in SERVICES if len(service.entities) > 1)
# Where each entity is read by a call of its own.
APART = tuple(service for service in TWO if len({*map(service.listing, service.entities)}) > 1)


@pytest.fixture(params=SERVICES, ids=lambda service: service.name)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Each service in a running sandbox."""
    service: Service = request.param
    with service.open() as sandbox:
        yield Bench(service, sandbox)


@pytest.fixture
def stage(bench: Bench) -> Stage:
    """A desired state with rules in every list that the service has."""
    values = bench.service.values
    return Stage("both", allow=values[:2], block=values[4:6]).of(bench.service)


def of(services: tuple[Service, ...]) -> pytest.MarkDecorator:
    """Only these services."""
    names = [service.name for service in services]
    return pytest.mark.parametrize("bench", services, ids=names, indirect=True)


def statuses(result: ApplyResult, bench: Bench) -> list[set[tuple[Status, str]]]:
    """How the operations of each of the service's entities ended."""
    return [
        {(end.status, end.detail) for end in result.outcomes.get(entity, ())}
        for entity in bench.service.entities
    ]


@of(TWO)
def test_an_entity_whose_ground_moved_is_not_attempted(bench: Bench, stage: Stage) -> None:
    """A row that appears between plan and first write stops its entity, and no other."""
    service, value = bench.service, bench.service.values[8]
    first, second = service.entities
    bench.sandbox.meanwhile(
        "GET",
        service.listing(first),
        lambda: service.put(bench.sandbox, first, Action.BLOCK, value),
        nth=2,
    )

    result = bench.apply(stage.desired(service, first), stage.desired(service, second))

    assert statuses(result, bench) == [{(Status.NOT_ATTEMPTED, MOVED)}, {(Status.APPLIED, "")}]
    assert [row.value for row in service.rows(bench.sandbox, first)] == [value]
    assert bench.snapshot(second).rules == Counter(stage.declared)
    assert result.exit_code is ExitCode.PARTIAL


def test_a_row_that_somebody_removed_is_not_removed_twice(bench: Bench, stage: Stage) -> None:
    """A row that goes right before its removal is gone as wanted, and nothing else goes."""
    service = bench.service
    for action in service.actions:
        service.put(bench.sandbox, bench.entity, action, service.values[8])
    victim = service.rows(bench.sandbox, bench.entity)[0]
    bench.sandbox.meanwhile(service.removes, ".", lambda: service.take(bench.sandbox, victim))
    desired = replace(stage, block=None, allow=None).desired(service, bench.entity)
    emptied = replace(desired, owned=frozenset({victim.action}))

    result = bench.apply(emptied)

    assert [end.status for end in result.outcomes[bench.entity]] == [Status.APPLIED]
    assert bench.snapshot().rules.total() == len(service.actions) - 1
    assert result.exit_code is ExitCode.DONE


def test_a_rule_that_somebody_added_first_is_not_added_twice(bench: Bench) -> None:
    """A rule that appears right before its creation is there as wanted, once."""
    service, value = bench.service, bench.service.values[0]
    bench.sandbox.meanwhile(
        service.creates, ".", lambda: service.put(bench.sandbox, bench.entity, Action.BLOCK, value)
    )
    one = Stage("one block", block=(value,)).of(service)

    result = bench.apply(one.desired(service, bench.entity))

    assert [end.status for end in result.outcomes[bench.entity]] == [Status.APPLIED]
    assert bench.snapshot().rules == Counter(one.declared)
    assert result.exit_code is ExitCode.DONE


def test_what_somebody_added_meanwhile_is_said(bench: Bench) -> None:
    """A rule that appears after the last look before the writes stays, and the run is not done."""
    service, stranger = bench.service, bench.service.values[8]
    action = service.actions[0]
    bench.sandbox.meanwhile(
        service.creates,
        ".",
        lambda: service.put(bench.sandbox, bench.entity, action, stranger),
    )
    one = Stage("one", block=service.values[:1]).of(service)

    result = bench.apply(one.desired(service, bench.entity))

    assert [end.status for end in result.outcomes[bench.entity]] == [Status.APPLIED]
    assert [(f.code, f.entity) for f in result.findings] == [
        (Code.NOT_CONVERGED, str(bench.entity))
    ]
    assert f"delete {action} email {stranger}" in result.findings[0].summary
    assert bench.snapshot().rules.total() == 2
    assert result.exit_code is ExitCode.PARTIAL
    assert sum(bench.clock.slept) >= 5


def test_what_is_withheld_is_no_reason_to_read_again(bench: Bench, stage: Stage) -> None:
    """A difference that the plan names and does not make is left without another word."""
    service = bench.service
    observed = replace(
        stage.desired(service, bench.entity),
        modes={Action.ALLOW: Mode.FULL, Action.BLOCK: Mode.OBSERVE},
    )

    result = bench.apply(observed)

    assert (result.findings, result.exit_code) == ((), ExitCode.DONE)
    assert bench.clock.slept == []


@of(APART)
def test_deleting_a_policy_removes_nothing(bench: Bench, stage: Stage) -> None:
    """An entity that no policy names any more keeps all its rules and is not even read."""
    first, second = bench.service.entities
    bench.apply(stage.desired(bench.service, first), stage.desired(bench.service, second))
    before, seen = bench.snapshot(second), len(bench.sandbox.requests)

    result = bench.apply(Stage("emptied").of(bench.service).desired(bench.service, first))

    paths = [request.path for request in bench.sandbox.requests[seen:] if not request.write]
    assert result.exit_code is ExitCode.DONE
    assert bench.snapshot(first).rules == Counter()
    assert bench.snapshot(second).rows == before.rows
    assert bench.service.listing(second).strip("^$") not in paths


def test_an_empty_list_empties_and_an_unwritten_one_stays(bench: Bench, stage: Stage) -> None:
    """`block: []` takes every block away; `allow`, which is not written, is left alone."""
    bench.apply(stage.desired(bench.service, bench.entity))

    bench.apply(Stage("no block", allow=None).desired(bench.service, bench.entity))

    allows = {key for key in stage.declared if key.action is Action.ALLOW}
    assert bench.snapshot().rules == Counter(allows)


@of(APART)
def test_an_entity_that_disappears_stops_only_itself(bench: Bench, stage: Stage) -> None:
    """An entity that answers 404 between plan and write is not attempted; the other is done."""
    first, second = bench.service.entities
    bench.sandbox.inject(Fault.parse(f"GET {bench.service.listing(first)} 404 nth=2 times=forever"))

    result = bench.apply(stage.desired(bench.service, first), stage.desired(bench.service, second))

    ends = statuses(result, bench)
    assert {status for status, _ in ends[0]} == {Status.NOT_ATTEMPTED}
    assert ends[1] == {(Status.APPLIED, "")}
    assert result.exit_code is ExitCode.PARTIAL


@of(APART)
def test_an_entity_that_cannot_be_read_is_not_empty(bench: Bench, stage: Stage) -> None:
    """A list that cannot be read plans nothing for its entity, and the others are planned."""
    first, second = bench.service.entities
    bench.sandbox.inject(Fault.parse(f"GET {bench.service.listing(first)} 500 times=forever"))

    plan = bench.plan(stage.desired(bench.service, first), stage.desired(bench.service, second))

    assert [entity.entity for entity in plan.entities] == [second]
    assert [(p.code, p.entity) for p in plan.problems] == [(Code.UNAVAILABLE, str(first))]


def test_an_entity_that_does_not_exist_stops_only_itself(bench: Bench, stage: Stage) -> None:
    """It is an error of its own, with its place; the other entity is planned."""
    missing = stage.desired(bench.service, bench.service.absent)

    plan = bench.plan(missing, stage.desired(bench.service, bench.entity))

    assert [entity.entity for entity in plan.entities] == [bench.entity]
    assert [(p.code, p.origin) for p in plan.problems] == [(Code.NOT_FOUND, missing.origin)]


def test_an_entity_may_be_waited_for(bench: Bench, stage: Stage) -> None:
    """With `when_missing: wait` an entity that does not exist yet is no problem."""
    desired = stage.desired(bench.service, bench.service.absent)

    plan = bench.plan(replace(desired, when_missing=WhenMissing.WAIT))

    assert (plan.problems, len(plan.waiting)) == ((), 1)


def test_one_entity_under_two_names_is_not_planned(bench: Bench, stage: Stage) -> None:
    """Two documents that mean one entity are an error of both; none of their changes is planned."""
    other = Stage("the opposite", block=bench.service.values[:1]).of(bench.service)

    result = bench.apply(
        stage.desired(bench.service, bench.entity), other.desired(bench.service, bench.service.twin)
    )

    assert list(planned(result.plan)) == []
    assert [problem.code for problem in result.plan.problems] == [Code.SAME_ENTITY] * 2
    assert bench.sandbox.writes() == []
