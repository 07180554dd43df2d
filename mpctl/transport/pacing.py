"""How fast requests leave: a token bucket that all threads of a target share."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """The passage of time as the transport sees it, so that tests decide about it.

    `monotonic` and `sleep` are in seconds; `now` is the wall clock, with a zone.
    """

    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    now: Callable[[], datetime]


class Pacer:
    """Lets `rate` requests a second through, in bursts of one second's worth; None is no limit."""

    def __init__(self, rate: float | None, clock: Clock) -> None:
        self._rate = rate
        self._clock = clock
        self._lock = threading.Lock()
        self._next_free = self._held_until = -math.inf
        self._burst = max(1.0, rate or 1.0)

    def wait(self) -> None:
        """Take a turn, sleeping until it comes; a hold that begins meanwhile costs a new turn."""
        turn = self._sleep_until_turn()
        while turn < self._held_until:
            turn = self._sleep_until_turn()

    def hold(self, seconds: float) -> None:
        """Let nobody through for a while: the service asked for it."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock.monotonic() + seconds)
            self._next_free = max(self._next_free, self._held_until)

    def _sleep_until_turn(self) -> float:
        with self._lock:
            now = self._clock.monotonic()
            turn = self._reserve(now)
        if turn > now:
            self._clock.sleep(turn - now)
        return turn

    def _reserve(self, now: float) -> float:
        if self._rate is None:
            return max(now, self._next_free)
        interval = 1.0 / self._rate
        earliest = now - (self._burst - 1.0) * interval
        turn = max(earliest, self._next_free)
        self._next_free = turn + interval
        return max(now, turn)


def retry_after(value: str | None, *, now: datetime, default: float, cap: float) -> float:
    """Seconds to wait by a Retry-After header, in seconds or as an HTTP date, within 0 and `cap`.

    A missing or unreadable header means `default`.
    """
    return min(max(_asked_for(value, now, default), 0.0), cap)


def _asked_for(value: str | None, now: datetime, default: float) -> float:
    if value is None:
        return default
    if value.strip().isdecimal():
        return float(value)
    try:
        return (parsedate_to_datetime(value) - now).total_seconds()
    except (TypeError, ValueError):
        return default
