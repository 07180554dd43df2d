"""A rolling window: so many calls in any stretch of time."""

from collections import deque


class Window:
    """Admits `limit` calls in any `seconds`, all of them where the limit is 0."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._admitted: deque[float] = deque()

    def admits(self, now: float) -> bool:
        """Count a call at this Unix time, unless there were too many; tell whether it passes."""
        if not self._limit:
            return True
        while self._admitted and self._admitted[0] <= now - self._seconds:
            self._admitted.popleft()
        if len(self._admitted) >= self._limit:
            return False
        self._admitted.append(now)
        return True
