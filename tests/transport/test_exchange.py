"""An exchange gives back what came as it came, and says what it amounts to."""

from __future__ import annotations

from contextlib import suppress

import pytest

from mpctl.transport import (
    BadAnswer,
    CallForbidden,
    KeyRefused,
    NotExecuted,
    Refused,
    Throttled,
    TransportError,
    Unavailable,
)
from tests.transport.conftest import Connect
from tests.transport.loopback import KEY, OK, in_turn, raw, reply

ONCE = {"attempts": 1}


@pytest.mark.parametrize("body", [b'{"a":  1}\n', b"", b"[]", b"  null "])
def test_a_good_answer(connect: Connect, body: bytes) -> None:
    """A 2xx comes with its bytes, and without an error."""
    exchange = connect(in_turn(raw(200, body))).session.exchange("GET", "/things")

    assert (exchange.answer.status, exchange.answer.content) == (200, body)
    assert (exchange.error, exchange.answer.cut) == (None, False)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, BadAnswer),
        (302, BadAnswer),
        (401, KeyRefused),
        (404, Refused),
        (429, Throttled),
        (503, Unavailable),
    ],
)
def test_another_answer(connect: Connect, status: int, kind: type[TransportError]) -> None:
    """Whatever came is given back, beside the error that it amounts to."""
    body = b"<p>\xff\x00 no JSON</p>"

    exchange = connect(in_turn(raw(status, body)), limits=ONCE).session.exchange("GET", "/things")

    assert (exchange.answer.status, exchange.answer.content) == (status, body)
    assert type(exchange.error) is kind
    assert not exchange.answer.cut


def test_an_answer_that_stops(connect: Connect) -> None:
    """What came before the connection broke is given back, and said to be cut."""
    half = [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", b'{"half": ']
    line = connect(lambda _: [*half], limits={**ONCE, "read_timeout": 0.2})

    exchange = line.session.exchange("GET", "/things")

    assert (exchange.answer.content, exchange.answer.cut) == (b'{"half": ', True)
    assert isinstance(exchange.error, Unavailable)


def test_an_answer_that_does_not_end(connect: Connect) -> None:
    """What fits into the bound is given back, and said to be cut."""
    line = connect(in_turn(raw(200, b"[" + b" " * 200_000)), limits={**ONCE, "max_body": 1000})

    exchange = line.session.exchange("GET", "/things")

    assert exchange.answer.cut
    assert exchange.answer.content.startswith(b"[ ")
    assert isinstance(exchange.error, BadAnswer)


def test_no_answer(connect: Connect) -> None:
    """Where nothing came, there is only the error."""
    with pytest.raises(Unavailable):
        connect(in_turn(None), limits=ONCE).session.exchange("GET", "/things")


def test_the_last_of_several_attempts_counts(connect: Connect) -> None:
    """A read is repeated as ever, and what came at last is given back."""
    line = connect(in_turn(reply(503), reply(200, [1])))

    assert line.session.exchange("GET", "/things").answer.content == b"[1]"
    assert len(line.seen) == 2


@pytest.mark.parametrize("answer", [reply(429), reply(503), None])
@pytest.mark.parametrize(
    "call", [("PUT", "/things/1"), ("POST", "/things"), ("GET", "/undeclared")]
)
def test_a_write_is_sent_once(
    connect: Connect, call: tuple[str, str], answer: list[bytes] | None
) -> None:
    """A write is not repeated, also where the table would let it be, whatever comes back."""
    line = connect(in_turn(answer, OK))

    with suppress(Unavailable):
        assert line.session.exchange(*call).error
    assert len(line.seen) == 1


@pytest.mark.parametrize(("method", "path"), [("GET", "/secrets"), ("GET", "/Secrets")])
def test_what_is_forbidden_is_not_sent(connect: Connect, method: str, path: str) -> None:
    """A forbidden call is refused in any case of letters."""
    line = connect(in_turn(OK))

    with pytest.raises(CallForbidden):
        line.session.exchange(method, path)
    assert line.seen == []


def test_a_write_needs_to_be_allowed(connect: Connect) -> None:
    """Without leave to write, no write and nothing undeclared is sent."""
    line = connect(in_turn(OK), writable=False)

    for path in ("/things", "/undeclared"):
        with pytest.raises(NotExecuted):
            line.session.exchange("POST", path)
    assert line.seen == []


@pytest.mark.parametrize("status", [200, 404, 503])
def test_the_key_is_taken_out(connect: Connect, status: int) -> None:
    """A key that a service repeats is in no part of what is given back."""
    body = f'{{"key": "{KEY}", "header": "Bearer {KEY}"}}'.encode()
    line = connect(in_turn(raw(status, body, {"X-Echo": f"Bearer {KEY}"})), limits=ONCE)

    exchange = line.session.exchange("GET", "/things")

    assert KEY.encode() not in exchange.answer.content
    assert b"[redacted]" in exchange.answer.content
    assert exchange.answer.headers["X-Echo"] == "[redacted]"
    assert KEY not in str(exchange)


def test_half_a_key_is_taken_out(connect: Connect) -> None:
    """A key in the middle of which an answer stops leaves no half."""
    half = [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", b'{"k": "' + KEY[:12].encode()]
    line = connect(lambda _: [*half], limits={**ONCE, "read_timeout": 0.2})

    assert line.session.exchange("GET", "/things").answer.content == b'{"k": "[redacted]'


def test_parameters_of_one_name(connect: Connect) -> None:
    """A parameter may be there several times."""
    line = connect(in_turn(OK))

    line.session.exchange("GET", "/things", params={"a": ["1", "2&3"], "b": ["ä"]})

    assert line.seen[0].target == "/things?a=1&a=2%263&b=%C3%A4"
