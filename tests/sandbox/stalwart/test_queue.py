"""The outbound queue: one message by its id, and the collection (section 9)."""

from typing import Any
from urllib.parse import quote

import pytest

from mpctl.sandbox.stalwart import QueuedMessage, Recipient, SampleData
from tests.sandbox.stalwart.conftest import Serve
from tests.sandbox.stalwart.talk import Client

FIRST, SECOND, THIRD = 217700302698266624, 217700302698266625, 217700302698266626
ALL = [FIRST, SECOND, THIRD]
AT = "2026-11-21T12:00:00Z"
SEED = QueuedMessage(
    id=217700302698266624,
    return_path="pepe@pepe.com",
    recipients=(
        Recipient(
            "john@example.org",
            "2025-01-05T14:33:15Z",
            next_notify="2025-01-06T14:33:15Z",
            expires="2025-01-10T14:33:15Z",
        ),
    ),
    created="2025-01-05T14:33:15Z",
)
COMMON = {
    "id": 217700302698266624,
    "return_path": "pepe@pepe.com",
    "created": "2025-01-05T14:33:15Z",
    "size": 1451,
    "blob_hash": "ykrZ_KghvdG2AdjH4AZajkSvZvcsxP_oI2HEZvw-tS0",
}
TIMES = {
    "retry_num": 0,
    "next_retry": "2025-01-05T14:33:15Z",
    "next_notify": "2025-01-06T14:33:15Z",
    "expires": "2025-01-10T14:33:15Z",
}


def due(client: Client, id_: int) -> list[str]:
    """Return when each recipient of a message is tried next."""
    return [one.next_retry for one in client.state.queue[id_].recipients]


def test_ids(client: Client) -> None:
    """Without `values` the items are ids."""
    assert client.data("/queue/messages") == {"items": ALL, "total": 3, "status": True}


def test_an_empty_queue(serve: Serve) -> None:
    """An empty queue is the example of the vendor."""
    reply = serve(data=SampleData()).get("/queue/messages?values=1")

    assert reply.body == b'{"data":{"items":[],"total":0,"status":true}}'


def test_the_example_of_the_seed(serve: Serve) -> None:
    """Up to v0.12 recipients are grouped by domain."""
    client = serve(data=SampleData(queue=(SEED,)), version="0.12")

    assert client.data(f"/queue/messages/{SEED.id}") == {
        **COMMON,
        "domains": [
            {
                "name": "example.org",
                "status": "scheduled",
                "recipients": [{"address": "john@example.org", "status": "scheduled"}],
                **TIMES,
            }
        ],
    }


def test_a_message_since_v0_13(serve: Serve) -> None:
    """Since v0.13 recipients are a flat list."""
    client = serve(data=SampleData(queue=(SEED,)))
    message = {
        **COMMON,
        "recipients": [
            {"address": "john@example.org", "queue": "remote", "status": "scheduled", **TIMES}
        ],
    }

    assert client.data(f"/queue/messages/{SEED.id}") == message
    assert client.data("/queue/messages?values=1")["items"] == [message]


def test_states_of_delivery(client: Client) -> None:
    """A status is a word, or an object that says what the other side said."""
    message = client.data(f"/queue/messages/{THIRD}")

    assert [one["status"] for one in message["recipients"]] == [
        {"temp_fail": "451 4.7.1 Greylisted, try again later"},
        {"completed": "250 2.0.0 Ok"},
    ]
    assert (message["priority"], message["env_id"]) == (1, "QQ314159")


@pytest.mark.parametrize(
    ("query", "items", "total"),
    [
        ("limit=2", [FIRST, SECOND], 3),
        ("limit=2&page=2", [THIRD], 3),
        ("limit=2&page=3", [], 3),
        ("limit=0", ALL, 3),
        ("max-total=2", ALL, 2),
        ("text=papertrail", [SECOND], 1),
        ("text=oskar", [THIRD], 1),
        ("from=harbor.example", [FIRST, THIRD], 2),
        ("to=harbor", [], 0),
        ("to=ledgerline", [FIRST], 1),
        ("queue=remote", ALL, 3),
        ("queue=local", [], 0),
        ("before=2026-11-21T09:30:01Z", ALL, 3),
        ("before=2026-11-21T09:30:00Z", [], 0),
        ("after=2026-11-21T09:29:59Z", ALL, 3),
        ("after=2026-11-21T10:29:59%2B01:00&text=oskar", [THIRD], 1),
    ],
)
def test_pages_and_selections(client: Client, query: str, items: list[int], total: int) -> None:
    """The list is paged from 1 and selected by text, sender, recipient, time and queue."""
    found = client.data(f"/queue/messages?{query}")

    assert (found["items"], found["total"]) == (items, total)


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("id_", ["1", "99999999999999999999"])
def test_an_unknown_id(client: Client, method: str, id_: str) -> None:
    """It is a 404 with the vendor's words."""
    reply = client.send(method, f"/queue/messages/{id_}")

    assert (reply.status, reply.json) == (
        404,
        {
            "type": "about:blank",
            "status": 404,
            "title": "Not Found",
            "detail": "The requested resource does not exist on this server.",
        },
    )


