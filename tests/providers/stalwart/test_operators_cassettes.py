"""The documented exchanges of the filter, the queue and the reloads, replayed."""

from __future__ import annotations

import pytest

from mpctl.core.mailflow import Classified, Envelope, Lesson, Queued, Tag, Waiting
from mpctl.diagnostics import MpctlError
from mpctl.providers.stalwart.filtering import Filtering
from mpctl.providers.stalwart.queueing import Queueing
from mpctl.providers.stalwart.reloading import Reloading
from tests.providers.stalwart.replaying import replayed

MESSAGE = "From: <a@spam.example>\r\nSubject: hi\r\n\r\nhi\r\n"
FIRST = "217700302698266624"
ENVELOPE = Envelope(
    address="198.51.100.7",
    sender="a@spam.example",
    recipients=("maja@harbor.example",),
    helo="mx.spam.example",
)


@pytest.mark.parametrize(
    ("name", "classified"),
    [
        (
            "classify",
            Classified(
                "allow",
                -95.0,
                (Tag("MPCTL_ALLOW", "allow", -100.0), Tag("MISSING_MID", "allow", 2.5)),
            ),
        ),
        (
            "classify_rejected",
            Classified(
                "reject", 1.2, (Tag("MPCTL_BLOCK", "reject"), Tag("MISSING_MID", "allow", 2.5))
            ),
        ),
    ],
)
def test_classifying(name: str, classified: Classified) -> None:
    """The outcome, the score, and the tags that lead to it."""
    with replayed(name) as session:
        assert Filtering(session).classify(MESSAGE, ENVELOPE) == classified


def test_a_message_that_cannot_be_parsed() -> None:
    """The refusal has status 200, and its words are said."""
    with (
        replayed("classify_unparsable") as session,
        pytest.raises(MpctlError, match="Failed to parse message"),
    ):
        Filtering(session).classify(MESSAGE, ENVELOPE)


@pytest.mark.parametrize(("name", "lesson"), [("train", Lesson.SPAM), ("train_newer", Lesson.HAM)])
def test_training(name: str, lesson: Lesson) -> None:
    """The message goes raw, and where v0.15 wants it."""
    with replayed(name) as session:
        Filtering(session).train(lesson, MESSAGE)


def test_what_only_the_enterprise_edition_has() -> None:
    """The refusal has status 200, and its words are said."""
    with replayed("enterprise") as session, pytest.raises(MpctlError, match="Enterprise feature"):
        Filtering(session).train(Lesson.SPAM, MESSAGE)


def test_the_queue() -> None:
    """Both forms of recipients are read."""
    retry, end = "2026-11-21T09:30:00Z", "2026-11-26T08:00:00Z"
    with replayed("queue") as session:
        queue = Queueing(session).list()

    assert (queue.total, queue.running) == (2, True)
    assert queue.messages == (
        Queued(
            FIRST,
            "maja@harbor.example",
            "2026-11-21T08:00:00Z",
            1220,
            (Waiting("ap@friend.example", "temp fail: 451 4.7.1 Greylisted", retry, end),),
        ),
        Queued(
            "217700302698266625",
            "",
            "2026-11-21T08:00:00Z",
            900,
            (
                Waiting("ap@friend.example", "scheduled", retry, end),
                Waiting("it@friend.example", "completed: 250 2.0.0 Ok", retry, end),
            ),
        ),
    )


def test_one_message_of_the_queue() -> None:
    """It is shown by its number; one that is gone is said to be."""
    with replayed("queue_one") as session:
        assert Queueing(session).show(FIRST).id == FIRST
    with replayed("queue_gone") as session, pytest.raises(MpctlError, match="no message"):
        Queueing(session).show(FIRST)


def test_a_message_is_tried_again_and_given_up() -> None:
    """By its id, and never all of them; what did not match is told apart."""
    with replayed("queue_changed") as session:
        queue = Queueing(session)
        assert queue.reschedule(FIRST, "2026-11-22T09:00:00Z")
        assert not queue.cancel(FIRST)


def test_reloading() -> None:
    """What the server has against what is stored is given by its key."""
    with replayed("reload") as session:
        assert Reloading(session).reload() == {
            "spam-filter.pyzor.host": "Failed to resolve address: no record found"
        }
