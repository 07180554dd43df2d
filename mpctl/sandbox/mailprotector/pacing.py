"""The rate limit that the switches `rate_limit` and `retry_after` choose."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus

from mpctl.sandbox.mailprotector.answers import RefusalError
from mpctl.sandbox.mailprotector.switches import Switches
from mpctl.sandbox.window import Window

SECONDS = 1.0


class Pace:
    """Lets so many requests pass in any second and refuses the others."""

    def __init__(self, switches: Switches, clock: Callable[[], float]) -> None:
        """Use a clock that gives Unix time in seconds."""
        self._window = Window(switches.rate_limit, SECONDS)
        self._retry_after = switches.retry_after
        self.clock = clock

    def check(self) -> None:
        """Count a request; RefusalError with 429 when there were too many."""
        now = self.clock()
        if not self._window.admits(now):
            raise RefusalError(
                HTTPStatus.TOO_MANY_REQUESTS, "Too many requests", headers=self._headers(now)
            )

    def _headers(self, now: float) -> dict[str, str]:
        if self._retry_after == "absent":
            return {}
        if self._retry_after == "seconds":
            return {"Retry-After": "1"}
        moment = datetime.fromtimestamp(now, UTC) + timedelta(seconds=2 * SECONDS)
        return {"Retry-After": format_datetime(moment, usegmt=True)}
