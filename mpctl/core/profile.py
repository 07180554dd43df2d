"""Where the time of a run went: every moment counts for one stage, and all of them add up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from mpctl.core.stage import Span, Stage


@dataclass(frozen=True, slots=True)
class Marks:
    """What was noted of a run, all in seconds of one clock.

    `stages` are those of the main thread and do not overlap; `requests` and `pauses` are of any
    thread, and may.
    """

    stages: Sequence[tuple[Stage, Span]]
    requests: Sequence[Span] = ()
    pauses: Sequence[Span] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """The seconds of each stage, which are all the seconds of the run.

    Beside them the seconds of all `requests` and of all `pauses`, one by one: of those that were
    under way at the same time, each counts. `processor` is the time at work, of all threads.
    """

    shares: Mapping[Stage, float]
    requests: Sequence[float] = ()
    pauses: Sequence[float] = ()
    processor: float = 0.0

    @property
    def total(self) -> float:
        """The seconds of the run."""
        return sum(self.shares.values())


def profile(marks: Marks, processor: float = 0.0) -> Profile:
    """Share the time out.

    While a request is under way, whatever else happens, it is the network's; while none is, and
    somebody pauses before the next, it is waiting; else it is that of the main thread's stage.
    """
    asking, held = _Cover.of(marks.requests), _Cover.of([*marks.requests, *marks.pauses])
    shares = dict.fromkeys(_seen(marks), 0.0)
    for stage, span in marks.stages:
        asked, kept = asking.within(span), held.within(span)
        if asked:
            shares[Stage.NETWORK] += asked
        if kept > asked:
            shares[Stage.WAITING] += kept - asked
        shares[stage] += max(0.0, _length(span) - kept)
    requests, pauses = map(_length, marks.requests), map(_length, marks.pauses)
    return Profile(shares, tuple(requests), tuple(pauses), processor)


def _seen(marks: Marks) -> Iterator[Stage]:
    yield from (stage for stage, _ in marks.stages)
    if marks.requests:
        yield Stage.NETWORK
    if marks.pauses:
        yield Stage.WAITING


def _length(span: Span) -> float:
    start, end = span
    return end - start


@dataclass(frozen=True, slots=True)
class _Cover:
    """Spans joined where they overlap; `before` is how much of the time each has before it."""

    starts: Sequence[float]
    ends: Sequence[float]
    before: Sequence[float]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> _Cover:
        joined: list[Span] = []
        for start, end in sorted(spans):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((start, end))
        before = accumulate(map(_length, joined), initial=0.0)
        return cls([s for s, _ in joined], [e for _, e in joined], list(before))

    def within(self, span: Span) -> float:
        """How much of a span is covered."""
        start, end = span
        return self._until(end) - self._until(start)

    def _until(self, moment: float) -> float:
        last = bisect_right(self.starts, moment) - 1
        if last < 0:
            return 0.0
        return self.before[last] + min(moment, self.ends[last]) - self.starts[last]
