"""Services that say no in their own way: in a body, or with a status that means something else."""

from __future__ import annotations

from typing import Any

import pytest

from mpctl.transport import (
    BadAnswer,
    KeyRefused,
    Refused,
    Reply,
    Throttled,
    TransportError,
    Unavailable,
    plain_http,
)
from tests.transport.conftest import Connect
from tests.transport.loopback import OK, in_turn, raw, reply


def sullen(status: int, body: Any, message: str) -> Reply:
    """A service that puts its refusals into answers with status 200, and throttles with 403."""
    if status == 403:
        return Reply.THROTTLED if "too fast" in message else Reply.KEY_REFUSED
    if isinstance(body, dict) and "error" in body:
        return {"broken": Reply.FAILED}.get(body["error"], Reply.REFUSED)
    return plain_http(status, body, message)


@pytest.mark.parametrize(
    ("script", "error", "executed"),
    [
        (reply(200, {"error": "no such list"}), Refused, False),
        (reply(200, {"error": "broken"}), Unavailable, True),
        (reply(403, {"message": "wrong signature"}), KeyRefused, False),
        (reply(403, {"message": "too fast"}), Throttled, False),
        (reply(404, {"message": "not here"}), Refused, False),
    ],
)
def test_the_dialect_decides(
    connect: Connect, script: Any, error: type[TransportError], *, executed: bool
) -> None:
    """What the service's dialect says of an answer is what the caller learns."""
    line = connect(in_turn(script), dialect=sullen)

    with pytest.raises(error) as caught:
        line.session.request("PUT", "/things/1", json={})

    assert caught.value.may_have_executed is executed


def test_a_refusal_within_a_success_is_quoted(connect: Connect) -> None:
    """The service's own words reach the user, whatever the status was."""
    line = connect(in_turn(reply(200, {"error": "assertFailed"})), dialect=sullen)

    with pytest.raises(Refused, match="refused with 200: assertFailed"):
        line.session.request("POST", "/things", json={})


def test_a_refused_key_of_any_status_stops_the_target(connect: Connect) -> None:
    """A 403 that means the key is not tried again by anybody."""
    line = connect(in_turn(reply(403, {"message": "wrong signature"})), dialect=sullen)

    for _ in range(2):
        with pytest.raises(KeyRefused):
            line.session.request("GET", "/things")

    assert len(line.seen) == 1


def test_throttling_without_a_time_waits_longer_each_time(connect: Connect) -> None:
    """A service that does not say how long is given 5 s, then 10 s, then 20 s."""
    slow = reply(403, {"message": "too fast"})
    line = connect(in_turn(slow, slow, slow, OK), dialect=sullen)

    line.session.request("GET", "/things")

    assert line.clock.slept == [5.0, 10.0, 20.0]


def test_throttling_with_a_time_is_taken_at_its_word(connect: Connect) -> None:
    """Where the service says how long, the wait is that each time."""
    slow = reply(429, headers={"Retry-After": "3"})
    line = connect(in_turn(slow, slow, slow, OK))

    line.session.request("GET", "/things")

    assert line.clock.slept == [3.0, 3.0, 3.0]


def test_a_form_goes_url_encoded(connect: Connect) -> None:
    """A form body is encoded as forms are, so that plus signs, commas and percents survive."""
    line = connect(in_turn(OK))

    line.session.request("PUT", "/things/1", form={"addList": "@%.a.example,b+c@d.example"})

    seen = line.seen[0]
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    assert seen.body == b"addList=%40%25.a.example%2Cb%2Bc%40d.example"


@pytest.mark.parametrize("body", [b"", b"Saved.", b"<html>", b"{", b"[1]"])
def test_what_a_mute_call_answers_is_not_read(connect: Connect, body: bytes) -> None:
    """A call that is declared mute succeeds by its status, whatever else the answer holds."""
    line = connect(in_turn(raw(200, body)))

    assert line.session.request("PUT", "/silent/1").status == 200


def test_what_other_calls_answer_must_be_json(connect: Connect) -> None:
    """A call that is not declared mute does not succeed with a text."""
    line = connect(in_turn(raw(200, b"Saved.")))

    with pytest.raises(BadAnswer):
        line.session.request("PUT", "/things/1")


def test_reads_and_writes_have_paces_of_their_own(connect: Connect) -> None:
    """60 reads a minute do not slow the writes, 30 writes a minute not the reads."""
    line = connect(in_turn(OK), limits={"reads_per_minute": 60, "writes_per_minute": 30})

    for _ in range(3):
        line.session.request("GET", "/things")
    assert line.clock.slept == [1.0, 1.0]
    for _ in range(3):
        line.session.request("PUT", "/things/1")
    assert line.clock.slept == [1.0, 1.0, 2.0, 2.0]
