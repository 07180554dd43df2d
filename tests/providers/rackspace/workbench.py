"""What the tests of Rackspace share: places, operations and how they end."""

from __future__ import annotations

from collections.abc import Sequence

from mpctl.core.change import (
    Cause,
    Direction,
    RuleChange,
    SettingChange,
    Verb,
    rule_direction,
)
from mpctl.core.entity import Entity, parse_entity
from mpctl.core.outcome import Outcome
from mpctl.core.rule import RuleKey, SettingValue
from mpctl.core.schedule import Batch, Operation, Step
from mpctl.providers.rackspace.native import SpamList, from_native


def entity(text: str) -> Entity:
    """Read an entity of the target under test."""
    return parse_entity(text, default_target="rackspace")


ALEX = entity("ex_mailboxes/alex.smith@example.com")


def add(spam_list: SpamList, entry: str, where: Entity = ALEX) -> Operation:
    """Create the rule that an entry means."""
    return Operation(_change(Verb.CREATE, from_native(spam_list, entry).key, entry, where))


def remove(spam_list: SpamList, entry: str, where: Entity = ALEX) -> Operation:
    """Delete an entry."""
    row = from_native(spam_list, entry)
    return Operation(_change(Verb.DELETE, row.key, entry, where), row.native_id)


def change(
    name: str,
    after: SettingValue,
    where: Entity = ALEX,
    *,
    before: SettingValue | None = None,
) -> Operation:
    """Write a setting."""
    return Operation(SettingChange(where, name, before, after, Direction.NEUTRAL))


def batch(*operations: Operation) -> Batch:
    """A batch of these, at the entity of the first."""
    where = operations[0].change.entity
    return Batch(where, where.name, Step.LOSER_IN, operations)


def ends(outcomes: Sequence[Outcome]) -> list[tuple[str, str, str]]:
    """How operations ended, in words."""
    return [(_subject(one), one.status.value, one.detail) for one in outcomes]


def _subject(outcome: Outcome) -> str:
    about = outcome.operation.change
    return about.name if isinstance(about, SettingChange) else about.shown


def _change(verb: Verb, key: RuleKey, shown: str, where: Entity) -> RuleChange:
    direction = rule_direction(verb, key.action)
    return RuleChange(where, verb, key, shown, direction, Cause.DECLARED)
