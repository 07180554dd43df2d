"""A service in memory, as small as it can be, on which plans are carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import SettingChange, Verb, subject_of
from mpctl.core.diff import diff
from mpctl.core.entity import Entity, Ref
from mpctl.core.match import Match
from mpctl.core.outcome import Outcome, Status
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import Action, LiveRule
from mpctl.core.schedule import Batch, Operation, schedule
from mpctl.core.state import Account, DesiredEntity, LiveEntity, LiveState, Reading
from mpctl.core.verdict import verdict
from mpctl.diagnostics import Diagnostic
from tests.strategies import NOW, RANKS, capabilities

ACCOUNT = Account("https://service.example", "400")
ANY_SERVICE = capabilities()


def plan_of(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities = ANY_SERVICE
) -> EntityPlan:
    """The plan for one entity at the fixed instant of the laws."""
    return diff(desired, live, capabilities=service, now=NOW)


def operations_of(
    plan: EntityPlan, live: LiveEntity, service: Capabilities = ANY_SERVICE
) -> list[Operation]:
    """All operations of a plan in the order in which they are carried out."""
    return [o for batch in schedule(plan, live, service) for o in batch.operations]


def carried_out(live: LiveEntity, operations: Iterable[Operation]) -> LiveEntity:
    """The entity after these operations, as a service without faults makes it."""
    for operation in operations:
        live = _after(live, operation)
    return live


def converged(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities = ANY_SERVICE
) -> LiveEntity:
    """The entity after the whole plan."""
    return carried_out(live, operations_of(plan_of(desired, live, service), live, service))


def passage(live: LiveEntity, sender: Match, wins: Action) -> int:
    """How far a sender's mail gets: 0 is held, 1 the ordinary filter decides, 2 is delivered.

    Where no rule decides, the filter level does: its values hold, judge and deliver all mail.
    """
    decided = verdict(sender, (row.key for row in live.rules), wins=wins).action
    if decided is not None:
        return _RANK[decided]
    levels = RANKS["filter_level"]
    return levels.index(live.settings.get("filter_level", levels[0]))


_RANK: Final = {Action.BLOCK: 0, Action.ALLOW: 2}


def _after(live: LiveEntity, operation: Operation) -> LiveEntity:
    change = operation.change
    if isinstance(change, SettingChange):
        return replace(live, settings={**live.settings, change.name: change.after})
    if change.verb is Verb.DELETE:
        assert operation.native_id in {row.native_id for row in live.rules}, "deleted twice"
        rest = tuple(row for row in live.rules if row.native_id != operation.native_id)
        return replace(live, rules=rest)
    highest = max((int(row.native_id) for row in live.rules), default=0)
    row = LiveRule(change.key, change.shown, native_id=str(max(highest, 1200) + 1))
    return replace(live, rules=(*live.rules, row))


@dataclass(slots=True)
class ModelProvider:
    """A provider over entities in memory; `fails` says how operations end that do not succeed.

    One that fails has no effect, one that ends unknown has it. `seen` is told of every state that
    any entity is in after an operation.
    """

    live: dict[Entity, LiveEntity]
    capabilities: Capabilities = ANY_SERVICE
    fails: Callable[[tuple[str, ...]], Status | None] = lambda _: None
    seen: list[LiveEntity] = field(default_factory=list)
    asked_for: list[Entity] = field(default_factory=list)

    def fetch(
        self, wanted: Sequence[Reading], on_read: Callable[[], None] = lambda: None
    ) -> LiveState:
        """Give what is asked for."""
        self.asked_for += [reading.entity for reading in wanted]
        for _ in wanted:
            on_read()
        return LiveState(ACCOUNT, {r.entity: self.live[r.entity] for r in wanted})

    def review(self, desired: DesiredEntity, live: LiveEntity) -> Sequence[Diagnostic]:
        """Find nothing."""
        del desired, live
        return ()

    def count_users(self, ref: Ref) -> int | None:
        """Nobody stands here."""
        del ref
        return 0

    def apply(self, batch: Batch) -> Sequence[Outcome]:
        """Carry out what does not fail."""
        return [self._perform(batch.entity, operation) for operation in batch.operations]

    def _perform(self, entity: Entity, operation: Operation) -> Outcome:
        failure = self.fails(subject_of(operation.change))
        if failure is not Status.FAILED:
            self.live[entity] = _after(self.live[entity], operation)
            self.seen.append(self.live[entity])
        return Outcome(operation, failure or Status.APPLIED)
