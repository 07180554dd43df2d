"""A setting that changes above never comes down to an entity that declares its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from mpctl.core.change import SettingChange
from mpctl.core.entity import Entity
from mpctl.core.outcome import Status
from mpctl.core.plan import Plan
from mpctl.core.state import Mode
from mpctl.diagnostics import Code, ExitCode
from mpctl.reconcile.chain_log import SETTING_FAILED
from mpctl.render import plan_document, render_text
from mpctl.sandbox import Fault
from tests.conformance.family import (
    ACME,
    BIRCH,
    DOMAIN,
    FAMILY,
    GROUP,
    OTHER,
    POLICY,
    RESELLER,
    SPAM,
    USER,
    Course,
    own_permissions,
    permission,
    policy,
    said,
    watching,
    writes_since,
)
from tests.conformance.running import Bench

DESCENDANTS = (ACME, DOMAIN, GROUP, USER)
DIALECTS = [
    {"config_get": get, "bool_style": style, "user_configuration": "present"}
    for get, style in product(("effective", "local"), ("json", "int", "string"))
]
PUT_RESELLER, PUT_DOMAIN = "PUT /resellers/400/configuration", "PUT /domains/9101/configuration"


@pytest.fixture
def bench() -> Iterator[Bench]:
    """The account, which keeps settings for users too."""
    with FAMILY.open({"user_configuration": "present"}) as sandbox:
        yield Bench(FAMILY, sandbox)


@pytest.mark.parametrize("below", DESCENDANTS, ids=lambda entity: entity.scope)
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: "-".join(dialect.values()))
def test_the_declared_value_stands_at_every_request(below: Entity, dialect: dict[str, str]) -> None:
    """Both permissions become true above and stay false below, however values are shown."""
    with FAMILY.open(dialect) as sandbox:
        bench = Bench(FAMILY, sandbox)
        with watching(
            sandbox, lambda: [permission(sandbox, below, n) for n in (SPAM, POLICY)]
        ) as seen:
            result = bench.apply(
                policy(RESELLER, allow_spam_release=True, allow_policy_release=True),
                policy(below, allow_spam_release=False, allow_policy_release=False),
            )

        assert result.exit_code is ExitCode.DONE
        assert all(values == [False, False] for values in seen)
        assert permission(sandbox, OTHER)
        assert own_permissions(sandbox, below) == {SPAM: False, POLICY: False}


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: "-".join(dialect.values()))
def test_the_other_way_round(dialect: dict[str, str]) -> None:
    """A permission that is taken away above stays granted below at every request."""
    with FAMILY.open(dialect) as sandbox:
        sandbox.mailprotector.state.set_permission("resellers", 400, allow_spam_release=True)
        with watching(sandbox, lambda: permission(sandbox, GROUP)) as seen:
            result = Bench(FAMILY, sandbox).apply(
                policy(RESELLER, allow_spam_release=False), policy(GROUP, allow_spam_release=True)
            )

        assert (result.exit_code, set(seen)) == (ExitCode.DONE, {True})
        assert not permission(sandbox, DOMAIN)


def test_a_permission_that_is_inherited_is_taken_back_first(bench: Bench) -> None:
    """Where the reseller has it already, only the declared domain gets its own value."""
    bench.sandbox.mailprotector.state.set_permission("resellers", 400, allow_spam_release=True)

    result = bench.apply(
        policy(RESELLER, allow_spam_release=True), policy(DOMAIN, allow_spam_release=False)
    )

    assert result.exit_code is ExitCode.DONE
    assert writes_since(bench.sandbox) == [PUT_DOMAIN]
    assert permission(bench.sandbox, BIRCH)
    assert not permission(bench.sandbox, DOMAIN)


def test_values_are_written_from_the_bottom_up(bench: Bench) -> None:
    """The request log has the user first and the reseller last; then all are read again."""
    chain = (RESELLER, ACME, DOMAIN, GROUP, USER)
    start = len(bench.sandbox.requests)

    bench.apply(*(policy(entity, allow_spam_release=entity is RESELLER) for entity in chain))

    written = writes_since(bench.sandbox, start)
    assert written == [
        f"PUT /{scope}/{number}/configuration"
        for scope, number in (FAMILY.keys[entity] for entity in reversed(chain))
    ]
    log = [said(request) for request in bench.sandbox.requests]
    after = log[log.index(written[-1]) + 1 :]
    assert {call.replace("PUT", "GET") for call in written} <= set(after)


def test_a_second_run_writes_nothing(bench: Bench) -> None:
    """Once the ancestor has its value, nothing is written explicitly any more."""
    desired = policy(RESELLER, allow_spam_release=True), policy(DOMAIN, allow_spam_release=False)
    bench.apply(*desired)
    start = len(bench.sandbox.requests)

    bench.apply(*desired)

    assert writes_since(bench.sandbox, start) == []


def test_an_observed_descendant_is_not_written(bench: Bench) -> None:
    """What is only watched keeps inheriting; the difference is drift from then on."""
    observed = policy(DOMAIN, settings_mode=Mode.OBSERVE, allow_spam_release=False)

    bench.apply(policy(RESELLER, allow_spam_release=True), observed)

    assert writes_since(bench.sandbox) == [PUT_RESELLER]
    assert bench.plan(observed).summary.observed == 1


@pytest.mark.parametrize("below", DESCENDANTS, ids=lambda entity: entity.scope)
def test_a_value_that_cannot_be_written_below_keeps_the_change_above_waiting(
    bench: Bench, below: Entity
) -> None:
    """The ancestor is not attempted and says why; a domain beside it gets its own value."""
    path = "/".join(map(str, FAMILY.keys[below]))
    bench.sandbox.inject(Fault.parse(f"PUT /{path}/configuration 422 times=forever"))

    result = bench.apply(
        policy(RESELLER, allow_spam_release=True),
        policy(below, allow_spam_release=False),
        policy(OTHER, allow_spam_release=True),
    )

    (end,) = result.outcomes[RESELLER]
    assert (end.status, end.detail) == (Status.NOT_ATTEMPTED, SETTING_FAILED)
    assert [end.status for end in result.outcomes[OTHER]] == [Status.APPLIED]
    assert PUT_RESELLER not in map(said, bench.sandbox.requests)
    assert result.exit_code is ExitCode.PARTIAL


def test_one_permission_does_not_wait_for_the_other(bench: Bench) -> None:
    """Where only one of two values could be written below, the other changes above."""
    bench.sandbox.inject(Fault.parse("PUT /domains/9101/configuration 422"))

    result = bench.apply(
        policy(RESELLER, allow_spam_release=True, allow_policy_release=True),
        policy(DOMAIN, allow_spam_release=False, allow_policy_release=False),
    )

    statuses = sorted(end.status for end in result.outcomes[RESELLER])
    assert statuses == [Status.APPLIED, Status.NOT_ATTEMPTED]
    assert not permission(bench.sandbox, DOMAIN, SPAM)
    assert not permission(bench.sandbox, DOMAIN, POLICY)


@pytest.mark.parametrize("below", DESCENDANTS, ids=lambda entity: entity.scope)
def test_no_mishap_lets_the_value_come_down(bench: Bench, below: Entity) -> None:
    """Whatever goes wrong at whatever call, the entity below is never true; the next run ends."""
    course = Course(
        bench,
        prepare=lambda _: None,
        desired=[
            policy(RESELLER, allow_spam_release=True),
            policy(below, allow_spam_release=False),
        ],
        look=lambda sandbox: not permission(sandbox, below),
    )
    chosen = list(course.mishaps())[DESCENDANTS.index(below) :: len(DESCENDANTS)]

    runs = {mishap: course.run(mishap) for mishap in chosen}

    assert [mishap for mishap, run in runs.items() if not run.all_well] == []
    assert {run.again.exit_code for run in runs.values()} == {ExitCode.DONE}
    assert {run.first.exit_code for run in runs.values()} > {ExitCode.DONE, ExitCode.STOPPED}


def test_an_unselected_value_in_between_waits_for_a_selected_one_below(bench: Bench) -> None:
    """The customer, taken in by the reseller's change, is not written when its domain was not."""
    bench.sandbox.inject(Fault.parse("PUT /domains/9101/configuration 422 times=forever"))

    with watching(bench.sandbox, lambda: permission(bench.sandbox, DOMAIN)) as seen:
        result = bench.apply(
            policy(RESELLER, allow_spam_release=True),
            policy(DOMAIN, allow_spam_release=False),
            others=[policy(ACME, allow_spam_release=True)],
        )

    assert [end.status for end in result.outcomes[ACME]] == [Status.NOT_ATTEMPTED]
    assert set(seen) == {False}


