"""The queue is read to its end, and one message is changed, never the collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from mpctl.diagnostics import Code, ExitCode, MpctlError
from mpctl.providers.stalwart.queueing import Queueing
from mpctl.transport import Answer, BadAnswer, Refused, Session


@dataclass
class Server:
    """A server with these answers, in order; the last one is given for ever."""

    answers: list[Any]
    asked: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def request(self, method: str, path: str, *, params: Mapping[str, Any]) -> Answer:
        """Answer as a session does."""
        self.asked.append((method, path, params))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return Answer(200, {}, {"data": answer})

    @property
    def queueing(self) -> Queueing:
        """What speaks to it."""
        return Queueing(cast("Session", self))


def page(first: int, count: int, **more: Any) -> dict[str, Any]:
    """A page of messages with the ids from a number on."""
    return {"items": [{"id": number} for number in range(first, first + count)], **more}


GONE = Refused("GET /queue/messages/7", 404, "Not Found")


@pytest.mark.parametrize(
    "number", ["", "*", "7/8", "7?x", "..", "7\n", "-7", "all", "1" * 21, "\u0667"]
)
def test_only_a_number_names_a_message(number: str) -> None:
    """Anything else could name all of them, so it is bad usage and nothing is sent."""
    server = Server([True])
    for act in (
        server.queueing.cancel,
        server.queueing.show,
        lambda text: server.queueing.reschedule(text, "2026-11-21T09:00:00Z"),
    ):
        with pytest.raises(MpctlError) as refused:
            act(number)
        assert refused.value.exit_code is ExitCode.USAGE
    assert server.asked == []


def test_every_page_is_read() -> None:
    """Until one is not full; the server's own total is told."""
    server = Server([page(0, 500, total=510, status=True), page(500, 3, total=510, status=True)])

    queue = server.queueing.list()

    assert len(queue.messages) == 503
    assert (queue.total, queue.running) == (510, True)
    assert [params["page"] for _, _, params in server.asked] == [1, 2]


def test_a_recipient_has_times_of_its_own() -> None:
    """Those of its domain hold where it tells none."""
    recipients = [{"address": "a@x.example", "next_retry": "soon"}, {"address": "b@x.example"}]
    row = {"id": 7, "domains": [{"next_retry": "late", "recipients": recipients}]}

    message = Server([row]).queueing.show("7")

    assert [one.next_retry for one in message.recipients] == ["soon", "late"]


def test_a_page_that_never_changes_ends_the_reading() -> None:
    """A server that ignores the page is asked once more, and no message is there twice."""
    server = Server([page(0, 500)])

    queue = server.queueing.list()

    assert (len(queue.messages), queue.total, queue.running) == (500, 500, None)
    assert len(server.asked) == 2


@pytest.mark.parametrize("answer", [{}, {"items": None}, [], {"items": [{}]}, {"items": ["x"]}])
def test_what_tells_no_messages_is_no_empty_queue(answer: Any) -> None:
    """It could not be read."""
    with pytest.raises(BadAnswer):
        Server([answer]).queueing.list()


@pytest.mark.parametrize(("answer", "done"), [(True, True), (False, False), (None, False)])
def test_a_change_is_done_when_the_server_says_so(answer: Any, *, done: bool) -> None:
    """And in no other case; each is one call for one message."""
    server = Server([answer])

    assert server.queueing.cancel("7") is done
    assert server.queueing.reschedule("8", "2026-11-21T09:00:00Z") is done
    assert [(method, path) for method, path, _ in server.asked] == [
        ("DELETE", "/queue/messages/7"),
        ("PATCH", "/queue/messages/8"),
    ]


def test_a_message_that_is_gone_is_said_to_be() -> None:
    """Of a message that is; a queue that is not there is another matter."""
    with pytest.raises(MpctlError) as gone:
        Server([GONE]).queueing.show("7")
    with pytest.raises(MpctlError) as unknown:
        Server([GONE]).queueing.list()

    assert gone.value.diagnostics[0].code is Code.NOT_FOUND
    assert gone.value.diagnostics[0].summary == "there is no message 7 in the queue"
    assert "there is no such call" in unknown.value.diagnostics[0].summary
