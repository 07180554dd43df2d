"""Where the service holds no allow beside a block of one value, one takes the other's place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.outcome import Outcome, Status
from mpctl.core.rule import Action
from tests.providers.mailprotector.world import RULES, World, create, running

REST = [("allow", "partner.example"), ("block", "Cheap-Toner.example")]
BEFORE = [*REST, ("block", "spammer.example")]
AFTER = sorted([*REST, ("allow", "spammer.example")])
POST = f"POST {RULES}"
DELETE = "DELETE /allow_block_rules/"
LOST = "the connection broke before the answer was complete"
NO_BOTH = {"opposite_rule": "422", "duplicate_rule": "accept"}


def replaced(world: World) -> Outcome:
    """Allow what is blocked, where the plan also removes the block."""
    block = world.id_of("spammer.example")
    return world.do(create("spammer.example", Action.ALLOW, replaces=[block]))


def test_the_opposite_rule_goes_first() -> None:
    """An allow that is refused beside the block takes its place."""
    with running(switches=NO_BOTH) as world:
        outcome = replaced(world)

        assert (outcome.status, outcome.detail) == (
            Status.APPLIED,
            "the block rule had to go first",
        )
        assert world.rows() == AFTER
        assert [request.method for request in world.sandbox.writes()] == ["POST", "DELETE", "POST"]


def test_every_copy_of_the_opposite_rule_goes() -> None:
    """Where the block is there twice, both copies make room."""
    with running(switches=NO_BOTH) as world:
        world.sandbox.mailprotector.state.add_rule("domains", 9101, "Spammer.example", "block")
        blocks = [world.id_of("spammer.example"), world.id_of("Spammer.example")]

        outcome = world.do(create("spammer.example", Action.ALLOW, replaces=blocks))

        assert outcome.status is Status.APPLIED
        assert world.rows() == AFTER


def test_nothing_goes_where_both_may_stand() -> None:
    """Where the service holds both, the creation deletes nothing."""
    with running(switches={"opposite_rule": "accept"}) as world:
        outcome = replaced(world)

        assert (outcome.status, outcome.detail) == (Status.APPLIED, "")
        assert world.rows() == sorted([*BEFORE, ("allow", "spammer.example")])
        assert world.paths("DELETE") == []


def test_nothing_goes_that_the_plan_does_not_remove() -> None:
    """A rule that the plan keeps is not taken away to make room."""
    with running(switches=NO_BOTH) as world:
        outcome = world.do(create("spammer.example", Action.ALLOW))

        assert (outcome.status, outcome.detail, outcome.wrote) == (
            Status.FAILED,
            "refused with 422: value has already been taken",
            False,
        )
        assert world.rows() == BEFORE


@pytest.mark.parametrize("fault", ["400", "403", "404"])
def test_another_refusal_moves_nothing(fault: str) -> None:
    """Only a refusal that may mean a conflict makes a rule give way."""
    with running(f"{POST} {fault}", switches=NO_BOTH) as world:
        assert replaced(world).status is Status.FAILED
        assert world.rows() == BEFORE
        assert world.paths("DELETE") == []


@pytest.mark.parametrize("fault", ["403", "503 times=forever"])
def test_nothing_goes_while_nothing_can_be_read(fault: str) -> None:
    """Without a look at the list nobody knows whether the rule is missing: nothing gives way."""
    with running(f"GET {RULES} {fault}", switches=NO_BOTH) as world:
        outcome = replaced(world)

        assert (outcome.status, outcome.wrote) == (Status.FAILED, False)
        assert world.rows() == BEFORE
        assert world.paths("DELETE") == []


@pytest.mark.parametrize(
    ("faults", "detail"),
    [
        ([f"{DELETE} drop-after"], "the block rule had to go first"),
        ([f"{DELETE} 404-after"], "the block rule had to go first"),
        ([f"{DELETE} drop-before"], "the block rule had to go first"),
        ([f"{POST} drop-after nth=2"], "the answer was lost, a read shows it"),
        ([f"{POST} html nth=2"], "the answer was lost, a read shows it"),
    ],
)
def test_lost_answers(faults: list[str], detail: str) -> None:
    """A lost answer in the middle does not keep the new rule from its place."""
    with running(*faults, switches=NO_BOTH) as world:
        outcome = replaced(world)

        assert (outcome.status, outcome.detail) == (Status.APPLIED, detail)
        assert world.rows() == AFTER


@pytest.mark.parametrize(
    ("faults", "detail"),
    [
        ([f"{POST} 403 nth=2"], "refused with 403: Injected by a fault"),
        ([f"{POST} 422 nth=2"], "refused with 422: Injected by a fault"),
        ([f"{POST} 503 nth=2"], "failed with 503 (Injected by a fault)"),
        ([f"{POST} drop-before nth=2"], LOST),
        ([f"{DELETE} 403"], "refused with 403: Injected by a fault"),
        ([f"{DELETE} html"], "answered 200 with something that is not JSON"),
        ([f"{POST} 403 nth=2", f"{POST} drop-after nth=3"], "refused with 403: Injected"),
        ([f"{POST} 403 nth=2", f"{POST} drop-before nth=3"], "refused with 403: Injected"),
        ([f"{POST} 403 nth=2", f"{POST} 503 nth=3"], "refused with 403: Injected"),
    ],
)
@pytest.mark.parametrize("lag", ["0", "2"])
def test_the_opposite_rule_is_put_back(faults: list[str], detail: str, lag: str) -> None:
    """When the new rule cannot be created after all, the old one stands as before, once."""
    with running(*faults, switches={**NO_BOTH, "read_lag": lag}) as world:
        outcome = replaced(world)

        assert outcome.status is Status.FAILED
        assert outcome.wrote
        assert outcome.detail.startswith(detail)
        assert outcome.detail.endswith("; the block rule stands as before")
        assert world.rows() == BEFORE


@pytest.mark.parametrize(
    "faults",
    [
        [f"{POST} 403 nth=2 times=forever"],
        [f"{POST} drop-before nth=2 times=forever"],
        [f"{POST} 403 nth=2", f"GET {RULES} 403 nth=2 times=forever"],
    ],
)
def test_half_of_a_pair_is_said(faults: list[str]) -> None:
    """When the old rule cannot be put back either, that is said, and not called done."""
    with running(*faults, switches=NO_BOTH) as world:
        outcome = replaced(world)

        assert outcome.status is Status.UNKNOWN
        assert outcome.detail.endswith("; the block rule may be gone too: look, and put it back")
        assert world.rows() == REST


@given(
    st.sampled_from(("403", "422", "503", "503-after", "drop-before", "drop-after", "html")),
    st.sampled_from(("nth=1", "nth=2", "nth=3", "times=forever")),
    st.sampled_from((POST, DELETE, f"GET {RULES}")),
    st.sampled_from(("0", "1", "3")),
)
def test_never_both_and_never_twice(kind: str, times: str, where: str, lag: str) -> None:
    """Whatever goes wrong, there is one of the two rules, and the outcome does not lie."""
    with running(f"{where} {kind} {times}", switches={**NO_BOTH, "read_lag": lag}) as world:
        outcome = replaced(world)

        rows = world.rows()
        assert rows in (BEFORE, AFTER, REST)
        if outcome.status is not Status.UNKNOWN:
            assert rows == (AFTER if outcome.status is Status.APPLIED else BEFORE)
