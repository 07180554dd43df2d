"""Rate limits: how many requests may pass in any second, and when to come again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from mpctl.sandbox.window import Window

SECONDS = 1.0

RetryAfter = Literal["seconds", "date", "absent"]


class Pace:
    """Lets so many requests pass in any second; a limit of 0 lets all of them pass."""

    def __init__(self, limit: int, retry_after: RetryAfter, clock: Callable[[], float]) -> None:
        """Use a clock that gives Unix time in seconds."""
        self._window = Window(limit, SECONDS)
        self._retry_after = retry_after
        self.clock = clock

    def refusal(self) -> dict[str, str] | None:
        """Count a request; the headers of its refusal when there were too many, else None."""
        now = self.clock()
        return None if self._window.admits(now) else self._headers(now)

    def _headers(self, now: float) -> dict[str, str]:
        if self._retry_after == "absent":
            return {}
        if self._retry_after == "seconds":
            return {"Retry-After": "1"}
        moment = datetime.fromtimestamp(now, UTC) + timedelta(seconds=2 * SECONDS)
        return {"Retry-After": format_datetime(moment, usegmt=True)}
