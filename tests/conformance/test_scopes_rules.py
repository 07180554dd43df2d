"""Rules that move between levels: at no request are they absent from both."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from mpctl.core.entity import Entity
from mpctl.core.outcome import Status
from mpctl.core.rule import Action
from mpctl.core.state import DesiredEntity
from mpctl.diagnostics import Code, ExitCode
from mpctl.reconcile.chain_log import CREATION_FAILED, RIVAL_FAILED
from mpctl.render import plan_document, render_text
from mpctl.sandbox import Fault, Sandbox
from tests.conformance.family import (
    ACME,
    DOMAIN,
    FAMILY,
    GLOBEX,
    GROUP,
    OTHER,
    RESELLER,
    USER,
    Course,
    policy,
    rules,
    said,
    watching,
    writes_since,
)
from tests.conformance.running import Bench

VALUE = "spam.example"
UP = [(DOMAIN, ACME), (GROUP, DOMAIN), (USER, GROUP), (ACME, RESELLER), (USER, RESELLER)]
MOVES = [*UP, *((above, below) for below, above in UP)]
NAMES = [f"{old.scope}-to-{new.scope}" for old, new in MOVES]
CASES = [(action, *move) for action, move in product(Action, MOVES)]
CASE_NAMES = [f"{action}-{name}" for action, name in product(Action, NAMES)]


@pytest.fixture
def bench() -> Iterator[Bench]:
    """The account without any rule."""
    with FAMILY.open() as sandbox:
        yield Bench(FAMILY, sandbox)


def put(sandbox: Sandbox, entity: Entity, action: Action, value: str = VALUE) -> None:
    """A rule that is live from the start."""
    FAMILY.put(sandbox, entity, action, value)


def listing(entity: Entity, action: Action, *values: str) -> DesiredEntity:
    """A policy that owns one list, and writes nothing else."""
    if action is Action.ALLOW:
        return policy(entity, allow=values)
    return policy(entity, block=values)


def moving(action: Action, old: Entity, new: Entity) -> list[DesiredEntity]:
    """Policies that had the rule at one entity and have it at another now."""
    return [listing(old, action), listing(new, action, VALUE)]


@pytest.mark.parametrize(("action", "old", "new"), CASES, ids=CASE_NAMES)
def test_a_rule_that_moves_is_never_absent_from_both(
    bench: Bench, action: Action, old: Entity, new: Entity
) -> None:
    """Up or down, by one level or by four, the rule is there before it goes."""
    put(bench.sandbox, old, action)

    with watching(bench.sandbox, lambda: rules(bench.sandbox, old, new)) as seen:
        result = bench.apply(*moving(action, old, new))

    assert result.exit_code is ExitCode.DONE
    assert [moment for moment in seen if not moment] == []
    assert seen[-1] == [(new, action, VALUE)]


@pytest.mark.parametrize(("old", "new"), MOVES, ids=NAMES)
def test_no_mishap_makes_it_absent_from_both(bench: Bench, old: Entity, new: Entity) -> None:
    """Whatever goes wrong at whatever call, the block stands somewhere; the next run ends."""
    course = Course(
        bench,
        prepare=lambda sandbox: put(sandbox, old, Action.BLOCK),
        desired=moving(Action.BLOCK, old, new),
        look=lambda sandbox: bool(rules(sandbox, old, new)),
    )
    chosen = list(course.mishaps())[MOVES.index((old, new)) :: len(MOVES)]

    runs = {mishap: course.run(mishap) for mishap in chosen}

    assert [mishap for mishap, run in runs.items() if not run.all_well] == []
    assert {run.again.exit_code for run in runs.values()} == {ExitCode.DONE}
    assert rules(bench.sandbox, old, new) == [(new, Action.BLOCK, VALUE)]


@pytest.mark.parametrize("fault", ["422", "500 times=forever", "drop-before times=forever"])
@pytest.mark.parametrize(("old", "new"), MOVES, ids=NAMES)
def test_where_it_does_not_come_it_does_not_go(
    bench: Bench, old: Entity, new: Entity, fault: str
) -> None:
    """A creation that is refused or lost leaves the removal unattempted; the next run does both."""
    put(bench.sandbox, old, Action.BLOCK)
    bench.sandbox.inject(Fault.parse(f"POST /allow_block_rules {fault}"))

    result = bench.apply(*moving(Action.BLOCK, old, new))

    (end,) = result.outcomes[old]
    assert (end.status, end.detail) == (Status.NOT_ATTEMPTED, CREATION_FAILED)
    assert "DELETE" not in {request.method for request in bench.sandbox.requests}

    bench.sandbox.clear_faults()
    assert bench.apply(*moving(Action.BLOCK, old, new)).exit_code is ExitCode.DONE
    assert rules(bench.sandbox, old, new) == [(new, Action.BLOCK, VALUE)]


def test_another_customer_goes_on(bench: Bench) -> None:
    """A failure at one customer holds nothing back at another, nor at a domain of another."""
    for entity in (DOMAIN, OTHER):
        put(bench.sandbox, entity, Action.BLOCK)
    bench.sandbox.inject(Fault.parse("POST /customers/5001/allow_block_rules 422 times=forever"))

    result = bench.apply(
        *moving(Action.BLOCK, DOMAIN, ACME),
        *moving(Action.BLOCK, OTHER, GLOBEX),
        policy(RESELLER, block=["everywhere.example"]),
    )

    assert [end.status for end in result.outcomes[DOMAIN]] == [Status.NOT_ATTEMPTED]
    assert rules(bench.sandbox, OTHER, GLOBEX) == [(GLOBEX, Action.BLOCK, VALUE)]
    assert result.exit_code is ExitCode.PARTIAL


def test_a_failure_at_the_top_concerns_everybody(bench: Bench) -> None:
    """What could not be created for the reseller keeps the removals of all its customers."""
    for entity in (DOMAIN, OTHER):
        put(bench.sandbox, entity, Action.BLOCK)
    bench.sandbox.inject(Fault.parse("POST /resellers/400/allow_block_rules 422 times=forever"))

    result = bench.apply(
        policy(RESELLER, block=[VALUE]), policy(DOMAIN, block=[]), policy(OTHER, block=[])
    )

    for entity in (DOMAIN, OTHER):
        assert [end.status for end in result.outcomes[entity]] == [Status.NOT_ATTEMPTED]
    assert len(rules(bench.sandbox, DOMAIN, OTHER)) == 2


def test_the_exception_comes_before_the_rule_above(bench: Bench) -> None:
    """The allow of a user is there before its customer's block; refused, the block waits."""
    desired = policy(USER, allow=["billing@spam.example"]), policy(ACME, block=[VALUE])
    bench.sandbox.inject(Fault.parse("POST /users/70002/allow_block_rules 422"))

    refused = bench.apply(*desired)

    assert [end.detail for end in refused.outcomes[ACME]] == [RIVAL_FAILED]
    assert writes_since(bench.sandbox) == []

    bench.apply(*desired)
    assert writes_since(bench.sandbox) == [
        "POST /users/70002/allow_block_rules",
        "POST /customers/5001/allow_block_rules",
    ]


