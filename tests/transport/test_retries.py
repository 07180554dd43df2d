"""What is sent again, how often, and after which pause."""

from __future__ import annotations

import socket

import pytest

from mpctl.providers.mailprotector.calls import CALLS as MAILPROTECTOR
from mpctl.transport import (
    BadAnswer,
    NotExecuted,
    Refused,
    Throttled,
    TransportError,
    Unavailable,
)
from tests.transport.conftest import Connect
from tests.transport.loopback import OK, Reply, in_turn, raw, reply

ALL = 4
ONE = 1
BUSY = reply(429, {"message": "Too many requests"})
DOWN = reply(503)
LOST = None
RULES = "/domains/9101/allow_block_rules"
CONFIGURATION = "/domains/9101/configuration"

# The table of section 13 of the Mailprotector reference, one line for each call and failure.
ATTEMPTS = [
    ("GET", "/domains", BUSY, ALL),
    ("GET", "/domains", DOWN, ALL),
    ("GET", "/domains", LOST, ALL),
    ("GET", RULES, LOST, ALL),
    ("GET", CONFIGURATION, DOWN, ALL),
    ("PUT", CONFIGURATION, BUSY, ALL),
    ("PUT", CONFIGURATION, DOWN, ALL),
    ("PUT", CONFIGURATION, LOST, ALL),
    ("DELETE", "/allow_block_rules/610001", BUSY, ALL),
    ("DELETE", "/allow_block_rules/610001", DOWN, ALL),
    ("DELETE", "/allow_block_rules/610001", LOST, ALL),
    ("POST", RULES, BUSY, ALL),
    ("POST", RULES, DOWN, ONE),
    ("POST", RULES, LOST, ONE),
    ("POST", "/undeclared", BUSY, ALL),
    ("POST", "/undeclared", DOWN, ONE),
    ("GET", "/undeclared", LOST, ONE),
]


@pytest.mark.parametrize("last", [reply(403), reply(404), reply(401), BUSY])
@pytest.mark.parametrize(("first", "doubt"), [(LOST, True), (DOWN, True), (BUSY, False)])
def test_a_refusal_proves_nothing_of_the_attempt_before(
    connect: Connect, first: Reply, last: Reply, *, doubt: bool
) -> None:
    """Where an answer was lost and the repetition is refused, the call may have had its effect."""
    line = connect(in_turn(first, last), calls=MAILPROTECTOR)

    with pytest.raises(NotExecuted) as caught:
        line.session.request("DELETE", "/allow_block_rules/610001")

    assert caught.value.may_have_executed is doubt


def test_a_refused_key_says_nothing_of_other_requests(connect: Connect) -> None:
    """The doubt about one request is not that of those which the same refusal stops."""
    line = connect(in_turn(LOST, reply(401)), calls=MAILPROTECTOR)
    errors = []
    for number in (610001, 610002):
        with pytest.raises(NotExecuted) as caught:
            line.session.request("DELETE", f"/allow_block_rules/{number}")
        errors.append(caught.value)

    assert [error.may_have_executed for error in errors] == [True, False]


@pytest.mark.parametrize(("method", "path", "answer", "attempts"), ATTEMPTS)
def test_attempts(connect: Connect, method: str, path: str, answer: Reply, attempts: int) -> None:
    """A call is repeated exactly when a repetition can do no harm."""
    line = connect(in_turn(answer), calls=MAILPROTECTOR)

    with pytest.raises(TransportError):
        line.session.request(method, path)

    assert [seen.method for seen in line.seen] == [method] * attempts


@pytest.mark.parametrize("answer", [DOWN, LOST, BUSY])
def test_one_failure_is_forgotten(connect: Connect, answer: Reply) -> None:
    """A call that succeeds at the second attempt succeeds."""
    line = connect(in_turn(answer, OK))

    assert line.session.request("GET", "/things").body == {"done": True}
    assert len(line.seen) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 422])
