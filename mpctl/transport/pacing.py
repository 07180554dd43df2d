"""How fast requests leave: so many a second, over all threads of a target."""

from __future__ import annotations

import math
import threading
from collections import deque
from datetime import datetime

from mpctl.clock import Clock


class Pacer:
    """Lets `rate` requests a second through, never more within any second; None is no limit.

    As many as fit a second may go at once after a rest. A rate that is no whole number holds over
    the shortest time in which a whole number fits.
    """

    def __init__(self, rate: float | None, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held_until = -math.inf
        number = math.ceil(rate) if rate else 1
        self._span = number / rate if rate else 0.0
        self._turns = deque([-math.inf] * number, maxlen=number)

    def wait(self) -> None:
        """Take a turn, sleeping until it comes; a hold that begins meanwhile costs a new turn."""
        turn = self._sleep_until_turn()
        while turn < self._held_until:
            turn = self._sleep_until_turn()

    def hold(self, seconds: float) -> None:
        """Let nobody through for a while: the service asked for it; then one after the other."""
        with self._lock:
            end = self._clock.monotonic() + seconds
            self._held_until = max(self._held_until, end)
            spread = range(-len(self._turns), 0)
            even = (end + self._span * place / len(self._turns) for place in spread)
            self._turns.extend([*map(max, self._turns, even)])

    def _sleep_until_turn(self) -> float:
        with self._lock:
            now = self._clock.monotonic()
            turn = max(now, self._held_until, self._turns[0] + self._span)
            self._turns.append(turn)
        if turn > now:
            self._clock.sleep(turn - now)
        return turn


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
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - slow to import, and rarely needed

    try:
        return (parsedate_to_datetime(value) - now).total_seconds()
    except (TypeError, ValueError):
        return default
