"""A progress bar for a person at a terminal, once a run takes longer than a second."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mpctl.cli.console import Console
from mpctl.ports import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_DELAY = 1.0


class Silence:
    """Nobody is watching."""

    def expect(self, what: str, total: int) -> None:
        """Do nothing."""

    def advance(self) -> None:
        """Do nothing."""


class TerminalProgress:
    """A bar on stderr that appears after a second and leaves no trace."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._stage = ("", 0)
        self._done = 0
        self._lock = threading.Lock()
        self._timer = threading.Timer(_DELAY, self._start)
        self._timer.daemon = True
        self._timer.start()

    def expect(self, what: str, total: int) -> None:
        """Begin a stage."""
        with self._lock:
            self._stage, self._done = (what, total), 0
            self._show()

    def advance(self) -> None:
        """Count one step."""
        with self._lock:
            self._done += 1
            self._show()

    def close(self) -> None:
        """Take the bar away."""
        self._timer.cancel()
        with self._lock:
            if self._bar is not None:
                self._bar.stop()

    def _start(self) -> None:
        from rich.console import Console as Terminal  # noqa: PLC0415 - slow to import
        from rich.progress import Progress as Bar  # noqa: PLC0415

        with self._lock:
            self._bar = Bar(console=Terminal(stderr=True), transient=True)
            self._bar.add_task("Starting", total=None)
            self._show()
            self._bar.start()

    def _show(self) -> None:
        if self._bar is not None:
            what, total = self._stage
            task = self._bar.task_ids[0]
            self._bar.update(
                task, description=what or "Starting", total=total or None, completed=self._done
            )


@contextmanager
def progress_for(console: Console) -> Iterator[Progress]:
    """A bar where a person watches, silence otherwise."""
    if console.quiet or console.verbose or not sys.stderr.isatty():
        yield Silence()
        return
    progress = TerminalProgress()
    try:
        yield progress
    finally:
        progress.close()
