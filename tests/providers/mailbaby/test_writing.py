"""Creating and deleting: what the service says proves nothing, what a read shows does."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mpctl.core.outcome import Outcome, Status
from mpctl.core.schedule import Batch
from tests.conformance.relay import order
from tests.providers.mailbaby.world import MB39, MB41, account, ends, key

STRAYED = "the service put the rule under mb43, not under the order that was named"
READ = ["GET /mail/rules", "GET /mail"]


def test_both_names_of_the_order_are_sent() -> None:
    """`username` is what the server reads, `user` what the documents say."""
    with account() as world:
        world.create("spam.example.net")

        (post,) = world.sandbox.writes()
        assert post.body == {
            "type": "domain",
            "data": "spam.example.net",
            "username": "mb39",
            "user": "mb39",
        }


def test_the_first_rule_is_proven_before_the_next_is_sent() -> None:
    """After one reading that shows where rules go, the rest is read back together."""
    with account() as world:
        world.create("a.example.com", "b.example.com", "c.example.com")

        posts = "POST /mail/rules"
        assert world.said()[2:] == [posts, *READ, posts, posts, *READ]
        start = len(world.sandbox.requests)
        world.create("d.example.com", "e.example.com")
        assert world.said(start) == [*READ, posts, posts, *READ]


def test_a_rule_at_another_order_is_taken_away_and_no_other_is_sent() -> None:
    """A service that ignores the order gets one rule to show it, and loses that again."""
    with account({"order_field": "neither", "first_order": "highest"}) as world:
        outcomes = world.create("a.example.com", "b.example.com")

        assert ends(outcomes) == [
            ("failed", f"{STRAYED}; it was taken away again"),
            ("not attempted", "not sent: the service puts new rules under another order"),
        ]
        assert [outcome.wrote for outcome in outcomes] == [True, False]
        assert ends(world.create("c.example.com", at=MB41))[0][0] == "not attempted"
        assert world.live() == world.live(MB41) == []
        assert len(world.live(order("mb43"))) == 3


def test_a_rule_at_another_order_that_cannot_be_taken_away_is_named() -> None:
    """Then the outcome is unknown, and says where to look."""
    with account({"order_field": "neither", "first_order": "highest"}) as world:
        world.fault("DELETE . 500 times=forever")

        ((status, detail),) = ends(world.create("a.example.com"))

        assert status == "unknown"
        assert detail.startswith(f"{STRAYED}, and it may still be there: look at rule ")


def test_a_value_that_was_cut_off_is_taken_away() -> None:
    """A rule that is stored as another one stops other mail: it goes, and others are sent."""
    long = f"{'a' * 60}.example.com"
    with account({"max_data": "64", "long_data": "truncate"}) as world:
        outcomes = world.create(long, "b.example.com")

        assert ends(outcomes) == [
            (
                "failed",
                f"the service stored another value, {long[:64]!r}; it was taken away again",
            ),
            ("applied", ""),
        ]
        assert world.live() == ["b.example.com"]


@pytest.mark.parametrize("kind", ["drop-after", "503-after", "malformed", "html", "empty"])
def test_a_lost_answer_is_resolved_by_reading(kind: str) -> None:
    """The rule stands once, and the outcome says so."""
    with account() as world:
        world.fault(f"POST . {kind} times=1")

        outcomes = world.create("a.example.com")

        assert [outcome.status for outcome in outcomes] == [Status.APPLIED]
        assert world.live() == ["a.example.com"]


def test_a_lost_request_is_sent_again_once() -> None:
    """Only after a read shows that it did not arrive."""
    with account() as world:
        world.fault("POST . drop-before times=1")

        assert ends(world.create("a.example.com")) == [("applied", "")]
        assert world.live() == ["a.example.com"]


def test_a_request_that_is_always_lost_is_sent_twice_and_unknown() -> None:
    """Nobody sends a creation a third time on the ground of readings that may be late."""
    with account() as world:
        world.fault("POST /mail/rules drop-before times=forever")

        outcomes = world.create("a.example.com")

        assert [outcome.status for outcome in outcomes] == [Status.UNKNOWN]
        assert len(world.sandbox.writes()) == 2


def test_a_lost_answer_whose_rule_may_stand_elsewhere_is_not_repeated() -> None:
    """An equal rule that is new at another order may be ours: nothing is deleted or repeated."""
    with account({"order_field": "neither", "first_order": "highest"}) as world:
        world.fault("POST . drop-after times=1")

        ((status, detail),) = ends(world.create("a.example.com"))

        assert (status, detail.rpartition(";")[2]) == (
            "unknown",
            " a rule like it appeared at mb43: look there",
        )
        assert len(world.sandbox.writes()) == 1


def test_a_duplicate_that_the_database_refuses_is_there_already() -> None:
    """The framework error of a unique key is no failure where a read shows the rule."""
    with account({"unique_rules": "on"}) as world:
        world.sandbox.meanwhile("POST", ".", lambda: world.put("a.example.com"))

        ((status, _),) = ends(world.create("a.example.com"))

        assert (status, world.live()) == ("applied", ["a.example.com"])


def test_a_rule_that_somebody_added_meanwhile_stands_once() -> None:
    """Nothing at the service keeps two equal rules apart, so ours goes again."""
    with account() as world:
        ids: list[str] = []
        world.sandbox.meanwhile("POST", ".", lambda: ids.extend(world.put("A.example.com")))

        outcomes = world.create("a.example.com")

        assert ends(outcomes) == [("applied", "somebody had added it already")]
        assert [str(r.id) for r in world.sandbox.mailbaby.state.rules_of("mb39")] == ids


def test_many_deletes_are_proven_by_one_reading() -> None:
    """The answers prove nothing; one read of the whole list does."""
    with account() as world:
        ids = world.put("a.example.com", "b.example.com", "c.example.com")
        start = len(world.sandbox.requests)

        outcomes = world.delete(*ids)

        assert ends(outcomes) == [("applied", "")] * 3
        deletes = [f"DELETE /mail/rules/{i}" for i in ids]
        assert world.said(start) == [*READ, *deletes, *READ]
        assert world.live() == []


def test_a_delete_that_did_nothing_is_unknown() -> None:
    """The service says "record deleted" and the row still shows: that is not done."""
    with account() as world:
        (rule_id,) = world.put("a.example.com")
        state = world.sandbox.mailbaby.state
        world.fetch(MB39)
        world.sandbox.meanwhile("DELETE", ".", lambda: state.set_status("mb39", "canceled"))
        world.sandbox.meanwhile("GET", "rules", lambda: state.set_status("mb39", "active"), nth=2)

        outcomes = world.delete(rule_id)

        detail = "the service said that it was deleted; a read still shows it"
        assert ends(outcomes) == [("unknown", detail)]


def test_a_hidden_rule_is_not_gone() -> None:
    """The rules of an order that is no longer active are hidden, and stay where they are."""
    with account() as world:
        (rule_id,) = world.put("a.example.com")
        state = world.sandbox.mailbaby.state
        world.sandbox.meanwhile("DELETE", ".", lambda: state.set_status("mb39", "canceled"))

        outcomes = world.delete(rule_id)

        detail = "the service said that it was deleted; it cannot be read back"
        assert ends(outcomes) == [("unknown", detail)]
        assert world.live() == ["a.example.com"]


def test_an_order_that_is_no_longer_active_takes_no_rule() -> None:
    """The service's own words are told, and the other rules are not sent to somebody else."""
    with account() as world:
        state = world.sandbox.mailbaby.state
        world.sandbox.meanwhile("POST", ".", lambda: state.set_status("mb39", "canceled"))

        assert ends(world.create("a.example.com")) == [
            ("failed", "refused with 400: Invalid or Inactive Username.")
        ]


