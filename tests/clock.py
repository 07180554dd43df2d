"""A clock that tests decide about: sleeping takes no time and moves the hands."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from mpctl.transport import Clock

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


class FakeClock:
    """Time that passes only while somebody sleeps; `slept` holds the seconds of every sleep."""

    def __init__(self, start: datetime = START) -> None:
        self.slept: list[float] = []
        self._start = start
        self._seconds = 0.0
        self._lock = threading.Lock()

    @property
    def clock(self) -> Clock:
        """The clock as the transport takes it."""
        return Clock(self.monotonic, self.sleep, self.now)

    def monotonic(self) -> float:
        """Seconds since the start."""
        with self._lock:
            return self._seconds

    def now(self) -> datetime:
        """The wall clock."""
        return self._start + timedelta(seconds=self.monotonic())

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        with self._lock:
            self.slept.append(seconds)
            self._seconds += seconds
