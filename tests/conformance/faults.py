"""The scenario, disturbed: faults at every call, other writers, several faults at once.

It is recorded once without faults. A schedule then disturbs one of its calls, or all from there on,
or all of the same method from there on; `promises` says what must hold whatever goes wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import cycle

from hypothesis import strategies as st

from mpctl.core.rule import Action
from mpctl.diagnostics import ExitCode
from mpctl.sandbox import Fault, FaultKind
from tests.conformance.disturbances import KINDS, REACHES, Meddling, Schedule
from tests.conformance.promises import Broken, Meddled, Run
from tests.conformance.running import Bench
from tests.conformance.scenario import Snapshots, scenario
from tests.conformance.service import Rule


class Course:
    """The scenario in one sandbox, run again and again from its beginning."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.scenario = scenario(bench.service)
        self.desired = self.scenario.desired
        self.methods = self._record()
        self._meddled = Meddled(Counter(), Counter())

    def schedules(self) -> Iterator[Schedule]:
        """Every kind of fault at every call, with every reach, and every meddling at every call."""
        calls = range(1, len(self.methods) + 1)
        for kind in KINDS:
            for reach in REACHES:
                yield from (Schedule(kind, reach, call) for call in calls)
        for what in Meddling:
            yield from (Schedule(what, REACHES[0], call) for call in calls)

    def dealt(self, part: int, parts: int) -> Iterator[Schedule]:
        """A part of a sample in which every kind has every reach, twice, and no call is left out.

        Each part has every kind of fault; together they have it with every reach.
        """
        pairs = [
            (kind, reach)
            for turn, reach in enumerate(REACHES)
            for number, kind in enumerate(KINDS)
            if (number + turn) % parts == part
        ]
        calls = cycle(range(1, len(self.methods) + 1))
        yield from (Schedule(*pair, next(calls)) for pair in pairs * 2)

    def storms(self) -> st.SearchStrategy[tuple[Schedule, ...]]:
        """Several disturbances at once; some begin in calls that only they bring about."""
        one = st.builds(
            Schedule,
            st.sampled_from((*KINDS, *Meddling)),
            st.sampled_from(REACHES),
            st.integers(1, len(self.methods) * 3 // 2),
        )
        return st.lists(one, min_size=2, max_size=4).map(tuple)

    def run(self, *schedules: Schedule) -> list[Broken]:
        """Disturb a run as scheduled, and let a second run finish; gives the broken promises."""
        before = self.scenario.begin(self.bench)
        self._meddled = Meddled(Counter(), Counter())
        moments = self._watch()
        for schedule in schedules:
            self.bench.sandbox.inject(schedule.fault(self.methods, self._meddle))
        result = self.bench.apply(*self.desired, workers=1)
        after = self.scenario.look(self.bench)
        lied = any(schedule.lies for schedule in schedules)
        run = Run(self.scenario, before, [*moments, after], result, after, self._meddled, lied=lied)
        broken = list(run.broken())
        self.bench.sandbox.clear_faults()
        return broken if self._finishes() else [*broken, Broken.NOT_FINISHED]

    def _record(self) -> tuple[str, ...]:
        self.scenario.begin(self.bench)
        start = len(self.bench.sandbox.requests)
        result = self.bench.apply(*self.desired, workers=1)
        assert result.exit_code is ExitCode.DONE
        return tuple(request.method for request in self.bench.sandbox.requests[start:])

    def _watch(self) -> list[Snapshots]:
        """Look right before every call, and keep what differs from the moment before."""
        moments: list[Snapshots] = []

        def look() -> None:
            moment = self.scenario.glimpse(self.bench)
            if moments[-1:] != [moment]:
                moments.append(moment)

        self.bench.sandbox.inject(Fault("*", ".", FaultKind.MEANWHILE, times=None, action=look))
        return moments

    def _meddle(self, what: Meddling) -> None:
        """Write as another writer would, and remember it."""
        allow, block = Action.ALLOW, Action.BLOCK
        _, _, _, d, e, f, g, h, *_, last = self.bench.service.values
        planned, stays = Rule(allow, e), Rule(allow, g)
        if allow not in self.bench.service.actions:
            planned, stays = Rule(block, f), Rule(block, h)
        match what:
            case Meddling.ADDS_UNDECLARED:
                self._put(Rule(block, last))
            case Meddling.ADDS_PLANNED:
                self._put(planned)
            case Meddling.ADDS_COPY:
                self._put(stays)
            case Meddling.TAKES_DOOMED:
                self._take(Rule(block, d))
            case Meddling.TAKES_KEPT:
                self._take(stays)

    def _put(self, rule: Rule) -> None:
        """Where a service knows no copies, what stands there comes no second time."""
        before = self._copies(rule)
        self.bench.service.put(self.bench.sandbox, self.bench.entity, rule.action, rule.value)
        if self._copies(rule) > before:
            self._meddled.came[self.bench.entity, rule] += 1

    def _copies(self, rule: Rule) -> int:
        rows = self.bench.service.rows(self.bench.sandbox, self.bench.entity)
        return sum(row.rule == rule for row in rows)

    def _take(self, rule: Rule) -> None:
        entity = self.bench.entity
        for row in self.bench.service.rows(self.bench.sandbox, entity):
            if row.rule == rule:
                self.bench.service.take(self.bench.sandbox, row)
                self._meddled.went[entity, row.rule] += 1

    def _finishes(self) -> bool:
        """A run without faults brings the rest, and then nothing is left to plan."""
        self.bench.service.settle(self.bench.sandbox)
        result = self.bench.apply(*self.desired, workers=1)
        left = self.bench.plan(*self.desired).changed
        return result.exit_code is ExitCode.DONE and self.scenario.reached(self.bench) and not left
