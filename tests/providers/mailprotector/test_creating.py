"""A rule is created exactly once, whatever happens to the request or to its answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.outcome import Status
from mpctl.core.rule import Action
from tests.providers.mailprotector.world import RULES, create, running

BEFORE = [
    ("allow", "partner.example"),
    ("block", "Cheap-Toner.example"),
    ("block", "spammer.example"),
]
NEW = ("block", "new.example")
AFTER = sorted([*BEFORE, NEW])
POST = f"POST {RULES}"
LOST = "the connection broke before the answer was complete"
# A service that would take the same rule twice: any blind repetition shows as a second row.
GULLIBLE = {"duplicate_rule": "accept"}


def test_a_rule_is_created() -> None:
    """A rule is created by one request with the value in canonical form."""
    with running() as world:
        outcome = world.do(create("News@B\u00fccher.Example.", Action.ALLOW))

        assert (outcome.status, outcome.detail, outcome.wrote) == (Status.APPLIED, "", True)
        assert world.sent("POST") == [{"value": "news@xn--bcher-kva.example", "rule_type": "allow"}]
        assert world.rows() == sorted([*BEFORE, ("allow", "news@xn--bcher-kva.example")])
        assert world.paths() == []


@pytest.mark.parametrize(
    ("fault", "end", "requests"),
    [
        ("drop-after", ("applied", "the answer was lost, a read shows it"), 1),
        ("503-after", ("applied", "the answer was lost, a read shows it"), 1),
        ("html", ("applied", "the answer was lost, a read shows it"), 1),
        ("malformed", ("applied", "the answer was lost, a read shows it"), 1),
        ("truncated", ("applied", "the answer was lost, a read shows it"), 1),
        ("422-after", ("applied", "it was there already"), 1),
        ("409-after", ("applied", "it was there already"), 1),
        ("empty", ("applied", ""), 1),
        ("drop-before", ("applied", ""), 2),
        ("503", ("applied", ""), 2),
        ("redirect", ("applied", ""), 2),
        ("429", ("applied", ""), 2),
        ("429 times=3", ("applied", ""), 4),
    ],
)
def test_one_rule_whatever_happens(fault: str, end: tuple[str, str], requests: int) -> None:
    """A lost answer is resolved by reading; a request that had no effect is sent once more."""
    with running(f"{POST} {fault}", switches=GULLIBLE) as world:
        assert world.end(create("new.example")) == end
        assert world.rows() == AFTER
        assert len(world.sent("POST")) == requests


@pytest.mark.parametrize(
    ("fault", "detail", "requests"),
    [
        ("400", "refused with 400: Injected by a fault", 1),
        ("403", "refused with 403: Injected by a fault", 1),
        ("404", "refused with 404: Injected by a fault", 1),
        ("409", "refused with 409: Injected by a fault", 1),
        ("422", "refused with 422: Injected by a fault", 1),
        ("401", "the key was refused with 401 (Injected by a fault)", 1),
        ("429 times=forever", "asked to slow down (Injected by a fault)", 4),
    ],
)
def test_a_refusal_is_a_failure(fault: str, detail: str, requests: int) -> None:
    """A creation that the service refused has failed, in the service's words, and wrote nothing."""
    with running(f"{POST} {fault}", switches=GULLIBLE) as world:
        outcome = world.do(create("new.example"))

        assert (outcome.status, outcome.detail) == (Status.FAILED, detail)
        assert not outcome.wrote
        assert world.rows() == BEFORE
        assert len(world.sent("POST")) == requests


@pytest.mark.parametrize(
    ("faults", "detail"),
    [
        (["drop-before times=2"], f"{LOST}, twice; a read does not show it"),
        (["503 times=2"], "failed with 503 (Injected by a fault), twice; a read does not show it"),
    ],
)
def test_two_lost_answers_leave_a_doubt(faults: list[str], detail: str) -> None:
    """After two requests without an answer and without an effect, the outcome is unknown."""
    with running(*(f"{POST} {fault}" for fault in faults), switches=GULLIBLE) as world:
        assert world.end(create("new.example")) == ("unknown", detail)
        assert world.rows() == BEFORE
        assert len(world.sent("POST")) == 2


@pytest.mark.parametrize("fault", ["403", "503 times=forever", "html times=forever"])
def test_what_cannot_be_read_back_is_not_repeated(fault: str) -> None:
    """When a lost answer cannot be resolved by reading, nothing more is sent."""
    with running(f"{POST} drop-after", f"GET {RULES} {fault}", switches=GULLIBLE) as world:
        assert world.end(create("new.example")) == ("unknown", f"{LOST}; it cannot be read back")
        assert world.rows() == AFTER
        assert len(world.sent("POST")) == 1


