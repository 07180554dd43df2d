"""A single difference between desired and live state, and the direction in which it moves mail."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mpctl.core.entity import Entity
from mpctl.core.match import Match
from mpctl.core.rule import Action, DeclaredRule, DeclaredSetting, RuleKey, SettingValue
from mpctl.diagnostics import Origin


class Verb(StrEnum):
    """What has to happen to the live side."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Direction(StrEnum):
    """Whether more mail gets through, less, or the same."""

    LOOSENS = "loosens"
    TIGHTENS = "tightens"
    NEUTRAL = "neutral"


class Cause(StrEnum):
    """Why a change is planned."""

    DECLARED = "declared"
    UNDECLARED = "live only"
    ABSENT = "declared absent"
    EXPIRED = "expired"
    SURPLUS = "surplus duplicate"
    DROPPED = "no longer declared"


class Group(StrEnum):
    """Why a change is planned, seen from a Git revision that was the base of a comparison.

    This change asks for it; or somebody changed the live side; or the base asked for it already
    and it was never done; or a declared rule has ended.
    """

    THIS_CHANGE = "this change"
    DRIFT = "drift"
    PENDING = "pending"
    EXPIRED = "expired"


class Standing(StrEnum):
    """Whether apply would make a change.

    `observed` is drift of an entity that mpctl only watches; `withheld` would be made if the live
    side were known well enough.
    """

    PLANNED = "planned"
    OBSERVED = "observed"
    WITHHELD = "withheld"


class Tie(StrEnum):
    """How a rule that stands above makes a change below change nothing."""

    MOVED_TO = "moved to"
    MOVED_FROM = "moved from"
    ALSO_AT = "also at"


@dataclass(frozen=True, slots=True)
class Twin:
    """The exact same rule at an entity above."""

    tie: Tie
    entity: Entity

    def __str__(self) -> str:
        return f"{self.tie} {self.entity.path}"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """Create a rule, or delete the `copies` rows that hold it.

    `shown` is the value as declared, or verbatim as it is live; `declaration` is None when nothing
    declares the rule. `group` is None where nobody asked for a comparison with a base. `twin` is
    why a change is neutral that would not be by its verb.
    """

    entity: Entity
    verb: Verb
    key: RuleKey
    shown: str
    direction: Direction
    cause: Cause
    standing: Standing = Standing.PLANNED
    declaration: DeclaredRule | None = None
    copies: int = 1
    group: Group | None = None
    twin: Twin | None = None

    @property
    def action(self) -> Action:
        """Allow or block."""
        return self.key.action

    @property
    def match(self) -> Match:
        """The canonical value."""
        return self.key.match

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The places in policies that ask for this; none for a rule that is only live."""
        return self.declaration.origins if self.declaration else ()


@dataclass(frozen=True, slots=True)
class SettingChange:
    """Write one setting; `before` is None when the live value is unknown.

    `meaning` completes the sentence "users below may ..."; `users_below` is how many users the
    change reaches, None when the service does not tell.
    """

    entity: Entity
    name: str
    before: SettingValue | None
    after: SettingValue
    direction: Direction
    standing: Standing = Standing.PLANNED
    declaration: DeclaredSetting | None = None
    meaning: str = ""
    users_below: int | None = None
    verb: Verb = Verb.UPDATE
    group: Group | None = None

    @property
    def pins(self) -> bool:
        """Tell whether this only writes explicitly what the value is already."""
        return self.before == self.after

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The places in policies that ask for this."""
        return (self.declaration.origin,) if self.declaration else ()


Change = RuleChange | SettingChange


def rule_direction(verb: Verb, action: Action) -> Direction:
    """Judge a rule's creation or complete removal by its effect on mail."""
    lets_through = (verb is Verb.CREATE) == (action is Action.ALLOW)
    return Direction.LOOSENS if lets_through else Direction.TIGHTENS


def reading_order(change: Change) -> tuple[int, int, str, str]:
    """Sort key for people: what loosens first, then creations, updates, removals, by value."""
    direction = (Direction.LOOSENS, Direction.TIGHTENS, Direction.NEUTRAL).index(change.direction)
    if isinstance(change, SettingChange):
        return direction, 1, change.name, ""
    verb = 0 if change.verb is Verb.CREATE else 2
    return direction, verb, str(change.match), change.action.value


def subject_of(change: Change) -> tuple[str, ...]:
    """What a change is about, as words that identify it within its entity."""
    if isinstance(change, SettingChange):
        return change.verb.value, change.name
    kind = change.match.kind.value
    return change.verb.value, change.action.value, kind, str(change.match)