def test_a_declared_descendant_that_cannot_be_read_keeps_the_setting_waiting(bench: Bench) -> None:
    """Nobody knows what stands below, so the change above is withheld, and everything else made."""
    bench.sandbox.inject(Fault.parse("GET /domains/9101/configuration 500 times=forever"))

    result = bench.apply(
        policy(RESELLER, allow_spam_release=True, block=["spam.example"]),
        policy(DOMAIN, allow_spam_release=False),
    )

    assert writes_since(bench.sandbox) == ["POST /resellers/400/allow_block_rules"]
    assert [f.code for f in result.plan.entities[0].findings] == [Code.UNSEEN]
    assert not permission(bench.sandbox, DOMAIN)
    assert result.exit_code is ExitCode.PARTIAL


def reaches(plan: Plan) -> list[int | None]:
    """The users below each setting that changes."""
    changes = (change for entity in plan.entities for change in entity.planned)
    return [c.users_below for c in changes if isinstance(c, SettingChange) and not c.pins]


@pytest.mark.parametrize(
    ("entity", "users", "shown"),
    [
        (RESELLER, 2, "2 users below may release mail held as spam"),
        (DOMAIN, 2, "2 users below may release mail held as spam"),
        (GROUP, 1, "1 user below may release mail held as spam"),
        (USER, 1, "1 user below may release mail held as spam"),
        (BIRCH, 0, "no user below"),
    ],
)
def test_the_plan_counts_the_users_below(
    bench: Bench, entity: Entity, users: int, shown: str
) -> None:
    """The number is the total of the list of users, and stands in the plan's text."""
    plan = bench.plan(policy(entity, allow_spam_release=True))

    assert reaches(plan) == [users]
    assert shown in render_text(plan_document(plan), color=False)


