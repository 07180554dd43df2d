"""After an apply: read everything that was written again, and plan again, until nothing is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import Change, SettingChange, Standing, subject_of
from mpctl.core.diff import diff
from mpctl.core.entity import Entity
from mpctl.core.outcome import Outcome, Status
from mpctl.core.plan import EntityPlan
from mpctl.core.state import DesiredEntity, LiveState
from mpctl.diagnostics import Code, Diagnostic, MpctlError, first_few
from mpctl.ports import Provider

Subject = tuple[str, ...]

# How fast a read follows a write is documented by no service: five readings over five seconds.
PAUSES: Final = (0.0, 0.5, 1.0, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class Written:
    """What a run planned and did at one entity.

    Of `excused` changes it is known, and said elsewhere, that they were not made.
    """

    plan: EntityPlan
    outcomes: Sequence[Outcome]

    @property
    def applied(self) -> frozenset[Subject]:
        """The changes that count as done."""
        done = (end for end in self.outcomes if end.status is Status.APPLIED)
        return frozenset(subject_of(end.operation.change) for end in done)

    @property
    def excused(self) -> frozenset[Subject]:
        """The changes that were withheld, or did not end well."""
        withheld = (c for c in self.plan.changes if c.standing is not Standing.PLANNED)
        undone = (o.operation.change for o in self.outcomes if o.status is not Status.APPLIED)
        return frozenset(map(subject_of, (*withheld, *undone)))

    @property
    def half_done(self) -> bool:
        """Tell whether something was written of which it is said that it is not done."""
        return any(end.wrote and end.status is not Status.APPLIED for end in self.outcomes)


@dataclass(frozen=True, slots=True)
class Convergence:
    """The final reading; `sleep` takes seconds."""

    sleep: Callable[[float], object]

    def check(
        self,
        provider: Provider,
        desired: Sequence[DesiredEntity],
        written: Mapping[Entity, Written],
        now: datetime,
    ) -> Iterator[Diagnostic]:
        """Give a finding for each entity where something is left that the run does not account for.

        That is an applied change that does not show, or a difference that nobody planned.
        """
        open_findings: dict[Entity, Diagnostic] = {}
        remaining = list(desired)
        for pause in PAUSES:
            if pause:
                self.sleep(pause)
            open_findings = self._unsettled(provider, remaining, written, now)
            remaining = [entity for entity in remaining if entity.entity in open_findings]
            if not remaining:
                break
        yield from open_findings.values()

    def _unsettled(
        self,
        provider: Provider,
        desired: Sequence[DesiredEntity],
        written: Mapping[Entity, Written],
        now: datetime,
    ) -> dict[Entity, Diagnostic]:
        try:
            live = provider.fetch([entity.reads for entity in desired])
        except MpctlError as error:
            return {e.entity: _unreadable(e.entity, error.diagnostics[0]) for e in desired}
        findings = {}
        for entity in desired:
            finding = _judge(entity, live, written[entity.entity], provider, now)
            if finding is not None:
                findings[entity.entity] = finding
        return findings


def _judge(
    desired: DesiredEntity,
    live: LiveState,
    written: Written,
    provider: Provider,
    now: datetime,
) -> Diagnostic | None:
    entity = live.entities.get(desired.entity)
    if entity is None:
        problem = live.unread.get(desired.entity) or live.missing[desired.entity]
        return _unreadable(desired.entity, problem)
    left = diff(desired, entity, capabilities=provider.capabilities, now=now).planned
    open_subjects = {subject_of(change) for change in left} - written.excused
    plumbing = {subject_of(one) for one in left if _is_plumbing(one, provider.capabilities)}
    if written.half_done:
        open_subjects -= plumbing  # a service may note there that it is half done
    if not open_subjects:
        return None
    if stale := open_subjects & written.applied:
        return _not_converged(desired.entity, stale)
    own = open_subjects <= plumbing
    return (_without_effect if own else _new)(desired.entity, open_subjects)


def _is_plumbing(change: Change, service: Capabilities) -> bool:
    """Tell whether a change is one that no policy asks for: rules have no effect without it."""
    if not isinstance(change, SettingChange):
        return False
    return service.settings[change.name].implied is not None


def _without_effect(entity: Entity, subjects: AbstractSet[Subject]) -> Diagnostic:
    return Diagnostic(
        Code.NOT_CONVERGED,
        f"what makes the rules count is not as it has to be: {_listed(subjects)}",
        why="This run did not bring it to its end, or somebody else wrote here meanwhile.",
        fix="Plan again: the next apply mends it.",
        entity=str(entity),
    )


def _new(entity: Entity, subjects: AbstractSet[Subject]) -> Diagnostic:
    return Diagnostic(
        Code.NOT_CONVERGED,
        f"the final reading shows what this run did not plan: {_listed(subjects)}",
        why="Somebody else wrote here while this run did.",
        fix="Plan again, and look at what they wanted.",
        entity=str(entity),
    )


def _listed(subjects: AbstractSet[Subject]) -> str:
    return first_few(sorted(" ".join(subject) for subject in subjects))


def _not_converged(entity: Entity, subjects: AbstractSet[Subject]) -> Diagnostic:
    return Diagnostic(
        Code.NOT_CONVERGED,
        f"applied changes that do not show when read back: {_listed(subjects)}",
        why="They counted as done, yet five readings over five seconds show the old state.",
        fix="Plan again in a minute; if they are still there, somebody else writes here too.",
        entity=str(entity),
    )


def _unreadable(entity: Entity, problem: Diagnostic) -> Diagnostic:
    return Diagnostic(
        Code.NOT_CONVERGED,
        f"what was written could not be read back: {problem.summary}",
        fix="Plan again to see what stands.",
        entity=str(entity),
    )
