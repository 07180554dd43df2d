"""Carrying out a plan chain by chain; the ground is read again right before the first write."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Final

from mpctl.core.chain import Chain, Stage, chains, stages
from mpctl.core.diff import diff
from mpctl.core.effect import judged_as
from mpctl.core.entity import Entity
from mpctl.core.inheritance import with_pins
from mpctl.core.outcome import ApplyResult, Outcome
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.schedule import Batch
from mpctl.core.state import Account, DesiredEntity, DesiredState, LiveState
from mpctl.core.unseen import withhold_for_unseen
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.ports import Progress, Provider, RunLog
from mpctl.reconcile.chain_log import ChainLog, not_attempted
from mpctl.reconcile.convergence import Convergence, Written
from mpctl.reconcile.record import NoLog, Record

Outcomes = tuple[Outcome, ...]

MOVED: Final = "moved since the plan: the live rules are not what the plan stood on; plan again"
INTERRUPTED: Final = "the run was interrupted before"
UNRECORDED: Final = "the journal could not be written, and nothing is done that it does not hold"
POLL: Final = 0.2


@dataclass(slots=True)
class Applier:
    """One apply run over the providers of its targets.

    What `desired` has and a plan has not could not be read when the plan was made; what waited for
    it then, waits now. Every call is recorded in `log` before and after. Once `stop` is set,
    running operations are finished and no others begun.
    """

    desired: DesiredState
    providers: Mapping[str, Provider]
    now: datetime
    convergence: Convergence
    progress: Progress
    workers: int = 8
    log: RunLog = field(default_factory=NoLog)
    stop: threading.Event = field(default_factory=threading.Event)
    _record: Record = field(init=False)

    def __post_init__(self) -> None:
        self._record = Record(self.log)

    def run(self, plan: Plan) -> ApplyResult:
        """Apply every planned change; each operation gets an outcome, whatever happens.

        Chains are independent: one that fails does not keep the others from being written.
        """
        entities = plan.actionable
        self.progress.expect("Applying", len(entities))
        seen = {entity.entity for entity in plan.entities}
        unseen = [d for entity, d in self.desired.entities.items() if entity not in seen]
        with ThreadPoolExecutor(self.workers) as pool:
            futures = [pool.submit(self._apply, chain, unseen) for chain in chains(entities)]
            self._wait(futures)
        interrupted = self.stop.is_set()
        ends = {entity: ends for future in futures for entity, ends in future.result().items()}
        outcomes = {plan.entity: tuple(ends[plan.entity]) for plan in entities}
        written = [Written(p, outcomes[p.entity]) for p in entities if _wrote(outcomes[p.entity])]
        findings = [] if interrupted else list(self._verify(written))
        if self._record.failure is not None:
            findings.insert(0, self._record.failure)
        return ApplyResult(plan, outcomes, tuple(findings), interrupted=interrupted)

    def _wait(self, futures: Sequence[Future[dict[Entity, list[Outcome]]]]) -> None:
        """Wait for all; an interruption lets running operations finish and starts no others.

        It waits in short turns, because on Windows no signal reaches a thread that waits for good.
        """
        pending = True
        while pending:
            try:
                pending = bool(wait(futures, POLL).not_done)
            except KeyboardInterrupt:
                self.stop.set()

    def _apply(self, chain: Chain, unseen: Sequence[DesiredEntity]) -> dict[Entity, list[Outcome]]:
        provider = self.providers[chain[0].entity.target]
        if reason := self._stopped():
            log = self._given_up(chain, provider, reason)
        else:
            log = self._carry_out(chain, provider, unseen)
        for _ in chain:
            self.progress.advance()
        return log.outcomes

    def _given_up(self, chain: Chain, provider: Provider, reason: str) -> ChainLog:
        log = ChainLog(chain, provider.capabilities, self._record.ended)
        for plan in chain:
            log.give_up(plan, reason)
        return log

    def _carry_out(
        self, chain: Chain, provider: Provider, unseen: Sequence[DesiredEntity]
    ) -> ChainLog:
        """Go by what is read now: only now is it known of everybody who stands above whom."""
        live = self._read_again(chain, provider)
        again = self._plan_again(live, provider, unseen)
        known = tuple(again.get(plan.entity, plan) for plan in chain)
        log = ChainLog(known, provider.capabilities, self._record.ended)
        ready = _still_valid(chain, live, again, log)
        for plan in ready:
            self._record.before(live.entities[plan.entity], plan)
        for stage in stages(ready, live.entities, provider.capabilities):
            self._perform(stage, provider, log)
        return log

    def _read_again(self, chain: Chain, provider: Provider) -> LiveState:
        try:
            return provider.fetch([self._desired(plan.entity).reads for plan in chain])
        except MpctlError as error:
            problem = error.diagnostics[0]
            return LiveState(Account(""), unread={plan.entity: problem for plan in chain})

    def _plan_again(
        self, live: LiveState, provider: Provider, unseen: Sequence[DesiredEntity]
    ) -> Mapping[Entity, EntityPlan]:
        """Plan what was read again, as planning does."""
        capabilities = provider.capabilities
        fresh = [
            diff(self._desired(entity), found, capabilities=capabilities, now=self.now)
            for entity, found in live.entities.items()
        ]
        waiting = [withhold_for_unseen(plan, unseen, capabilities, self.now) for plan in fresh]
        plans = with_pins(waiting, self.desired.entities, capabilities)
        return {plan.entity: plan for plan in plans}

    def _stopped(self) -> str:
        """Why nothing more is begun; empty while it is."""
        if self._record.failure is not None:
            return UNRECORDED
        return INTERRUPTED if self.stop.is_set() else ""

    def _perform(self, stage: Stage, provider: Provider, log: ChainLog) -> None:
        """Carry out a stage: entities side by side, each entity's batches in order."""
        by_entity = [tuple(batches) for _, batches in groupby(stage, lambda b: b.entity)]
        if len(by_entity) == 1:
            self._perform_batches(by_entity[0], provider, log)
            return
        with ThreadPoolExecutor(min(self.workers, len(by_entity))) as pool:
            list(pool.map(lambda batches: self._perform_batches(batches, provider, log), by_entity))

    def _perform_batches(self, batches: Sequence[Batch], provider: Provider, log: ChainLog) -> None:
        for batch in batches:
            ready = []
            for operation in batch.operations:
                reason = self._stopped() or log.held_back(operation)
                if reason:
                    log.note([not_attempted(operation, reason)])
                else:
                    ready.append(operation)
            sent = replace(batch, operations=tuple(ready))
            if ready and self._record.attempt(sent):
                log.note(provider.apply(sent))
            else:
                log.note([not_attempted(operation, UNRECORDED) for operation in ready])

    def _verify(self, written: Sequence[Written]) -> Iterator[Diagnostic]:
        for target, provider in self.providers.items():
            touched = {w.plan.entity: w for w in written if w.plan.entity.target == target}
            if touched:
                desired = [self._desired(entity) for entity in touched]
                yield from self.convergence.check(provider, desired, touched, self.now)

    def _desired(self, entity: Entity) -> DesiredEntity:
        return self.desired.entities[entity]


def _wrote(outcomes: Outcomes) -> bool:
    return any(outcome.wrote for outcome in outcomes)


def _still_valid(
    chain: Chain, live: LiveState, again: Mapping[Entity, EntityPlan], log: ChainLog
) -> Chain:
    """Give up the entities whose ground moved."""
    for plan in chain:
        if plan.entity not in again:
            log.give_up(plan, _absence(plan.entity, live).summary)
        elif not plan.same_ground(again[plan.entity]):
            log.give_up(plan, MOVED, Code.MOVED)
    return tuple(judged_as(again[p.entity], p) for p in chain if not log.outcomes[p.entity])


def _absence(entity: Entity, live: LiveState) -> Diagnostic:
    return live.unread.get(entity) or live.missing[entity]
