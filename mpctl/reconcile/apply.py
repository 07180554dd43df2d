"""Carrying out a plan entity by entity; the ground is read again right before the first write."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime

from mpctl.core.change import RuleChange, Verb
from mpctl.core.diff import diff
from mpctl.core.entity import Entity
from mpctl.core.outcome import ApplyResult, Outcome, Status
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.schedule import Batch, Operation, schedule
from mpctl.core.state import DesiredEntity, DesiredState, LiveEntity
from mpctl.core.verdict import meet
from mpctl.diagnostics import Diagnostic, MpctlError
from mpctl.ports import Progress, Provider
from mpctl.reconcile.convergence import Convergence

Outcomes = tuple[Outcome, ...]

MOVED = "moved since the plan: the live rules are not what the plan stood on; plan again"
INTERRUPTED = "the run was interrupted before"
CREATION_FAILED = "a rule that had to be there first could not be created"
RIVAL_FAILED = "a rule of the other list for the same senders could not be changed first"


@dataclass(slots=True)
class Applier:
    """One apply run over the providers of its targets."""

    desired: DesiredState
    providers: Mapping[str, Provider]
    now: datetime
    convergence: Convergence
    progress: Progress
    workers: int = 8
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, plan: Plan) -> ApplyResult:
        """Apply every planned change; each operation gets an outcome, whatever happens.

        Entities are independent: one that fails does not keep the others from being written.
        """
        entities = plan.actionable
        self.progress.expect("Applying", len(entities))
        interrupted = False
        with ThreadPoolExecutor(self.workers) as pool:
            futures = [pool.submit(self._apply, entity) for entity in entities]
            interrupted = self._wait(futures)
        outcomes = {e.entity: f.result() for e, f in zip(entities, futures, strict=True)}
        findings = () if interrupted else tuple(self._verify(outcomes))
        return ApplyResult(plan, outcomes, findings, interrupted=interrupted)

    def _wait(self, futures: Sequence[Future[Outcomes]]) -> bool:
        """Wait for all; an interruption lets running operations finish and starts no others."""
        try:
            wait(futures)
        except KeyboardInterrupt:
            self.stop.set()
            wait(futures)
            return True
        return False

    def _apply(self, plan: EntityPlan) -> Outcomes:
        try:
            return tuple(self._attempt(plan))
        finally:
            self.progress.advance()

    def _attempt(self, plan: EntityPlan) -> Iterator[Outcome]:
        provider = self.providers[plan.entity.target]
        live = None if self.stop.is_set() else self._read_again(plan, provider)
        if not isinstance(live, LiveEntity):
            reason = INTERRUPTED if live is None else live.summary
            return _not_attempted([Operation(change) for change in plan.planned], reason)
        fresh = diff(self._desired(plan), live, capabilities=provider.capabilities, now=self.now)
        if not plan.same_ground(fresh):
            return _not_attempted([Operation(change) for change in plan.planned], MOVED)
        return self._carry_out(schedule(fresh, live, provider.capabilities), provider)

    def _carry_out(self, batches: Sequence[Batch], provider: Provider) -> Iterator[Outcome]:
        undone: list[RuleChange] = []
        for batch in batches:
            ready: list[Operation] = []
            for operation in batch.operations:
                reason = INTERRUPTED if self.stop.is_set() else _held_back(operation, undone)
                if reason:
                    yield Outcome(operation, Status.NOT_ATTEMPTED, reason)
                else:
                    ready.append(operation)
            outcomes = provider.apply(replace(batch, operations=tuple(ready))) if ready else ()
            undone += _undone_rules(outcomes)
            yield from outcomes

    def _read_again(self, plan: EntityPlan, provider: Provider) -> LiveEntity | Diagnostic:
        try:
            live = provider.fetch([self._desired(plan).reads])
        except MpctlError as error:
            return error.diagnostics[0]
        found = live.entities.get(plan.entity)
        return found or live.unread.get(plan.entity) or live.missing[plan.entity]

    def _desired(self, plan: EntityPlan) -> DesiredEntity:
        return self.desired.entities[plan.entity]

    def _verify(self, outcomes: Mapping[Entity, Outcomes]) -> Iterator[Diagnostic]:
        written = {e: ends for e, ends in outcomes.items() if any(end.wrote for end in ends)}
        for target, provider in self.providers.items():
            touched = {e: ends for e, ends in written.items() if e.target == target}
            if touched:
                desired = [self.desired.entities[entity] for entity in touched]
                yield from self.convergence.check(provider, desired, touched, self.now)


def _not_attempted(operations: Sequence[Operation], reason: str) -> Iterator[Outcome]:
    for operation in operations:
        yield Outcome(operation, Status.NOT_ATTEMPTED, reason)


def _held_back(operation: Operation, undone: Sequence[RuleChange]) -> str:
    """Why an operation must wait for what was not done before it; empty when it need not."""
    change = operation.change
    if not isinstance(change, RuleChange):
        return ""
    if change.verb is Verb.DELETE and any(other.verb is Verb.CREATE for other in undone):
        return CREATION_FAILED
    rivals = (other for other in undone if other.action is not change.action)
    return RIVAL_FAILED if any(meet(other.match, change.match) for other in rivals) else ""


def _undone_rules(outcomes: Iterable[Outcome]) -> Iterator[RuleChange]:
    for outcome in outcomes:
        change = outcome.operation.change
        if isinstance(change, RuleChange) and outcome.status is not Status.APPLIED:
            yield change
