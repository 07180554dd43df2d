"""Making a plan: read each target once, compare entity by entity, say what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from mpctl.core.change import SettingChange
from mpctl.core.diff import diff
from mpctl.core.effect import judged_together
from mpctl.core.entity import Entity
from mpctl.core.inheritance import setting_changes, with_pins
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.stage import Stage
from mpctl.core.state import (
    Account,
    DesiredEntity,
    DesiredState,
    LiveState,
    WhenMissing,
)
from mpctl.core.unseen import withhold_for_unseen
from mpctl.core.voiding import Compared, voided_blocks
from mpctl.diagnostics import Code, Diagnostic, MpctlError, Severity, in_reading_order
from mpctl.ports import Progress, Provider
from mpctl.reconcile.widening import review_errors, widened
from mpctl.stages import during


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan, and the desired state that it carries out.

    That is what was selected, what had to come with it, and, though the plan has nothing of them,
    the entities that could not be read: some changes wait for those.
    """

    plan: Plan
    desired: DesiredState


@dataclass(slots=True)
class _Draft:
    """A plan in the making."""

    accounts: dict[str, Account] = field(default_factory=dict)
    desired: dict[Entity, DesiredEntity] = field(default_factory=dict)
    entities: list[EntityPlan] = field(default_factory=list)
    waiting: list[Diagnostic] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)

    def finish(self) -> Prepared:
        """The plan, in an order that does not depend on who answered first."""
        plan = Plan(
            accounts=self.accounts,
            entities=tuple(sorted(self.entities, key=lambda plan: plan.entity)),
            waiting=tuple(in_reading_order(self.waiting)),
            problems=tuple(in_reading_order(self.problems)),
        )
        return Prepared(plan, DesiredState(self.desired))


def make_plan(
    desired: DesiredState, providers: Mapping[str, Provider], *, now: datetime, progress: Progress
) -> Plan:
    """Plan everything that is declared; see `prepare`."""
    return prepare(desired, desired, providers, now=now, progress=progress).plan


@during(Stage.DIFF)
def prepare(
    desired: DesiredState,
    everything: DesiredState,
    providers: Mapping[str, Provider],
    *,
    now: datetime,
    progress: Progress,
) -> Prepared:
    """Compare what is declared with what is live; reads only, and only what is declared.

    `desired` is what was selected of `everything`: where a selected change would alter another
    declared entity, the plan is widened by that. An entity or a target that cannot be read becomes
    a problem of the plan, never an empty entity.
    """
    draft = _Draft()
    for target, provider in sorted(providers.items()):
        wanted = _of_target(desired, target)
        if not wanted:
            continue
        progress.expect(f"Reading {target}", len(wanted))
        try:
            live = _fetch(provider, wanted, progress)
            compared = _compare(draft, wanted, live, provider, now)
            others = _others(desired, everything, target)
            compared += widened(compared, others, provider, now)
        except MpctlError as error:
            draft.problems += [_target_problem(d, target, len(wanted)) for d in error.diagnostics]
        else:
            draft.accounts[target] = live.account
            _finish_target(draft, compared, provider)
    return draft.finish()


@during(Stage.ANSWERS)
def _fetch(provider: Provider, wanted: Sequence[DesiredEntity], progress: Progress) -> LiveState:
    return provider.fetch([entity.reads for entity in wanted], progress.advance)


def _of_target(desired: DesiredState, target: str) -> list[DesiredEntity]:
    return [entity for entity in desired.entities.values() if entity.entity.target == target]


def _others(selected: DesiredState, everything: DesiredState, target: str) -> list[DesiredEntity]:
    declared = _of_target(everything, target)
    return [entity for entity in declared if entity.entity not in selected.entities]


def _compare(
    draft: _Draft, wanted: list[DesiredEntity], live: LiveState, provider: Provider, now: datetime
) -> list[Compared]:
    capabilities = provider.capabilities
    refused = {**_refused(wanted, live, provider), **_named_twice(wanted, live)}
    draft.problems += chain.from_iterable(refused.values())
    unseen = [d for d in wanted if d.entity in live.unread or d.entity in refused]
    draft.desired |= {desired.entity: desired for desired in unseen}
    compared = []
    for desired in wanted:
        entity = live.entities.get(desired.entity)
        if entity is None:
            _note_absence(draft, desired, live)
        elif desired.entity not in refused:
            plan = diff(desired, entity, capabilities=capabilities, now=now)
            plan = withhold_for_unseen(plan, unseen, capabilities, now)
            compared.append(Compared(desired, entity, plan))
    return compared


def _finish_target(draft: _Draft, compared: Sequence[Compared], provider: Provider) -> None:
    """Judge the entities of a target together: who is pinned, reached, moved or voided."""
    draft.desired |= {one.desired.entity: one.desired for one in compared}
    compared = judged_together(compared)
    voided: dict[str, list[Diagnostic]] = {}
    for finding in voided_blocks(compared, provider.capabilities):
        voided.setdefault(finding.entity, []).append(finding)
    plans = with_pins([one.plan for one in compared], draft.desired, provider.capabilities)
    for one, plan in zip(compared, plans, strict=True):
        reviewed = provider.review(one.desired, one.live)
        findings = (*plan.findings, *reviewed, *voided.get(str(plan.entity), ()))
        draft.entities.append(replace(_with_reach(plan, provider), findings=findings))


def _with_reach(plan: EntityPlan, provider: Provider) -> EntityPlan:
    """Say how many users a changed setting reaches: one request for each changed setting."""
    changing = set(setting_changes(plan))
    if not changing:
        return plan
    reach = provider.count_users(plan.ref)
    changes = tuple(
        replace(change, users_below=reach)
        if isinstance(change, SettingChange) and change in changing
        else change
        for change in plan.changes
    )
    return replace(plan, changes=changes)


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
    lost = f"So nothing of target {target!r} could be planned; entities declared: {entities}."
    return replace(problem, entity=target, why=" ".join(filter(None, [problem.why, lost])))


def _refused(
    wanted: Iterable[DesiredEntity], live: LiveState, provider: Provider
) -> dict[Entity, tuple[Diagnostic, ...]]:
    """Entities that the service would not take as they are declared, and why."""
    errors = {
        desired.entity: review_errors(desired, live.entities[desired.entity], provider)
        for desired in wanted
        if desired.entity in live.entities
    }
    return {entity: problems for entity, problems in errors.items() if problems}


def _named_twice(
    wanted: Iterable[DesiredEntity], live: LiveState
) -> dict[Entity, tuple[Diagnostic, ...]]:
    """Entities that share one live id; none may be planned, because they would undo each other."""
    owners: dict[tuple[str, str], list[DesiredEntity]] = {}
    for desired in wanted:
        entity = live.entities.get(desired.entity)
        if entity is not None:
            owners.setdefault((desired.entity.scope, entity.native_id), []).append(desired)
    shared = [group for group in owners.values() if len(group) > 1]
    return {
        desired.entity: (_same_entity(desired, [other for other in group if other is not desired]),)
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