def test_an_id_that_is_no_number(client: Client) -> None:
    """It is an unknown path."""
    assert client.get("/queue/messages/x").status == 404


def test_reschedule(client: Client) -> None:
    """A message is tried again at the time given, and no other one."""
    reply = client.send("PATCH", f"/queue/messages/{FIRST}?at={quote(AT)}")

    assert reply.json == {"data": True}
    assert (due(client, FIRST), due(client, SECOND)) == ([AT], ["2026-11-21T09:30:00Z"] * 2)


def test_reschedule_now(client: Client) -> None:
    """Without a time it is now, for those recipients that still wait."""
    client.service.pace.clock = lambda: 1795348800.0
    client.send("PATCH", f"/queue/messages/{SECOND}")

    assert due(client, SECOND) == ["2026-11-22T12:00:00Z", "2026-11-21T09:30:00Z"]


def test_a_filter_chooses_recipients(client: Client) -> None:
    """A filter is a substring of a recipient; without a match nothing is done."""
    path = f"/queue/messages/{THIRD}?at={AT}&filter="

    assert client.send("PATCH", path + "nobody").json == {"data": False}
    assert client.send("PATCH", path + "slow-mx").json == {"data": True}
    assert due(client, THIRD) == [AT, "2026-11-21T09:30:00Z"]


@pytest.mark.parametrize("at", ["tomorrow", "2026-11-21", "2026-11-21T12:00:00"])
def test_a_time_that_is_none(client: Client, at: str) -> None:
    """A time is RFC 3339 with a zone."""
    assert client.send("PATCH", f"/queue/messages/{FIRST}?at={at}").status == 400


def test_cancel(client: Client) -> None:
    """A cancelled message is gone, and no other one."""
    assert client.send("DELETE", f"/queue/messages/{SECOND}").json == {"data": True}
    assert list(client.state.queue) == [FIRST, THIRD]


def test_cancel_for_some_recipients(client: Client) -> None:
    """With a filter the others still get their message; the last one takes it away."""
    path = f"/queue/messages/{SECOND}?filter="
    answers = [
        client.send("DELETE", path + word).json["data"] for word in ("nobody", "gone", "ap@")
    ]

    assert (answers, list(client.state.queue)) == ([False, True, True], [FIRST, THIRD])


@pytest.mark.parametrize(
    ("query", "left"),
    [("", []), ("?filter=ledgerline", []), ("?text=ledgerline", [SECOND, THIRD]), ("?to=x@", ALL)],
)
def test_cancel_the_collection(client: Client, query: str, left: list[int]) -> None:
    """Without a selection every message goes; `filter` is not one."""
    reply = client.send("DELETE", f"/queue/messages{query}")

    assert (reply.json, list(client.state.queue)) == ({"data": left != ALL}, left)


def test_reschedule_the_collection(client: Client) -> None:
    """The same for all; the `filter` that the vendor documents is not read."""
    client.send("PATCH", f"/queue/messages?at={AT}&filter=ledgerline")

    assert [AT in due(client, id_) for id_ in ALL] == [True, True, True]


def test_stop_and_start(client: Client) -> None:
    """The answer is the state before."""
    answers = [
        client.data("/queue/status"),
        client.send("PATCH", "/queue/status/stop").json["data"],
        client.data("/queue/status"),
        client.data("/queue/messages")["status"],
        client.send("PATCH", "/queue/status/start").json["data"],
        client.data("/queue/status"),
    ]

    assert answers == [True, True, False, False, False, True]


def test_what_is_recorded_as_a_write(client: Client) -> None:
    """A client that calls the collection is caught by the log."""
    calls: list[tuple[str, Any]] = [
        ("GET", "/queue/messages"),
        ("GET", f"/queue/messages/{FIRST}"),
        ("GET", "/queue/status"),
        ("PATCH", "/queue/messages?text=nobody"),
        ("DELETE", "/queue/messages"),
        ("PATCH", f"/queue/messages/{FIRST}"),
        ("DELETE", f"/queue/messages/{FIRST}"),
        ("PATCH", "/queue/status/stop"),
    ]
    for method, path in calls:
        client.send(method, path)

    assert [(r.write, r.changed) for r in client.sandbox.requests] == [
        (False, False), (False, False), (False, False), (True, False),
        (True, True), (True, False), (True, False), (True, True),
    ]  # fmt: skip


def test_planted_messages(client: Client) -> None:
    """What a test queues is listed."""
    client.state.put_message(QueuedMessage(7, "x@y.example", (Recipient("a@b.example", AT),)))

    assert client.data("/queue/messages")["items"] == [7, *ALL]
