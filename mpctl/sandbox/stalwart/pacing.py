"""Limits on how often and how much at once (sections 2.2, 3.3 and 3.4)."""

from collections import deque
from collections.abc import Callable, Hashable
from http import HTTPStatus

from mpctl.sandbox.stalwart.answers import ProblemError

MINUTE = 60.0
DAY = 86_400.0


class Pace:
    """Counts events of a kind in a sliding window. The clock gives Unix time in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._passed: dict[Hashable, deque[float]] = {}

    def exceeds(self, kind: Hashable, limit: int, seconds: float) -> bool:
        """Count an event; whether there are more than `limit` now. A limit of 0 is none."""
        now = self.clock()
        passed = self._passed.setdefault(kind, deque())
        while passed and passed[0] <= now - seconds:
            passed.popleft()
        if limit and len(passed) >= limit:
            return True
        passed.append(now)
        return False

    def check(self, kind: Hashable, limit: int) -> None:
        """Count a request of the last minute; ProblemError with 429 when there are too many."""
        if self.exceeds(kind, limit, MINUTE):
            raise ProblemError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "Too Many Requests",
                "Your request has been rate limited. Please try again in a few seconds.",
            )


def check_parallel(parallel: int, limit: int) -> None:
    """ProblemError with 400 when an account has too many requests under way."""
    if parallel > limit:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "",
            "The request was rejected because of too many concurrent requests.",
            type_="urn:ietf:params:jmap:error:limit",
            limit="maxConcurrentRequests",
        )
