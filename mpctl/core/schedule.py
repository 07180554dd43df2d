"""From a plan to ordered batches, so that every intermediate state lies between old and new.

Within an entity creations come before removals, and the action that wins at the service goes in
first and out last. Where allow wins that is: allow in, block in, settings, block out, allow out.
A setting decides what happens to mail that no rule decides, so it changes when both the old and
the new rules are in force.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import Cause, Change, RuleChange, SettingChange, Verb
from mpctl.core.diff import rows_by_key, surplus_rows
from mpctl.core.entity import Entity
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import Action, LiveRule, RuleKey
from mpctl.core.state import LiveEntity


class Step(IntEnum):
    """The order of work within an entity."""

    WINNER_IN = 1
    LOSER_IN = 2
    SETTINGS = 3
    LOSER_OUT = 4
    WINNER_OUT = 5


@dataclass(frozen=True, slots=True)
class Operation:
    """One effect at the service; a delete names the row that it removes by its native id.

    `replaces` names the rows of the opposite action and the same match that this plan removes: a
    service that cannot hold both may have to lose them first.
    """

    change: Change
    native_id: str = ""
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Operations that one provider call may carry, all at one entity and in one step."""

    entity: Entity
    native_id: str
    step: Step
    operations: tuple[Operation, ...]


def schedule(plan: EntityPlan, live: LiveEntity, capabilities: Capabilities) -> tuple[Batch, ...]:
    """Order the planned changes of an entity; deletes take their ids from `live`, read just now."""
    rows = rows_by_key(live.rules)
    doomed = {change.key: _doomed_ids(change, rows[change.key]) for change in _removals(plan)}
    operations = sorted(
        (operation for change in plan.planned for operation in _operations(change, doomed)),
        key=lambda operation: step_of(operation.change, capabilities.wins),
    )
    return tuple(
        Batch(plan.entity, live.native_id, step, chunk)
        for step, group in groupby(operations, lambda o: step_of(o.change, capabilities.wins))
        for chunk in _chunks(tuple(group), capabilities.batch_size)
    )


def step_of(change: Change, wins: Action) -> Step:
    """The step in which a change is made at a service where `wins` beats the other action."""
    if isinstance(change, SettingChange):
        return Step.SETTINGS
    winner = change.action is wins
    if change.verb is Verb.CREATE:
        return Step.WINNER_IN if winner else Step.LOSER_IN
    return Step.WINNER_OUT if winner else Step.LOSER_OUT


def _removals(plan: EntityPlan) -> Iterator[RuleChange]:
    for change in plan.planned:
        if isinstance(change, RuleChange) and change.verb is Verb.DELETE:
            yield change


def _doomed_ids(change: RuleChange, rows: Sequence[LiveRule]) -> tuple[str, ...]:
    """The rows that a planned removal means.

    Each is proven to be the entity's own: otherwise the whole removal would be withheld.
    """
    doomed = surplus_rows(rows) if change.cause is Cause.SURPLUS else rows
    return tuple(row.native_id for row in doomed)


def _operations(change: Change, doomed: Mapping[RuleKey, tuple[str, ...]]) -> Iterator[Operation]:
    if isinstance(change, SettingChange):
        yield Operation(change)
    elif change.verb is Verb.CREATE:
        opposite = RuleKey(change.action.opposite, change.match)
        yield Operation(change, replaces=doomed.get(opposite, ()))
    else:
        yield from (Operation(change, native_id) for native_id in doomed[change.key])


def _chunks(operations: Sequence[Operation], size: int) -> Iterator[tuple[Operation, ...]]:
    for start in range(0, len(operations), size):
        yield tuple(operations[start : start + size])
