"""Making a plan: read each target once, compare entity by entity, say what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from mpctl.core.diff import diff
from mpctl.core.entity import Entity
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.state import (
    Account,
    DesiredEntity,
    DesiredState,
    LiveEntity,
    LiveState,
    WhenMissing,
)
from mpctl.diagnostics import Code, Diagnostic, MpctlError, Severity, in_reading_order
from mpctl.ports import Progress, Provider


@dataclass(slots=True)
class _Draft:
    """A plan in the making."""

    accounts: dict[str, Account] = field(default_factory=dict)
    entities: list[EntityPlan] = field(default_factory=list)
    waiting: list[Diagnostic] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)

    def finish(self) -> Plan:
        """The plan, in an order that does not depend on who answered first."""
        return Plan(
            accounts=self.accounts,
            entities=tuple(sorted(self.entities, key=lambda plan: plan.entity)),
            waiting=tuple(in_reading_order(self.waiting)),
            problems=tuple(in_reading_order(self.problems)),
        )


def make_plan(
    desired: DesiredState,
    providers: Mapping[str, Provider],
    *,
    now: datetime,
    progress: Progress,
) -> Plan:
    """Compare what is declared with what is live; reads only, and only what is declared.

    An entity or a target that cannot be read becomes a problem of the plan, never an empty entity.
    """
    draft = _Draft()
    for target, provider in sorted(providers.items()):
        wanted = [e for e in desired.entities.values() if e.entity.target == target]
        if not wanted:
            continue
        progress.expect(f"Reading {target}", len(wanted))
        try:
            live = provider.fetch([entity.reads for entity in wanted], progress.advance)
        except MpctlError as error:
            draft.problems += [_target_problem(d, target, len(wanted)) for d in error.diagnostics]
        else:
            draft.accounts[target] = live.account
            _compare(draft, wanted, live, provider, now)
    return draft.finish()


def _compare(
    draft: _Draft, wanted: list[DesiredEntity], live: LiveState, provider: Provider, now: datetime
) -> None:
    twice = _named_twice(wanted, live)
    draft.problems += twice.values()
    for desired in wanted:
        entity = live.entities.get(desired.entity)
        if entity is None:
            _note_absence(draft, desired, live)
        elif desired.entity not in twice:
            draft.entities.append(_plan_entity(desired, entity, provider, now))


def _plan_entity(
    desired: DesiredEntity, live: LiveEntity, provider: Provider, now: datetime
) -> EntityPlan:
    plan = diff(desired, live, capabilities=provider.capabilities, now=now)
    return replace(plan, findings=(*plan.findings, *provider.review(desired, live)))


def _note_absence(draft: _Draft, desired: DesiredEntity, live: LiveState) -> None:
    entity = desired.entity
    absence = live.missing.get(entity)
    if absence is not None and desired.when_missing is WhenMissing.WAIT:
        waiting = replace(
            absence,
            summary=f"{entity.path} does not exist yet and is waited for",
            why="",
            fix="",
            severity=Severity.NOTE,
        )
        draft.waiting.append(waiting.at(desired.origin))
    else:
        draft.problems.append((absence or live.unread[entity]).at(desired.origin))


def _target_problem(problem: Diagnostic, target: str, entities: int) -> Diagnostic:
    lost = f"None of the {entities} declared entities of target {target!r} could be planned."
    return replace(problem, entity=target, why=" ".join(filter(None, [problem.why, lost])))


def _named_twice(wanted: Iterable[DesiredEntity], live: LiveState) -> dict[Entity, Diagnostic]:
    """Entities that share one live id; none may be planned, because they would undo each other."""
    owners: dict[tuple[str, str], list[DesiredEntity]] = {}
    for desired in wanted:
        entity = live.entities.get(desired.entity)
        if entity is not None:
            owners.setdefault((desired.entity.scope, entity.native_id), []).append(desired)
    shared = [group for group in owners.values() if len(group) > 1]
    return {
        desired.entity: _same_entity(desired, [other for other in group if other is not desired])
        for group in shared
        for desired in group
    }


def _same_entity(desired: DesiredEntity, others: list[DesiredEntity]) -> Diagnostic:
    places = ", ".join(f"{other.entity.path} ({other.origin})" for other in others)
    return Diagnostic(
        Code.SAME_ENTITY,
        f"{desired.entity.path} is the same entity as {places}",
        why="One entity has one document; two would undo each other.",
        fix="Merge the documents under one of the names.",
        origin=desired.origin,
        entity=str(desired.entity),
    )
