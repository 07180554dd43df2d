"""The two values that everything turns on: desired state, from policies, and live state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from mpctl.core.entity import Entity, Ref
from mpctl.core.rule import Action, DeclaredRule, DeclaredSetting, LiveRule, RuleKey, SettingValue
from mpctl.diagnostics import Diagnostic, Origin


class Mode(StrEnum):
    """How far a list is managed: `full` removes what nothing declares, `observe` never writes."""

    FULL = "full"
    ADDITIVE = "additive"
    OBSERVE = "observe"


class WhenMissing(StrEnum):
    """What it means that a declared entity does not exist live."""

    ERROR = "error"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Ignore:
    """Undeclared live rules that are left alone: an action and a glob on the value."""

    action: Action
    glob: str
    origin: Origin

    def matches(self, key: RuleKey) -> bool:
        """Tell whether a rule falls under this; compared in canonical form, without case."""
        return key.action is self.action and fnmatchcase(str(key.match), self.glob.casefold())


@dataclass(frozen=True, slots=True)
class DesiredEntity:
    """One entity as its policy document and the included rule sets declare it.

    `owned` holds the lists that the document itself writes, even empty; only in those may an
    undeclared live rule be removed. `absent` must not be live in any mode but observe.
    `dropped` is what a Git revision declared and the policies do not any more: it goes as well.
    `findings` are what a reader of its plan should know.
    """

    entity: Entity
    origin: Origin
    modes: Mapping[Action, Mode]
    settings_mode: Mode = Mode.FULL
    owned: frozenset[Action] = frozenset()
    rules: Mapping[RuleKey, DeclaredRule] = field(default_factory=dict)
    absent: Mapping[RuleKey, DeclaredRule] = field(default_factory=dict)
    dropped: Mapping[RuleKey, DeclaredRule] = field(default_factory=dict)
    ignored: tuple[Ignore, ...] = ()
    settings: Mapping[str, DeclaredSetting] = field(default_factory=dict)
    when_missing: WhenMissing = WhenMissing.ERROR
    findings: tuple[Diagnostic, ...] = ()

    @property
    def reads(self) -> Reading:
        """What must be read of the live entity to compare it, and nothing more."""
        lists = bool(self.rules or self.absent or self.dropped or self.owned)
        return Reading(self.entity, lists, frozenset(self.settings), self._to_write)

    @property
    def _to_write(self) -> Collection[RuleKey]:
        observed = {action for action, mode in self.modes.items() if mode is Mode.OBSERVE}
        if not observed:
            return self.rules.keys()
        return [key for key in self.rules if key.action not in observed]


@dataclass(frozen=True, slots=True)
class DesiredState:
    """What all policies together declare; an entity that is not in it is unmanaged."""

    entities: Mapping[Entity, DesiredEntity] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """Which part of a live entity somebody wants to know.

    `declared` are the rules that may have to be written there. Of those that are not live yet the
    provider's review may want to know more; where all are, that need not be asked for.
    """

    entity: Entity
    rules: bool = True
    settings: frozenset[str] = frozenset()
    declared: Collection[RuleKey] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Account:
    """Where a target's data lives: the base URL and the account or reseller id, empty: unknown."""

    service: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class LiveEntity:
    """An entity as the service has it.

    `native_id` addresses it in calls; `live_name` is the service's own name for it. `ancestors` are
    the entities above, nearest first, at least of the scopes that were read so far, None when the
    service does not tell. `rules` holds the
    entity's own rows, never inherited ones. Removals are allowed only if `complete`: the
    listing was proven to be whole. A setting that is not in `settings` is unknown, never false.
    `facts` are what else the service says of it, for the provider's own review; `documents` those
    parts of its configuration, verbatim, that writing one of its settings may replace.
    """

    entity: Entity
    native_id: str
    live_name: str = ""
    ancestors: tuple[Ref, ...] | None = ()
    rules: tuple[LiveRule, ...] = ()
    complete: bool = True
    settings: Mapping[str, SettingValue] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveState:
    """What a target answered, entity by entity; each wanted entity is in exactly one mapping.

    `missing` entities are proven not to exist; `unread` ones could not be read, which is never the
    same as empty. The diagnostics say why.
    """

    account: Account
    entities: Mapping[Entity, LiveEntity] = field(default_factory=dict)
    missing: Mapping[Entity, Diagnostic] = field(default_factory=dict)
    unread: Mapping[Entity, Diagnostic] = field(default_factory=dict)
