"""Where a service lets nobody finish: what is not proven is not done, and said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from mpctl.core.change import RuleChange, Verb
from mpctl.core.outcome import Status
from mpctl.core.rule import Action
from mpctl.diagnostics import Code, ExitCode
from tests.conformance.harness import SERVICES
from tests.conformance.moving import planned
from tests.conformance.promises import Meddled, Run
from tests.conformance.running import Bench
from tests.conformance.scenario import scenario
from tests.conformance.service import Choice, Refusal, Service
from tests.conformance.table import Stage

REFUSALS = [(service, refusal) for service in SERVICES for refusal in service.refusals]
BLIND = [(service, choice) for service in SERVICES for choice in service.blind]
LIMITED = [(service, choice) for service in SERVICES for choice in service.impossible]
STRANGERS = [(service, choice) for service in SERVICES for choice in service.stranger_worlds]


def names(cases: Sequence[tuple[Service, object]]) -> list[str]:
    """Short names for parametrised tests."""
    return [f"{service.name}-{number}" for number, (service, _) in enumerate(cases)]


@pytest.mark.parametrize(("service", "refusal"), REFUSALS, ids=names(REFUSALS))
def test_a_refused_rule_stops_no_other_creation(service: Service, refusal: Refusal) -> None:
    """The refusal is told, other rules are created, and no removal is made on top of it."""
    keep, new = service.values[0], service.values[4]
    lists = {Action.ALLOW: (keep, refusal.value), Action.BLOCK: (new,)}
    stage = Stage("one is refused", allow=lists[Action.ALLOW], block=lists[Action.BLOCK])
    with service.open(refusal.switches) as sandbox:
        bench = Bench(service, sandbox)
        service.put(sandbox, bench.entity, Action.BLOCK, service.values[6])

        result = bench.apply(stage.desired(service, bench.entity))

        ends = {
            (end.operation.change.verb, str(end.operation.change.match)): end.status
            for end in result.outcomes[bench.entity]
            if isinstance(end.operation.change, RuleChange)
        }
        assert ends == {
            (Verb.CREATE, keep): Status.APPLIED,
            (Verb.CREATE, refusal.value): Status.FAILED,
            (Verb.CREATE, new): Status.APPLIED,
            (Verb.DELETE, service.values[6]): Status.NOT_ATTEMPTED,
        }
        assert result.exit_code is ExitCode.PARTIAL
        assert len(list(planned(bench.plan(stage.desired(service, bench.entity))))) == 2


@pytest.mark.parametrize(("service", "switches"), BLIND, ids=names(BLIND))
def test_what_cannot_be_told_apart_or_seen_is_never_removed(
    service: Service, switches: Choice
) -> None:
    """Rows that are not shown, or may be another's, all stay, and the run says why."""
    with service.open(switches) as sandbox:
        bench = Bench(service, sandbox)
        for value in service.values:
            service.put(sandbox, bench.entity, Action.BLOCK, value)
        before = bench.snapshot()

        result = bench.apply(Stage("emptied").desired(service, bench.entity))

        assert bench.snapshot() == before
        assert sandbox.writes() == []
        assert result.exit_code is ExitCode.STOPPED
        assert {f.code for entity in result.plan.entities for f in entity.findings} <= {
            Code.INCOMPLETE_LISTING,
            Code.OWNER_UNKNOWN,
        }
        assert result.plan.summary.withheld > 0


@pytest.mark.parametrize(("service", "switches"), LIMITED, ids=names(LIMITED))
def test_where_the_table_ends_no_promise_is_broken(service: Service, switches: Choice) -> None:
    """Planning writes nothing, what is done is told as it is, and no copy comes, no other goes."""
    with service.open(switches) as sandbox:
        bench, course = Bench(service, sandbox), scenario(service)
        before = course.begin(bench)

        result = bench.apply(*course.desired)

        after = course.look(bench)
        nobody = Meddled(Counter(), Counter())
        run = Run(course, before, [before, after], result, after, nobody, lied=False)
        assert list(run.broken()) == []
        assert course.reached(bench) or result.exit_code is not ExitCode.DONE


@pytest.mark.parametrize(("service", "switches"), STRANGERS, ids=names(STRANGERS))
def test_an_entity_of_somebody_else_stops_only_itself(service: Service, switches: Choice) -> None:
    """What the key may not see is an error of its own, and the other entity is done."""
    stage = Stage("one block", block=service.values[:1]).of(service)
    with service.open(switches) as sandbox:
        bench = Bench(service, sandbox)

        result = bench.apply(
            stage.desired(service, service.stranger), stage.desired(service, bench.entity)
        )

        assert [problem.entity for problem in result.plan.problems] == [str(service.stranger)]
        assert bench.snapshot().rules == Counter(stage.declared)
        assert result.exit_code is ExitCode.PARTIAL
