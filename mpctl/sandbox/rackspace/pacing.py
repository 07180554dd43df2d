"""Throttling: a 403 with its message (the Rackspace reference, section 4)."""

from mpctl.sandbox.exchange import Request
from mpctl.sandbox.rackspace.answers import unauthorized
from mpctl.sandbox.rackspace.switches import Switches
from mpctl.sandbox.window import Window

SECONDS = 60.0
EXCEEDED = "Exceeded request limits"


class Pace:
    """Lets so many reads, and so many writes, pass in any minute and refuses the others."""

    def __init__(self, switches: Switches) -> None:
        self._reads = Window(switches.reads_per_minute, SECONDS)
        self._writes = Window(switches.writes_per_minute, SECONDS)

    def check(self, request: Request, now: float) -> None:
        """Count a request at this Unix time; RefusalError when there were too many of its kind."""
        window = self._reads if request.method == "GET" else self._writes
        if not window.admits(now):
            raise unauthorized(EXCEEDED)
