"""A row is deleted by its id, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.outcome import Status
from tests.providers.mailprotector.world import RULES, delete, running

BEFORE = [
    ("allow", "partner.example"),
    ("block", "Cheap-Toner.example"),
    ("block", "spammer.example"),
]
AFTER = BEFORE[:2]
DELETE = "DELETE /allow_block_rules/"
LOST = "the connection broke before the answer was complete"


def test_a_row_is_deleted() -> None:
    """A row is deleted by one request that names its id."""
    with running() as world:
        native_id = world.id_of("spammer.example")

        assert world.end(delete(native_id)) == ("applied", "")
        assert world.rows() == AFTER
        assert world.paths("DELETE") == [f"/allow_block_rules/{native_id}"]
        assert world.paths() == []


@pytest.mark.parametrize(
    ("fault", "detail", "requests"),
    [
        ("drop-before", "", 2),
        ("503", "", 2),
        ("429", "", 2),
        ("empty", "", 1),
        ("drop-after", "it was gone already", 2),
        ("503-after", "it was gone already", 2),
        ("html", "the answer was lost, a read shows it gone", 1),
        ("malformed", "the answer was lost, a read shows it gone", 1),
        ("truncated", "it was gone already", 2),
        ("drop-after times=forever", "the answer was lost, a read shows it gone", 4),
        ("404-after", "it was gone already", 1),
    ],
)
def test_gone_whatever_happens(fault: str, detail: str, requests: int) -> None:
    """A lost answer is resolved by asking again or by reading; gone is gone."""
    with running(f"{DELETE} {fault}") as world:
        assert world.end(delete(world.id_of("spammer.example"))) == ("applied", detail)
        assert world.rows() == AFTER
        assert len(world.paths("DELETE")) == requests


def test_a_refused_repetition_says_nothing_of_the_delete_before() -> None:
    """Where the answer was lost and the repetition refused, a read tells: the row is gone."""
    with running(f"{DELETE} drop-after", f"{DELETE} 403 nth=2") as world:
        status, _ = world.end(delete(world.id_of("spammer.example")))

        assert (status, world.rows()) == ("applied", AFTER)


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        ("403", "refused with 403: Injected by a fault"),
        ("422", "refused with 422: Injected by a fault"),
        ("401", "the key was refused with 401 (Injected by a fault)"),
        ("429 times=forever", "asked to slow down (Injected by a fault)"),
    ],
)
def test_a_refusal_is_a_failure(fault: str, detail: str) -> None:
    """A deletion that the service refused has failed and wrote nothing."""
    with running(f"{DELETE} {fault}") as world:
        outcome = world.do(delete(world.id_of("spammer.example")))

        assert (outcome.status, outcome.detail, outcome.wrote) == (Status.FAILED, detail, False)
        assert world.rows() == BEFORE


@pytest.mark.parametrize(
    ("faults", "detail"),
    [
        (["drop-before times=forever"], f"{LOST}; a read still shows it"),
        (
            ["redirect"],
            "answered with a redirect (302), which mpctl does not follow; a read still shows it",
        ),
    ],
)
def test_what_still_shows_is_unknown(faults: list[str], detail: str) -> None:
    """A deletion without an answer whose row still shows may happen yet: it is unknown."""
    with running(*(f"{DELETE} {fault}" for fault in faults)) as world:
        assert world.end(delete(world.id_of("spammer.example"))) == ("unknown", detail)
        assert world.rows() == BEFORE


def test_what_cannot_be_read_back_is_unknown() -> None:
    """A deletion without an answer, and without a list to look at, is unknown."""
    with running(f"{DELETE} drop-after times=forever", f"GET {RULES} 403") as world:
        assert world.end(delete(world.id_of("spammer.example"))) == (
            "unknown",
            f"{LOST}; it cannot be read back",
        )


def test_a_doubtful_list_proves_no_absence() -> None:
    """A list that is not proven whole does not show that a row is gone."""
    switches = {"wrong_total": "on"}
    with running(f"{DELETE} drop-after times=forever", switches=switches) as world:
        assert world.end(delete(world.id_of("spammer.example"))) == (
            "unknown",
            f"{LOST}; it cannot be read back",
        )


def test_reads_that_follow_late() -> None:
    """A row that still shows for some readings is gone when it no longer does."""
    with running(f"{DELETE} drop-after times=forever", switches={"read_lag": "3"}) as world:
        assert world.end(delete(world.id_of("spammer.example"))) == (
            "applied",
            "the answer was lost, a read shows it gone",
        )


def test_one_of_two_copies() -> None:
    """Of two rows with one value exactly the one with the id is deleted."""
    with running() as world:
        world.sandbox.mailprotector.state.add_rule("domains", 9101, "Spammer.example", "block")

        assert world.end(delete(world.id_of("Spammer.example"))) == ("applied", "")
        assert world.rows() == BEFORE


def test_a_row_that_somebody_else_deleted() -> None:
    """A row that is gone already, as a read shows, is what was wanted."""
    with running() as world:
        native_id = world.id_of("spammer.example")
        world.sandbox.mailprotector.state.remove_rule(int(native_id))

        assert world.end(delete(native_id)) == ("applied", "it was gone already")
        assert world.rows() == AFTER


def test_a_row_that_is_said_to_be_gone_and_is_not() -> None:
    """A service that does not know the row, and still lists it, has not deleted it."""
    with running(f"{DELETE} 404") as world:
        assert world.end(delete(world.id_of("spammer.example"))) == (
            "failed",
            "refused with 404, but a read still shows it",
        )
        assert world.rows() == BEFORE


def test_a_row_that_is_said_to_be_gone_and_cannot_be_looked_for() -> None:
    """Without a list to look at, nobody knows whether the row is gone."""
    with running(f"{DELETE} 404", f"GET {RULES} 403") as world:
        assert world.end(delete(world.id_of("spammer.example"))) == (
            "unknown",
            "refused with 404; it cannot be read back",
        )


@given(
    st.sampled_from(
        (
            *(
                "400",
                "403",
                "404",
                "404-after",
                "409",
                "422",
                "429",
                "500",
                "500-after",
                "drop-before",
            ),
            *("drop-after", "malformed", "truncated", "empty", "html", "redirect"),
        )
    ),
    st.sampled_from(("nth=1", "nth=2", "times=3", "times=forever")),
    st.sampled_from(("GET /allow_block_rules", "DELETE /", "* /")),
    st.sampled_from(("0", "1", "3")),
)
def test_nothing_else_is_deleted(kind: str, times: str, where: str, lag: str) -> None:
    """Whatever goes wrong, only the row in question goes; the outcome says whether it did."""
    with running(f"{where} {kind} {times}", switches={"read_lag": lag}) as world:
        outcome = world.do(delete(world.id_of("spammer.example")))

        assert world.rows() in (BEFORE, AFTER)
        if outcome.status is not Status.UNKNOWN:
            assert (world.rows() == AFTER) == (outcome.status is Status.APPLIED)
