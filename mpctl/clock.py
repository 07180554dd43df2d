"""The passage of time as an argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """The passage of time as all but the rim sees it, so that tests decide about it.

    `monotonic` and `sleep` are in seconds; `now` is the wall clock, with a zone.
    """

    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    now: Callable[[], datetime]
