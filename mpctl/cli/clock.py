"""The real passage of time; everything below takes it as an argument."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from mpctl.clock import Clock


def system_clock() -> Clock:
    """The clock of this machine."""
    return Clock(time.monotonic, time.sleep, lambda: datetime.now(UTC))


def processor_time() -> float:
    """The seconds that this process has been at work, all threads together."""
    return time.process_time()


def age_of_process() -> float:
    """The seconds since this process began; where the system does not tell, those at work."""
    return max(_age_told(), processor_time())


def _age_told() -> float:
    """What Linux says, to the hundredth of a second; 0 elsewhere."""
    with suppress(OSError, AttributeError, ValueError, IndexError):
        told = Path("/proc/self/stat").read_text("utf-8", "replace")
        ticks = int(told.rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    return 0.0
