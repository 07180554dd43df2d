"""The first request of a target goes alone, so that a refused key stops everything at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mpctl.diagnostics import Code
from mpctl.transport import FirstAlone, KeyRefused, Refused, Session, TransportError, Unavailable
from tests.clock import FakeClock
from tests.transport.conftest import Connect
from tests.transport.loopback import OK, Reply, Seen, in_turn, reply

THREADS = 4
NO_KEY = reply(401, {"message": "Invalid API key"})


class Overlap:
    """A script that holds the first request until another one arrives, or none comes."""

    def __init__(self, first: Reply) -> None:
        self.seen = False
        self._first: Reply = first
        self._fresh = threading.Lock()
        self._another = threading.Event()

    def __call__(self, _: Seen) -> Reply:
        """Answer a request."""
        if self._fresh.acquire(blocking=False):
            self.seen = self._another.wait(0.3)
            return self._first
        self._another.set()
        return OK


def requests_at_once(session: Session) -> list[TransportError | None]:
    """Send one request from each of several threads; give what each was told."""

    def send(number: int) -> TransportError | None:
        try:
            session.request("GET", f"/things/{number}")
        except TransportError as error:
            return error
        return None

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(send, range(THREADS)))


def test_the_first_request_goes_alone(connect: Connect) -> None:
    """While the first request is on its way, no other one leaves; then all do."""
    script = Overlap(OK)
    line = connect(script)

    assert requests_at_once(line.session) == [None] * THREADS
    assert not script.seen
    assert len(line.seen) == THREADS


def test_the_others_go_together(connect: Connect) -> None:
    """Once the first request has come back well, requests overlap."""
    met = threading.Barrier(THREADS, timeout=10)

    def script(seen: Seen) -> Reply:
        if seen.target != "/things":
            met.wait()
        return OK

    line = connect(script)
    line.session.request("GET", "/things")

    assert requests_at_once(line.session) == [None] * THREADS


def test_a_refused_key_stops_everything(connect: Connect) -> None:
    """A key that is refused at first costs one request, however many threads are waiting."""
    line = connect(Overlap(NO_KEY))

    errors = requests_at_once(line.session)

    assert {type(error) for error in errors} == {KeyRefused}
    assert len(line.seen) == 1


def test_a_refused_key_is_said(connect: Connect) -> None:
    """A refused key has a code of its own and is proven to have had no effect."""
    line = connect(in_turn(NO_KEY))

    with pytest.raises(KeyRefused) as refused:
        line.session.request("GET", "/things")

    (diagnostic,) = refused.value.diagnostics
    assert diagnostic.code is Code.KEY_REFUSED
    assert diagnostic.summary == "GET /things: the key was refused with 401 (Invalid API key)"
    assert not refused.value.may_have_executed


def test_a_refused_key_stops_every_later_request(connect: Connect) -> None:
    """A key that is refused in the middle of a run is not tried again, and nobody waits for it."""
    line = connect(in_turn(OK, NO_KEY, OK), limits={"requests_per_second": 2.0})
    line.session.request("GET", "/things")

    for _ in range(3):
        with pytest.raises(KeyRefused):
            line.session.request("GET", "/things")

    assert len(line.seen) == 2
    assert line.clock.slept == []


class SleepingOver(FakeClock):
    """A clock in whose first sleep another thread learns that the key is refused."""

    session: Session | None = None

    def sleep(self, seconds: float) -> None:
        """Send another request meanwhile."""
        super().sleep(seconds)
        session, self.session = self.session, None
        if session is not None:
            with pytest.raises(KeyRefused):
                session.request("GET", "/things")


def test_a_refused_key_stops_those_who_wait_for_their_turn(connect: Connect) -> None:
    """A request that waited while the key was refused is not sent any more."""
    clock = SleepingOver()
    line = connect(in_turn(OK, NO_KEY), limits={"requests_per_second": 1.0}, clock=clock)
    line.session.request("GET", "/things")
    clock.session = line.session

    with pytest.raises(KeyRefused):
        line.session.request("GET", "/things/waited")

    assert [seen.target for seen in line.seen] == ["/things", "/things"]


@pytest.mark.parametrize("well", [False, True])
def test_until_all_is_well_they_pass_one_by_one(*, well: bool) -> None:
    """While the first ones have not shown that all is well, nobody passes beside another."""
    turnstile = FirstAlone(lambda: well)
    company = threading.Barrier(2, timeout=10.0 if well else 0.1)

    def has_company(_: int) -> bool:
        with turnstile.turn():
            try:
                company.wait()
            except threading.BrokenBarrierError:
                return False
            return True

    with turnstile.turn():
        pass
    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(has_company, range(THREADS))) == [well] * THREADS


@pytest.mark.parametrize(
    ("first", "error"), [(reply(404), Refused), (reply(503), Unavailable), (None, Unavailable)]
)
def test_another_failure_of_the_first_stops_nobody(
    connect: Connect, first: Reply, error: type[TransportError]
) -> None:
    """Only a refused key stops the others; they go on after any other failure."""
    line = connect(in_turn(first, OK), limits={"attempts": 1})

    with pytest.raises(error):
        line.session.request("GET", "/things")

    assert requests_at_once(line.session) == [None] * THREADS
