"""No answer is waited for or collected without end."""

from __future__ import annotations

import gzip
import threading
import time
import tracemalloc
from collections.abc import Iterator

import pytest

from mpctl.transport import BadAnswer, Unavailable
from tests.clock import FakeClock
from tests.transport.conftest import Connect
from tests.transport.loopback import OK, Reply, Seen, in_turn, raw

MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize("status", [200, 422])
def test_a_body_has_a_bound(connect: Connect, status: int) -> None:
    """A body that is larger than allowed is an error, that of an error included."""
    line = connect(in_turn(raw(status, b" " * 5000)), limits={"max_body": 4999})

    with pytest.raises(BadAnswer) as bad:
        line.session.request("GET", "/things")

    assert bad.value.what == "the answer exceeds 4999 bytes"


def test_a_body_within_the_bound(connect: Connect) -> None:
    """A body of just the allowed size is read."""
    line = connect(in_turn(raw(200, b"[]" + b" " * 4997)), limits={"max_body": 4999})

    assert line.session.request("GET", "/things").body == []


def test_a_bomb_does_not_go_off(connect: Connect) -> None:
    """The bound holds for the unpacked body, and the rest is never unpacked."""
    bomb = gzip.compress(b" " * 200 * MEBIBYTE)
    headers = {"Content-Encoding": "gzip"}
    line = connect(in_turn(raw(200, bomb, headers)), limits={"max_body": MEBIBYTE})

    tracemalloc.start()
    try:
        with pytest.raises(BadAnswer) as bad:
            line.session.request("GET", "/things")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert bad.value.what == f"the answer exceeds {MEBIBYTE} bytes"
    assert peak < 100 * MEBIBYTE


def test_a_packed_body_is_unpacked(connect: Connect) -> None:
    """A compressed answer is an answer."""
    headers = {"Content-Encoding": "gzip"}
    line = connect(in_turn(raw(200, gzip.compress(b'{"id": 1}'), headers)))

    assert line.session.request("GET", "/things").body == {"id": 1}


class Ticking(FakeClock):
    """A clock on which a second passes with every look at it."""

    def monotonic(self) -> float:
        """Look at the clock."""
        self.sleep(1.0)
        return super().monotonic()


def test_a_trickle_has_an_end(connect: Connect) -> None:
    """A body that comes byte by byte is given up when its time is over."""

    def trickle() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
        for _ in range(400):
            time.sleep(0.005)
            yield b" "
        raise ConnectionAbortedError

    limits = {"body_timeout": 20.0, "attempts": 1}
    line = connect(lambda _: trickle(), limits=limits, clock=Ticking())

    with pytest.raises(Unavailable) as failed:
        line.session.request("GET", "/things")

    assert failed.value.what == "the answer took longer than 20 s"
    assert failed.value.may_have_executed


def silent(release: threading.Event, *first: bytes) -> Iterator[bytes]:
    """Send the first pieces and then nothing, until the test is over."""
    yield from first
    release.wait(10)
    raise ConnectionAbortedError


@pytest.mark.parametrize(
    ("first", "patience", "what"),
    [
        ((), 0.05, "no answer came in time"),
        (
            (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[",),
            0.8,
            "the answer stopped in the middle",
        ),
    ],
)
def test_silence_has_an_end(
    connect: Connect, first: tuple[bytes, ...], patience: float, what: str
) -> None:
    """A service that falls silent is given up; what it did is not known."""
    release = threading.Event()
    limits = {"read_timeout": patience, "attempts": 1}
    line = connect(lambda _: silent(release, *first), limits=limits)

    with pytest.raises(Unavailable) as failed:
        line.session.request("POST", "/things")
    release.set()

    assert failed.value.what == what
    assert failed.value.may_have_executed


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[]"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n[]"],
        [b"no HTTP at all\r\n\r\n"],
    ],
)
def test_half_an_answer_is_none(connect: Connect, pieces: list[bytes]) -> None:
    """An answer that breaks off is an error and is asked for again, even if it could be read."""

    def script(_: Seen) -> Reply:
        if len(line.seen) > 1:
            return OK
        return broken_off(pieces)

    line = connect(script)

    assert line.session.request("GET", "/things").body == {"done": True}
    assert len(line.seen) == 2
    assert line.trace[0] == "GET /things: the connection broke before the answer was complete"


def broken_off(pieces: list[bytes]) -> Iterator[bytes]:
    """Send the pieces and hang up."""
    yield from pieces
    raise ConnectionAbortedError
