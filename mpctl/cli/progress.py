"""How far a long run has come: one line at a terminal, before a third of a second is over."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, TextIO

from mpctl.cli.clock import age_of_process, system_clock
from mpctl.cli.console import Console
from mpctl.ports import SILENCE, Progress

# Seconds since the process began, after which a person wonders; what ends sooner shows nothing.
_SOON: Final = 0.25
# What is done within these seconds is done before anybody has read what it was.
_LEAST: Final = 0.05
_BETWEEN: Final = 0.1
# A stage that has lasted so long is worth an estimate of its end.
_LONG: Final = 3.0
_NARROW: Final = 80


class TerminalProgress:
    """A line that is written over and over, and leaves no trace; safe to use from many threads.

    It needs no library, which would open dozens of files before the first word.
    """

    def __init__(self, stream: TextIO, moment: Callable[[], float], delay: float) -> None:
        self._stream = stream
        self._moment = moment
        self._due = moment() + delay
        self._stage, self._began, self._done, self._total = "", 0.0, 0, 0
        self._spoken = False
        self._width = 0
        self._lock = threading.Lock()
        # The first step may take long: then nobody calls `advance` when the time has come.
        self._timer = threading.Timer(delay, self._speak_up)
        self._timer.daemon = True
        self._timer.start()

    def expect(self, what: str, total: int) -> None:
        """Begin a stage."""
        with self._lock:
            self._stage, self._done, self._total = what, 0, total
            self._began = self._moment()
            self._show(self._began, at_once=self._spoken)

    def advance(self) -> None:
        """Count one step."""
        with self._lock:
            self._done += 1
            self._show(self._moment())

    def clear(self) -> None:
        """Take the line away until there is something new; others may write."""
        with self._lock:
            self._erase()

    def rest(self) -> None:
        """End the stage, and take its line away; another may follow."""
        with self._lock:
            self._stage = ""
            self._erase()

    def _speak_up(self) -> None:
        with self._lock:
            self._show(self._moment(), at_once=not self._spoken)

    def _show(self, now: float, *, at_once: bool = False) -> None:
        if not self._stage or (now < self._due and not at_once):
            return
        self._due, self._spoken = now + _BETWEEN, True
        line = self._line(now)[: _columns(self._stream) - 1]
        self._write(f"\r{line}{' ' * (self._width - len(line))}")
        self._width = len(line)

    def _line(self, now: float) -> str:
        if not self._total:
            return f"{self._stage} ..."
        line = f"{self._stage} ... {self._done} of {self._total}"
        spent = now - self._began
        if not self._done or spent < _LONG:
            return line
        return f"{line}, {spent / self._done * (self._total - self._done):.0f} s left"

    def _erase(self) -> None:
        if self._width:
            self._write(f"\r{' ' * self._width}\r")
            self._width = 0

    def _write(self, text: str) -> None:
        # A terminal that was closed must not end a run in the middle of what it writes.
        with suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()


@contextmanager
def progress_for(console: Console) -> Iterator[Progress]:
    """A line where a person watches, silence otherwise; the same one throughout a command."""
    if console.quiet or console.verbose or not sys.stderr.isatty():
        yield SILENCE
        return
    if console.progress is None:
        delay = max(_LEAST, _SOON - age_of_process())
        console.progress = TerminalProgress(sys.stderr, system_clock().monotonic, delay)
    try:
        yield console.progress
    finally:
        console.progress.rest()


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or _NARROW
    except (OSError, ValueError):
        return _NARROW