@pytest.mark.parametrize("header", ["rails", "current_page", "minimal"])
def test_any_spelling_of_the_total_is_understood(header: str) -> None:
    """Two permissions of one entity are one question, of one row."""
    with FAMILY.open({"pagination_header": header}) as sandbox:
        desired = policy(DOMAIN, allow_spam_release=True, allow_policy_release=True)
        plan = Bench(FAMILY, sandbox).plan(desired)

        questions = [r for r in sandbox.requests if r.path == "/domains/9101/users"]
        assert reaches(plan) == [2, 2]
        assert [request.query for request in questions] == ["page=1&per_page=1"]


@pytest.mark.parametrize("header", ["absent", "garbage"])
def test_without_a_total_the_number_is_unknown(header: str) -> None:
    """A page of one row proves nothing; the plan says that it does not know."""
    with FAMILY.open({"pagination_header": header}) as sandbox:
        plan = Bench(FAMILY, sandbox).plan(policy(DOMAIN, allow_spam_release=True))

        assert reaches(plan) == [None]
        assert "an unknown number of users below" in render_text(plan_document(plan), color=False)


def test_a_question_that_fails_is_no_problem(bench: Bench) -> None:
    """The number is unknown, the change is planned, and it is the very plan with the number."""
    desired = policy(DOMAIN, allow_spam_release=True)
    known = bench.plan(desired)
    bench.sandbox.inject(Fault.parse("GET /domains/9101/users 500 times=forever"))

    plan = bench.plan(desired)

    assert (reaches(plan), plan.problems) == ([None], ())
    assert plan.digest == known.digest
