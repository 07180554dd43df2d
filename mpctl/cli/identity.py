"""Who is at work here: for the records of runs, and for the locks."""

from __future__ import annotations

import getpass
import os
import socket
from contextlib import suppress
from datetime import datetime

from mpctl.cli.options import Invocation
from mpctl.store.lock import Owner


def this_process(invocation: Invocation, since: datetime) -> Owner:
    """This process as the owner of a lock."""
    moment = since.isoformat(timespec="seconds")
    return Owner(os.getpid(), who(), f"mpctl {invocation.console.command}", moment)


def who() -> str:
    """The user and the machine, as user@host."""
    user = "unknown"
    with suppress(OSError, KeyError, ImportError):  # a user id without a name
        user = getpass.getuser()
    return f"{user}@{socket.gethostname()}"
