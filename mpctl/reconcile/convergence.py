"""After an apply: read everything that was written again, and plan again, until nothing is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mpctl.core.change import subject_of
from mpctl.core.diff import diff
from mpctl.core.entity import Entity
from mpctl.core.outcome import Outcome, Status
from mpctl.core.state import DesiredEntity, LiveState
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.ports import Provider

# How fast a read follows a write is documented by no service: five readings over five seconds.
PAUSES: Final = (0.0, 0.5, 1.0, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class Convergence:
    """The final reading; `sleep` takes seconds."""

    sleep: Callable[[float], object]

    def check(
        self,
        provider: Provider,
        desired: Sequence[DesiredEntity],
        outcomes: Mapping[Entity, Sequence[Outcome]],
        now: datetime,
    ) -> Iterator[Diagnostic]:
        """Give a finding for each entity where an applied change does not show."""
        open_findings: dict[Entity, Diagnostic] = {}
        remaining = list(desired)
        for pause in PAUSES:
            if pause:
                self.sleep(pause)
            open_findings = self._unsettled(provider, remaining, outcomes, now)
            remaining = [entity for entity in remaining if entity.entity in open_findings]
            if not remaining:
                break
        yield from open_findings.values()

    def _unsettled(
        self,
        provider: Provider,
        desired: Sequence[DesiredEntity],
        outcomes: Mapping[Entity, Sequence[Outcome]],
        now: datetime,
    ) -> dict[Entity, Diagnostic]:
        try:
            live = provider.fetch([entity.reads for entity in desired])
        except MpctlError as error:
            return {e.entity: _unreadable(e.entity, error.diagnostics[0]) for e in desired}
        findings = {}
        for entity in desired:
            finding = _judge(entity, live, outcomes[entity.entity], provider, now)
            if finding is not None:
                findings[entity.entity] = finding
        return findings


def _judge(
    desired: DesiredEntity,
    live: LiveState,
    outcomes: Sequence[Outcome],
    provider: Provider,
    now: datetime,
) -> Diagnostic | None:
    entity = live.entities.get(desired.entity)
    if entity is None:
        problem = live.unread.get(desired.entity) or live.missing[desired.entity]
        return _unreadable(desired.entity, problem)
    left = diff(desired, entity, capabilities=provider.capabilities, now=now).planned
    applied = {subject_of(o.operation.change) for o in outcomes if o.status is Status.APPLIED}
    open_subjects = sorted(" ".join(s) for s in map(subject_of, left) if s in applied)
    return _not_converged(desired.entity, open_subjects) if open_subjects else None


def _not_converged(entity: Entity, subjects: Sequence[str]) -> Diagnostic:
    more = f" and {len(subjects) - 5} more" if len(subjects) > 5 else ""  # noqa: PLR2004
    return Diagnostic(
        Code.NOT_CONVERGED,
        f"applied changes that do not show when read back: {'; '.join(subjects[:5])}{more}",
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
