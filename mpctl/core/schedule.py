"""From a plan to ordered batches, so that every intermediate state lies between old and new.

Within an entity creations come before removals, and the action that wins at the service goes in
first and out last. Where allow wins that is: allow in, block in, settings, block out, allow out.
A setting decides what happens to mail that no rule decides, so it changes when both the old and
the new rules are in force.

A service may take the additions and removals of one list in one call. Then a list's removals go
along with its additions, unless that opened a window.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

from mpctl.core.capabilities import Capabilities, Mixing
from mpctl.core.change import Cause, Change, RuleChange, SettingChange, Verb
from mpctl.core.diff import rows_by_key, surplus_rows
from mpctl.core.entity import Entity
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import Action, LiveRule, RuleKey
from mpctl.core.state import LiveEntity
from mpctl.core.verdict import meets_any


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
    """Operations that one provider call may carry, all at one entity, in the order of their work.

    They are of one step, or of several where the service mixes them.
    """

    entity: Entity
    native_id: str
    step: Step
    operations: tuple[Operation, ...]


def schedule(
    plan: EntityPlan, live: LiveEntity, capabilities: Capabilities, *, alone: bool = True
) -> tuple[Batch, ...]:
    """Order the planned changes of an entity; deletes take their ids from `live`, read just now.

    `alone` tells that nothing above or below the entity changes in the same run.
    """
    rows = rows_by_key(live.rules)
    doomed = {change.key: _doomed_ids(change, rows[change.key]) for change in _removals(plan)}
    wins = capabilities.wins
    calls = _calls(plan, capabilities, alone=alone)
    operations = sorted(
        (operation for change in plan.planned for operation in _operations(change, doomed)),
        key=lambda o: (calls[step_of(o.change, wins)], step_of(o.change, wins)),
    )
    return tuple(
        Batch(plan.entity, live.native_id, step, chunk)
        for step, group in groupby(operations, lambda o: calls[step_of(o.change, wins)])
        for chunk in _chunks(tuple(group), capabilities.batch_size)
    )


def _calls(plan: EntityPlan, capabilities: Capabilities, *, alone: bool) -> Mapping[Step, Step]:
    """The step in whose call each step's operations go."""
    calls = {step: step for step in Step}
    if capabilities.mixing is Mixing.ENTITY:
        return dict.fromkeys(Step, Step.WINNER_IN)
    if capabilities.mixing is Mixing.STEP or not alone:
        return calls
    present = {step_of(change, capabilities.wins) for change in plan.planned}
    if Step.SETTINGS in present:
        # Between the old setting and the new one, neither the old nor the new list would do.
        return calls
    if Step.LOSER_IN in present:
        calls[Step.LOSER_OUT] = Step.LOSER_IN
    if Step.WINNER_IN in present and not _uncovers(plan):
        calls[Step.WINNER_OUT] = Step.WINNER_IN
    return calls


def _uncovers(plan: EntityPlan) -> bool:
    """Tell whether a rule that goes hid one of the other list that goes as well.

    The loser would decide for a moment, although neither the old nor the new state lets it.
    """
    gone = {action: [c.match for c in _removals(plan) if c.action is action] for action in Action}
    return meets_any(gone[Action.ALLOW], gone[Action.BLOCK])


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