def test_a_doubtful_list_proves_no_absence() -> None:
    """A list that is not proven whole does not show that a rule is absent."""
    switches = {**GULLIBLE, "wrong_total": "on"}
    with running(f"{POST} drop-before", switches=switches) as world:
        assert world.end(create("new.example")) == ("unknown", f"{LOST}; it cannot be read back")
        assert len(world.sent("POST")) == 1


def test_a_doubtful_list_proves_a_presence() -> None:
    """A rule that a doubtful list shows is there."""
    switches = {**GULLIBLE, "wrong_total": "on"}
    with running(f"{POST} drop-after", switches=switches) as world:
        assert world.end(create("new.example")) == (
            "applied",
            "the answer was lost, a read shows it",
        )


def test_a_rule_above_does_not_count() -> None:
    """A rule of the reseller or the customer that the list shows is not the rule of the domain."""
    switches = {**GULLIBLE, "rules_list": "direct+inherited"}
    with running(f"{POST} drop-before", switches=switches) as world:
        assert world.end(create("everywhere.example")) == ("applied", "")
        assert world.rows() == sorted([*BEFORE, ("block", "everywhere.example")])


@pytest.mark.parametrize("lag", ["1", "2", "5"])
def test_reads_that_follow_late(lag: str) -> None:
    """A rule that shows only after some readings is not created again."""
    with running(f"{POST} drop-after", switches={**GULLIBLE, "read_lag": lag}) as world:
        assert world.end(create("new.example")) == (
            "applied",
            "the answer was lost, a read shows it",
        )
        assert world.rows() == AFTER
        assert sum(world.clock.slept) <= 7


@pytest.mark.parametrize("duplicates", ["reject", "existing"])
def test_a_rule_that_somebody_else_created(duplicates: str) -> None:
    """A rule that is there already, in whatever spelling, is success and stays one row."""
    with running(switches={"duplicate_rule": duplicates}) as world:
        world.sandbox.mailprotector.state.add_rule("domains", 9101, "NEW.example", "block")
        outcome = world.do(create("new.example"))

        assert outcome.status is Status.APPLIED
        assert outcome.detail == ("it was there already" if duplicates == "reject" else "")
        assert world.rows() == sorted([*BEFORE, ("block", "NEW.example")])


@pytest.mark.parametrize("codes", ["all200", "all204"])
def test_any_2xx_is_success(codes: str) -> None:
    """A creation succeeds with 200, 201 or 204, with and without a body."""
    with running(switches={"write_codes": codes}) as world:
        assert world.end(create("new.example")) == ("applied", "")
        assert world.rows() == AFTER


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ("message", "value is a high-risk domain and cannot be allowed"),
        ("errors_map", "value is a high-risk domain and cannot be allowed"),
        ("html", "value is a high-risk domain and cannot be allowed"),
    ],
)
def test_a_value_that_the_service_refuses(shape: str, words: str) -> None:
    """A value that the service does not take fails in the service's own words."""
    with running(switches={"high_risk_allow": "422", "error_body": shape}) as world:
        assert world.end(create("acme.example", Action.ALLOW)) == (
            "failed",
            f"refused with 422: {words}",
        )


def test_nothing_is_created_without_permission_to_write() -> None:
    """A session that may only read creates nothing, and the outcome says so."""
    with running(writable=False) as world:
        status, detail = world.end(create("new.example"))

        assert (status, detail) == (
            "failed",
            "a write was attempted without --confirm, and was not sent",
        )
        assert world.sandbox.requests == []


KINDS = st.sampled_from(
    (
        *("400", "403", "404", "409", "422", "429", "500", "503", "500-after"),
        *("drop-before", "drop-after", "malformed", "truncated", "empty"),
        *("html", "redirect"),
    )
)
TIMES = st.sampled_from(("nth=1", "nth=2", "times=2", "times=forever"))


@given(
    KINDS,
    TIMES,
    st.sampled_from(("GET", "POST", "*")),
    st.sampled_from(("reject", "accept", "existing")),
    st.sampled_from(("0", "1", "3")),
)
def test_never_twice(kind: str, times: str, method: str, duplicates: str, lag: str) -> None:
    """Whatever goes wrong, however often, there is one rule, or none; the outcome says which."""
    fault = f"{method} {RULES} {kind} {times}"
    with running(fault, switches={"duplicate_rule": duplicates, "read_lag": lag}) as world:
        outcome = world.do(create("new.example"))

        rows = world.rows()
        assert rows in (BEFORE, AFTER)
        if outcome.status is not Status.UNKNOWN:
            assert (rows == AFTER) == (outcome.status is Status.APPLIED)
