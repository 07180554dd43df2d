"""Ctrl-C and the like: before the first write they end the command, after it they only stop it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# What asks a process to end; SIGHUP is not known to Windows, SIGBREAK (Ctrl-Break) only there.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class Interruption:
    """The wish to end, from outside.

    At first a signal raises KeyboardInterrupt. From `shield` on it sets `stop` and does nothing
    else, however often it comes.
    """

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._shielded = False

    def shield(self) -> None:
        """From here on everything that runs is finished, whatever signals come."""
        self._shielded = True

    @contextmanager
    def held_off(self) -> Iterator[None]:
        """Finish one thing that must not be left half done; a signal takes effect after it."""
        before, self._shielded = self._shielded, True
        try:
            yield
        finally:
            self._shielded = before
        if self.stop.is_set() and not before:
            raise KeyboardInterrupt

    def receive(self, number: int, frame: FrameType | None) -> None:
        """Take a signal."""
        del number, frame
        if not self._shielded:
            raise KeyboardInterrupt
        self.stop.set()


@contextmanager
def interruption() -> Iterator[Interruption]:
    """Receive signals for the length of a command; only the main thread of a process can."""
    receiver = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield receiver
        return
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if not _outlives_terminal(number, handler):
            signal.signal(number, receiver.receive)
    try:
        yield receiver
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _outlives_terminal(number: int, handler: object) -> bool:
    """Tell whether the user asked by `nohup` that the end of the terminal does not matter."""
    return number == getattr(signal, "SIGHUP", None) and handler is signal.SIG_IGN