def test_a_refusal_is_final(connect: Connect, status: int) -> None:
    """A 4xx is not repeated: the same request would be refused again."""
    line = connect(in_turn(reply(status), OK))

    with pytest.raises(Refused):
        line.session.request("GET", "/things")

    assert len(line.seen) == 1


@pytest.mark.parametrize("body", [b"<html>", b'{"half": ', b"\xff\xfe"])
def test_nonsense_is_final(connect: Connect, body: bytes) -> None:
    """An answer that is no JSON is not asked for again."""
    line = connect(in_turn(raw(200, body), OK))

    with pytest.raises(BadAnswer):
        line.session.request("GET", "/things")

    assert len(line.seen) == 1


def test_the_pauses_double(connect: Connect) -> None:
    """The pauses between attempts are 1, 2 and 4 seconds."""
    line = connect(in_turn(DOWN))

    with pytest.raises(Unavailable):
        line.session.request("GET", "/things")

    assert line.clock.slept == [1.0, 2.0, 4.0]


def test_the_pauses_have_an_end(connect: Connect) -> None:
    """No pause is longer than the cap."""
    line = connect(in_turn(DOWN), limits={"attempts": 8})

    with pytest.raises(Unavailable):
        line.session.request("GET", "/things")

    assert line.clock.slept == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_the_same_request_is_repeated(connect: Connect) -> None:
    """A repetition has the query, the body and the key of the first attempt."""
    line = connect(in_turn(DOWN, OK))

    line.session.request("PUT", "/things/1", params={"page": 2}, json={"value": "ü"})

    first, second = ((s.method, s.target, s.body, s.headers["authorization"]) for s in line.seen)
    assert first == second
    assert first[:3] == ("PUT", "/things/1?page=2", b'{"value": "\\u00fc"}')


def test_every_attempt_is_traced(connect: Connect) -> None:
    """Each attempt is reported once, with its status or the kind of its failure."""
    line = connect(in_turn(DOWN, LOST, BUSY, OK))

    line.session.request("GET", "/things")

    assert line.trace == [
        "GET /things: failed with 503",
        "GET /things: the connection broke before the answer was complete",
        "GET /things: asked to slow down (Too many requests)",
        "GET /things: 200",
    ]


def test_a_refused_key_is_traced(connect: Connect) -> None:
    """An attempt with a key that is refused is reported as that."""
    line = connect(in_turn(reply(401)))

    with pytest.raises(NotExecuted):
        line.session.request("GET", "/things")

    assert line.trace == ["GET /things: the key was refused with 401"]


def test_a_refused_connection_proves_that_nothing_was_done(connect: Connect) -> None:
    """Without a connection nothing has been executed, so even a creation is tried again."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody can take the port
        line = connect(in_turn(OK), base_url=f"http://127.0.0.1:{taken.getsockname()[1]}")

        with pytest.raises(Unavailable) as failed:
            line.session.request("POST", "/things", json={})

    assert not failed.value.may_have_executed
    assert failed.value.what == "no connection could be made"
    assert line.clock.slept == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("answer", "error", "doubt"),
    [
        (BUSY, Throttled, False),
        (reply(401), NotExecuted, False),
        (reply(404), Refused, False),
        (reply(422), Refused, False),
        (DOWN, Unavailable, True),
        (reply(500), Unavailable, True),
        (LOST, Unavailable, True),
        (raw(200, b"<html>"), BadAnswer, True),
        (reply(302, headers={"Location": "/"}), BadAnswer, True),
    ],
)
def test_what_may_have_happened(
    connect: Connect, answer: Reply, error: type[TransportError], *, doubt: bool
) -> None:
    """Only a 4xx proves that a write had no effect."""
    line = connect(in_turn(answer), limits={"attempts": 1})

    with pytest.raises(error) as failed:
        line.session.request("POST", "/things", json={})

    assert failed.value.may_have_executed is doubt
