"""`--profile`: notes where the time of a command goes, and says it when the command has ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from mpctl.cli.clock import age_of_process, processor_time, system_clock
from mpctl.cli.console import Console
from mpctl.clock import Clock
from mpctl.core.profile import Marks, Profile, profile
from mpctl.core.stage import Span, Stage
from mpctl.stages import Stages


class Profiler:
    """Notes what a process does from now on; the `age` that it has by now is its start-up."""

    def __init__(self, clock: Clock, age: float) -> None:
        self._moment = clock.monotonic
        now = self._moment()
        self._start: Span = (now - age, now)
        self._stages = Stages(self._moment)
        self._requests: list[Span] = []
        self._pauses: list[Span] = []

    def listening(self) -> AbstractContextManager[None]:
        """Hear what the stages of this thread mark."""
        return self._stages.listening()

    def asked(self, seconds: float) -> None:
        """Note a request that has just ended, in any thread."""
        now = self._moment()
        self._requests.append((now - seconds, now))

    def watched(self, clock: Clock) -> Clock:
        """The same clock, with every pause noted, of any thread."""

        def sleep(seconds: float) -> None:
            began = self._moment()
            try:
                clock.sleep(seconds)
            finally:
                self._pauses.append((began, self._moment()))

        return replace(clock, sleep=sleep)

    def profile(self) -> Profile:
        """Where the time went."""
        stages = [(Stage.START, self._start), *self._stages.spans]
        return profile(Marks(stages, self._requests, self._pauses), processor_time())


@contextmanager
def profiled(console: Console) -> Iterator[None]:
    """Note where the time of a command goes; the console has its profiler."""
    console.profiler = Profiler(system_clock(), age_of_process())
    with console.profiler.listening():
        yield
