"""How fast requests leave, and how long mpctl waits when it is asked to."""

from __future__ import annotations

from datetime import UTC, timedelta
from email.utils import format_datetime
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.transport import Throttled
from mpctl.transport.pacing import Pacer, retry_after
from tests.clock import START, FakeClock
from tests.transport.conftest import Connect
from tests.transport.loopback import JSON, OK, Reply, in_turn, reply

RATES = st.floats(0.1, 50, allow_nan=False)
GAPS = st.lists(st.sampled_from((0.0, 0.0, 0.01, 0.2, 1.0, 7.5)), min_size=1, max_size=40)
DATES = st.datetimes(timezones=st.just(UTC)).map(
    lambda moment: format_datetime(moment, usegmt=True)
)
TINY = 1e-6


def departures(rate: float, gaps: list[float]) -> list[float]:
    """When requests leave that come after these gaps."""
    clock = FakeClock()
    pacer = Pacer(rate, clock.clock)
    times = []
    for gap in gaps:
        clock.sleep(gap)
        pacer.wait()
        times.append(clock.monotonic())
    return times


def busy(retry: str | None) -> Reply:
    """Answer 429 with this Retry-After."""
    return reply(429, headers=JSON if retry is None else {**JSON, "Retry-After": retry})


@given(RATES, GAPS)
def test_no_window_holds_more_than_its_share(rate: float, gaps: list[float]) -> None:
    """Never more than `rate` requests leave within any second, nor within a longer whole share."""
    times = departures(rate, gaps)
    number = ceil(rate)

    for first, later in zip(times, times[number:], strict=False):
        assert later - first >= number / rate - TINY


@given(RATES, st.integers(1, 60))
def test_nobody_waits_longer_than_needed(rate: float, count: int) -> None:
    """Requests that come all at once leave in bursts that are as near as the rate permits."""
    times = departures(rate, [0.0] * count)
    number = ceil(rate)

    assert times[-1] == pytest.approx((count - 1) // number * number / rate, abs=TINY)


def test_without_a_rate_nobody_waits() -> None:
    """No rate is no limit."""
    clock = FakeClock()
    pacer = Pacer(None, clock.clock)

    for _ in range(1000):
        pacer.wait()

    assert clock.slept == []


@pytest.mark.parametrize("rate", [None, 5.0])
def test_a_hold_stops_everybody(rate: float | None) -> None:
    """After a hold nobody leaves before its end, and then evenly: the service was busy."""
    clock = FakeClock()
    pacer = Pacer(rate, clock.clock)
    pacer.hold(30.0)

    times = []
    for _ in range(3):
        pacer.wait()
        times.append(clock.monotonic())

    assert times == pytest.approx([30.0] * 3 if rate is None else [30.0, 30.2, 30.4])


def test_a_shorter_hold_ends_no_longer_one() -> None:
    """Of two holds the one that ends later counts."""
    clock = FakeClock()
    pacer = Pacer(None, clock.clock)
    pacer.hold(30.0)
    pacer.hold(1.0)

    pacer.wait()

    assert clock.monotonic() == 30.0


class HeldMeanwhile(FakeClock):
    """A clock in whose first sleep another thread is asked to slow down."""

    pacer: Pacer | None = None

    def sleep(self, seconds: float) -> None:
        """Hold everybody meanwhile."""
        super().sleep(seconds)
        pacer, self.pacer = self.pacer, None
        if pacer is not None:
            pacer.hold(30.0)
            pacer.hold(0.0)


def test_a_hold_also_stops_those_who_have_a_turn() -> None:
    """A request that was waiting for its turn when the hold began waits for its end, too."""
    clock = HeldMeanwhile()
    pacer = Pacer(1.0, clock.clock)
    pacer.wait()
    clock.pacer = pacer

    pacer.wait()

    assert clock.monotonic() == 31.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        (" 3 ", 3.0),
        ("0", 0.0),
        (format_datetime(START + timedelta(seconds=7), usegmt=True), 7.0),
        (format_datetime(START - timedelta(days=7), usegmt=True), 0.0),
        (None, 5.0),
        ("", 5.0),
        ("soon", 5.0),
        ("-1", 5.0),
        ("1.5", 5.0),
        ("999999999999", 60.0),
        ("9" * 400, 60.0),
        (format_datetime(START + timedelta(days=7), usegmt=True), 60.0),
        ("Fri, 31 Dec 99999 23:59:59 GMT", 5.0),
        ("Sat, 21 Nov 2026 03:00:09 -0000", 5.0),
    ],
)
def test_retry_after(connect: Connect, header: str | None, seconds: float) -> None:
    """Retry-After is read in seconds and as a date, capped, and assumed where it makes no sense."""
    line = connect(in_turn(busy(header), OK))

    line.session.request("GET", "/things")

    assert sum(line.clock.slept) == seconds


@given(st.none() | st.text(max_size=40) | st.integers().map(str) | DATES)
def test_no_service_makes_mpctl_wait_for_ever(header: str | None) -> None:
    """Whatever Retry-After holds, the wait lies between nothing and the cap."""
    assert 0.0 <= retry_after(header, now=START, default=5.0, cap=60.0) <= 60.0


def test_being_asked_to_slow_down_holds_the_whole_target(connect: Connect) -> None:
    """After a 429 the next request waits as well, whoever sends it, also after the last attempt."""
    line = connect(in_turn(OK, busy("30"), OK), limits={"attempts": 1})
    line.session.request("GET", "/things")
    with pytest.raises(Throttled) as throttled:
        line.session.request("GET", "/things/1")
    assert line.clock.slept == []

    line.session.request("GET", "/things/2")

    assert line.clock.slept == [30.0]
    assert throttled.value.wait == 30.0
    assert throttled.value.diagnostics[0].fix.startswith("Lower requests_per_second")


def test_requests_are_paced(connect: Connect) -> None:
    """A session sends no faster than its target allows, attempts included."""
    line = connect(in_turn(OK), limits={"requests_per_second": 2.0})

    for _ in range(6):
        line.session.request("GET", "/things")

    assert line.clock.monotonic() == 2.0