def test_deleting_what_is_gone_is_done() -> None:
    """A row that somebody else deleted is gone as wanted."""
    with account({"delete_unknown": "404"}) as world:
        (rule_id,) = world.put("a.example.com")
        state = world.sandbox.mailbaby.state
        world.sandbox.meanwhile("DELETE", ".", lambda: state.remove_rule(int(rule_id)))

        assert ends(world.delete(rule_id)) == [("applied", "it was gone already")]


def test_a_refused_repetition_says_nothing_of_the_delete_before() -> None:
    """Where the answer was lost and the repetition refused, a read tells: the row is gone."""
    with account() as world:
        (rule_id,) = world.put("a.example.com")
        world.fault("DELETE . drop-after times=1")
        world.fault("DELETE . 403 nth=2")

        outcomes = world.delete(rule_id)

        assert [status for status, _ in ends(outcomes)] == ["applied"]
        assert world.live() == []


def test_a_delete_that_is_refused_while_the_row_stands_has_failed() -> None:
    """A 404 for a row that a read shows is a refusal, and nothing was done."""
    with account() as world:
        (rule_id,) = world.put("a.example.com")
        world.fault("DELETE . 404 times=forever")

        ((status, detail),) = ends(world.delete(rule_id))

        assert (status, detail.rpartition("; ")[2]) == ("failed", "a read still shows it")


def test_two_batches_are_written_one_after_the_other() -> None:
    """What the first rule of a run proves is proven to all, so nobody writes beside it."""
    with account() as world:
        world.fetch(MB39, MB41)
        both, met = threading.Barrier(2), []

        def create(batch: Batch, _: str) -> list[Outcome]:
            try:
                both.wait(0.2)
                met.append(batch.entity)
            except threading.BrokenBarrierError:
                both.reset()
            return []

        world.provider._rules.create = create  # type: ignore[attr-defined]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda entity: world.create("a.example.com", at=entity), (MB39, MB41)))

        assert met == []


def test_what_a_batch_does_not_name_stays() -> None:
    """Only the named row goes, of two that are equal."""
    with account() as world:
        first, second = world.put("a.example.com", "A.example.com")

        world.delete(second)

        assert [r.native_id for r in world.fetch(MB39).entities[MB39].rules] == [first]
        assert world.fetch(MB39).entities[MB39].rules[0].key == key("a.example.com")


def test_a_lost_answer_of_an_order_that_was_closed_is_unknown() -> None:
    """The rule may stand, hidden: it is not sent again."""
    with account() as world:
        state = world.sandbox.mailbaby.state
        world.fault("POST . drop-after times=1")
        world.sandbox.meanwhile("GET", "rules", lambda: state.set_status("mb39", "canceled"), nth=2)

        ((status, detail),) = ends(world.create("a.example.com"))

        hidden = " the order is no longer active, so its rules are hidden"
        assert (status, detail.rpartition(";")[2]) == ("unknown", hidden)
        assert len(world.sandbox.writes()) == 1
