"""A fault at every call of a run; `promises` says what must hold whatever goes wrong.

The scenario adds, removes, flips both ways, writes a setting, collapses a duplicate and keeps
rules, one call at a time. It is recorded once without faults; a schedule then disturbs one of its
calls, or all from there on, or all of the same method from there on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mpctl.core.rule import Action
from mpctl.core.state import DesiredEntity
from mpctl.diagnostics import ExitCode
from mpctl.sandbox import Fault
from tests.conformance.promises import Broken, broken_promises
from tests.conformance.running import Bench, Snapshot
from tests.conformance.service import Service
from tests.conformance.table import Stage

KINDS: Final = (
    "500",
    "502",
    "503",
    "503 retry-after=2",
    "503-after",
    "429 retry-after=2",
    "429",
    "401",
    "403",
    "404",
    "409",
    "422",
    "drop-before",
    "drop-after",
    "malformed",
    "truncated",
    "empty",
    "html",
    "redirect",
)
# A rule that is there "is gone", a refusal looks like a success: only reading again can tell.
LIES: Final = frozenset({"404", "empty"})
REACHES: Final = ("once", "twice", "from there on", "the same method from there on")


@dataclass(frozen=True, slots=True)
class Schedule:
    """One fault: its kind, the call that it begins at, counted from 1, and how far it reaches."""

    kind: str
    reach: str
    call: int

    def fault(self, methods: tuple[str, ...]) -> Fault:
        """The fault for a run whose calls have these methods."""
        method = methods[self.call - 1]
        same = self.reach == REACHES[3]
        nth = methods[: self.call].count(method) if same else self.call
        times = {"once": "1", "twice": "2"}.get(self.reach, "forever")
        kind, *options = self.kind.split()
        words = (method if same else "*", ".", kind, f"nth={nth}", f"times={times}", *options)
        return Fault.parse(" ".join(words))


def scenario(service: Service) -> tuple[tuple[tuple[Action, str], ...], Stage]:
    """The rows to begin with, and where to go."""
    a, b, c, d, e, f, g, h, *_ = service.values
    allow, block = Action.ALLOW, Action.BLOCK
    rows = ((allow, a), (allow, g), (block, b), (block, c), (block, c), (block, d), (block, h))
    return rows, Stage("everything at once", allow=(b, g, e), block=(a, c, h, f), setting=1)


class Course:
    """The scenario in one sandbox, run again and again from its beginning."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.rows, self.stage = scenario(bench.service)
        self.desired: DesiredEntity = self.stage.desired(bench.service, bench.entity)
        self.methods = self._record()

    def schedules(self) -> Iterator[Schedule]:
        """Every kind of fault at every call, with every reach."""
        for kind in KINDS:
            for reach in REACHES:
                for call in range(1, len(self.methods) + 1):
                    yield Schedule(kind, reach, call)

    def run(self, schedule: Schedule) -> list[Broken]:
        """Disturb a run as scheduled, and let a second run finish; gives the broken promises."""
        before = self._begin()
        self.bench.sandbox.inject(schedule.fault(self.methods))
        result = self.bench.apply(self.desired, workers=1)
        after = self.bench.snapshot()
        lied = schedule.kind in LIES
        broken = list(broken_promises(self.stage, before, result, after, lied=lied))
        self.bench.sandbox.clear_faults()
        return broken if self._finishes() else [*broken, Broken.NOT_FINISHED]

    def _record(self) -> tuple[str, ...]:
        self._begin()
        start = len(self.bench.sandbox.requests)
        result = self.bench.apply(self.desired, workers=1)
        assert result.exit_code is ExitCode.DONE
        return tuple(request.method for request in self.bench.sandbox.requests[start:])

    def _begin(self) -> Snapshot:
        self.bench.sandbox.reset()
        for action, value in self.rows:
            self.bench.service.put(self.bench.sandbox, self.bench.entity, action, value)
        self.bench.service.settle(self.bench.sandbox)
        return self.bench.snapshot()

    def _finishes(self) -> bool:
        """A run without faults brings the rest, and then nothing is left to plan."""
        self.bench.service.settle(self.bench.sandbox)
        result = self.bench.apply(self.desired, workers=1)
        reached = self.bench.snapshot().rules == Counter(self.stage.declared)
        left = self.bench.plan(self.desired).changed
        return result.exit_code is ExitCode.DONE and reached and not left
