"""Sending a scout ahead: the first of many goes alone, and the others follow if all is well."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class FirstAlone:
    """A turnstile: the first to come passes alone, the others when it has left and `well()`.

    Until then they pass one by one, so that each can see what became of the one before.
    """

    def __init__(self, well: Callable[[], bool]) -> None:
        self._well = well
        self._lock = threading.Lock()
        self._open = threading.Event()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Pass; blocks while the first is on its way."""
        if self._open.is_set():
            yield
            return
        with self._lock:
            if not self._open.is_set():
                try:
                    yield
                finally:
                    if self._well():
                        self._open.set()
                return
        yield