@pytest.mark.parametrize(("old", "new"), MOVES, ids=NAMES)
def test_it_stays_while_the_other_level_cannot_be_read(
    bench: Bench, old: Entity, new: Entity
) -> None:
    """A list that cannot be read when the plan is made keeps the block where it is, and says so."""
    put(bench.sandbox, old, Action.BLOCK)
    scope, number = FAMILY.keys[new]
    bench.sandbox.inject(Fault.parse(f"GET /{scope}/{number}/allow_block_rules 500 times=forever"))

    result = bench.apply(*moving(Action.BLOCK, old, new))

    (planned,) = result.plan.entities
    assert [finding.code for finding in planned.findings] == [Code.UNSEEN]
    assert bench.sandbox.writes() == []
    assert result.exit_code is ExitCode.STOPPED


def test_the_order_of_writes_in_the_log(bench: Bench) -> None:
    """All that comes is written at all levels before anything goes, allows first in, last out."""
    put(bench.sandbox, DOMAIN, Action.BLOCK)
    put(bench.sandbox, DOMAIN, Action.ALLOW, "old-vendor.example")

    bench.apply(
        policy(ACME, allow=["vendor.example"], block=[VALUE]), policy(DOMAIN, allow=[], block=[])
    )

    written = [said(request) for request in bench.sandbox.writes()]
    assert [request.body["rule_type"] for request in bench.sandbox.writes()[:2]] == [
        "allow",
        "block",
    ]
    assert [call.split()[0] for call in written] == ["POST", "POST", "DELETE", "DELETE"]
    assert written[2] < written[3]


def test_the_plan_shows_what_voids_a_block(bench: Bench) -> None:
    """The text of the plan names the allow of another level that leaves a block without effect."""
    put(bench.sandbox, ACME, Action.ALLOW)
    desired = policy(ACME, block=[]), policy(DOMAIN, block=["eve@spam.example"])

    text = render_text(plan_document(bench.plan(*desired)), color=False)

    assert (
        "warning[voided-block]: block eve@spam.example has no effect: "
        "customers/Acme Widgets allows spam.example"
    ) in text
