"""The real passage of time; everything below takes it as an argument."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from mpctl.transport import Clock


def system_clock() -> Clock:
    """The clock of this machine."""
    return Clock(time.monotonic, time.sleep, lambda: datetime.now(UTC))
