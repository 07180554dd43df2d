"""A plan is data: what would change, what it stands on, its summary and its digest."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mpctl.core.change import (
    Cause,
    Change,
    Direction,
    Group,
    RuleChange,
    SettingChange,
    Standing,
    Verb,
    subject_of,
)
from mpctl.core.entity import Entity, Ref
from mpctl.core.guards import Check
from mpctl.core.rule import Action
from mpctl.core.state import Account
from mpctl.diagnostics import Diagnostic, Origin

DIGEST_VERSION = 1
SHOWN_DIGITS = 16

Ground = Mapping[Action, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class EntityPlan:
    """What would change at one entity.

    `changes` holds every difference in reading order, with its standing; `ground` the live rows,
    in canonical form, of the lists that change. `kept`, `ignored` and `unmanaged` count live rules
    that stay: declared, left alone by an `ignore`, and not mpctl's business.
    """

    entity: Entity
    origin: Origin
    native_id: str = ""
    live_name: str = ""
    ancestors: tuple[Ref, ...] | None = ()
    changes: tuple[Change, ...] = ()
    kept: int = 0
    ignored: int = 0
    unmanaged: int = 0
    live_rules: int = 0
    ground: Ground = field(default_factory=dict)
    findings: tuple[Diagnostic, ...] = ()

    @property
    def ref(self) -> Ref:
        """How the service addresses the entity."""
        return Ref(self.entity.scope, self.native_id)

    def standing(self, standing: Standing) -> tuple[Change, ...]:
        """The changes of one standing."""
        return tuple(change for change in self.changes if change.standing is standing)

    @property
    def planned(self) -> tuple[Change, ...]:
        """The changes that apply would make."""
        return self.standing(Standing.PLANNED)

    @property
    def stands_on(self) -> Ground:
        """The ground of the planned changes: the live rows of the lists that apply would change."""
        touched = {change.action for change in self.planned if isinstance(change, RuleChange)}
        return {action: rows for action, rows in self.ground.items() if action in touched}

    def same_ground(self, other: EntityPlan) -> bool:
        """Tell whether two readings lead to the same changes from the same live rows."""
        return _entity_content(self) == _entity_content(other)


@dataclass(frozen=True, slots=True)
class Plan:
    """What would change everywhere.

    `entities` holds every entity that could be compared, also those without changes. `waiting`
    entities do not exist yet and may; `problems` say what could not be planned, and why. `base` is
    the commit that the plan was compared with, `abandoned` what that had and nobody declares now;
    a `partial` plan is only about entities whose policies changed since. `guards` is what the
    guards found in it, once they were asked.
    """

    accounts: Mapping[str, Account] = field(default_factory=dict)
    entities: tuple[EntityPlan, ...] = ()
    waiting: tuple[Diagnostic, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    base: str = ""
    partial: bool = False
    abandoned: tuple[Diagnostic, ...] = ()
    guards: tuple[Check, ...] = ()

    @property
    def refused(self) -> tuple[Check, ...]:
        """The guards that keep an apply from carrying it out."""
        return tuple(check for check in self.guards if check.refused)

    @property
    def changed(self) -> tuple[EntityPlan, ...]:
        """The entities with a difference of any standing."""
        return tuple(entity for entity in self.entities if entity.changes)

    @property
    def actionable(self) -> tuple[EntityPlan, ...]:
        """The entities that apply would write to."""
        return tuple(entity for entity in self.entities if entity.planned)

    @property
    def digest(self) -> str:
        """64 hex digits over the content of the plan; equal plans have equal digests.

        Accounts, entities, before, after and the live rows of the lists that change enter; native
        ids, places in files and entities without planned changes do not. A partial plan's covers
        the commit that it is partial to.
        """
        text = json.dumps(_content(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def summary(self) -> Summary:
        """The counts that the last line of a plan shows."""
        return Summary.of(self)


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a plan; directions, additions and removals count planned changes only.

    `compared` entities could be read, `entities` have planned changes.
    """

    compared: int
    entities: int
    add: int
    remove: int
    change: int
    surplus: int
    kept: int
    ignored: int
    unmanaged: int
    loosens: int
    tightens: int
    neutral: int
    observed: int
    withheld: int
    waiting: int
    problems: int
    this_change: int
    drift: int
    pending: int
    expired: int

    @classmethod
    def of(cls, plan: Plan) -> Summary:
        """Count a plan."""
        planned = [change for entity in plan.entities for change in entity.planned]
        groups = Counter(change.group for entity in plan.entities for change in entity.changes)
        rules = [c for c in planned if isinstance(c, RuleChange) and c.cause is not Cause.SURPLUS]
        surplus = [c for c in planned if isinstance(c, RuleChange) and c.cause is Cause.SURPLUS]
        return cls(
            compared=len(plan.entities),
            entities=len(plan.actionable),
            add=sum(1 for c in rules if c.verb is Verb.CREATE),
            remove=sum(1 for c in rules if c.verb is Verb.DELETE),
            change=sum(1 for c in planned if isinstance(c, SettingChange)),
            surplus=sum(c.copies for c in surplus),
            kept=sum(entity.kept for entity in plan.entities),
            ignored=sum(entity.ignored for entity in plan.entities),
            unmanaged=sum(entity.unmanaged for entity in plan.entities),
            loosens=_pointing(planned, Direction.LOOSENS),
            tightens=_pointing(planned, Direction.TIGHTENS),
            neutral=_pointing(planned, Direction.NEUTRAL),
            observed=sum(len(entity.standing(Standing.OBSERVED)) for entity in plan.entities),
            withheld=sum(len(entity.standing(Standing.WITHHELD)) for entity in plan.entities),
            waiting=len(plan.waiting),
            problems=len(plan.problems),
            this_change=groups[Group.THIS_CHANGE],
            drift=groups[Group.DRIFT],
            pending=groups[Group.PENDING],
            expired=groups[Group.EXPIRED],
        )


def _pointing(changes: list[Change], direction: Direction) -> int:
    return sum(1 for change in changes if change.direction is direction)


def _content(plan: Plan) -> dict[str, Any]:
    actionable = sorted(plan.actionable, key=lambda entity: entity.entity)
    targets = sorted({entity.entity.target for entity in actionable})
    accounts = ((name, plan.accounts.get(name, Account(""))) for name in targets)
    return {
        "version": DIGEST_VERSION,
        "accounts": {name: [account.service, account.number] for name, account in accounts},
        "entities": [_entity_content(entity) for entity in actionable],
        **({"partial": plan.base} if plan.partial else {}),
    }


def _entity_content(plan: EntityPlan) -> dict[str, Any]:
    return {
        "entity": [plan.entity.target, plan.entity.scope, plan.entity.name],
        "changes": sorted(change_content(change) for change in plan.planned),
        "live": {action.value: list(rows) for action, rows in plan.stands_on.items()},
    }


def change_content(change: Change) -> list[str]:
    """What of a change the digest covers."""
    if isinstance(change, SettingChange):
        return [*subject_of(change), json.dumps(change.before), json.dumps(change.after)]
    return [*subject_of(change), str(change.copies)]
