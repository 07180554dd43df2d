"""Marks of what a run is busy with, for whoever measures it: `with during(Stage.DIFF):`.

A mark costs next to nothing while nobody measures, so it may stand at every file, document and
entity. Only the thread that measures is heard: stages of several threads would overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ContextDecorator, contextmanager
from contextvars import ContextVar
from typing import Final

from mpctl.core.stage import Span, Stage

_LISTENING: Final[ContextVar[Stages | None]] = ContextVar("stages", default=None)


class Stages:
    """The stages that a run goes through, without a gap; one within another interrupts it."""

    def __init__(self, moment: Callable[[], float]) -> None:
        self.spans: list[tuple[Stage, Span]] = []
        self._moment = moment
        self._since = moment()
        self._open = [Stage.REST]

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear the marks of this thread."""
        token = _LISTENING.set(self)
        try:
            yield
        finally:
            _LISTENING.reset(token)
            self._note()

    def begin(self, stage: Stage) -> None:
        """Enter a stage."""
        self._note()
        self._open.append(stage)

    def end(self) -> None:
        """Leave the newest stage, for the one that it interrupted."""
        self._note()
        self._open.pop()

    def _note(self) -> None:
        now = self._moment()
        self.spans.append((self._open[-1], (self._since, now)))
        self._since = now


class during(ContextDecorator):  # noqa: N801 - it reads as a word: with during(Stage.YAML)
    """A stage, for a block of code or a whole function; it holds no state of its own."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def __enter__(self) -> None:
        """Enter the stage."""
        stages = _LISTENING.get()
        if stages is not None:
            stages.begin(self._stage)

    def __exit__(self, *_: object) -> None:
        """Leave it."""
        stages = _LISTENING.get()
        if stages is not None:
            stages.end()
