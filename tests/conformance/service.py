"""What the conformance suite asks of a service; only `harness` knows which services there are.

Everything here speaks to ports and to the sandbox only, so that each service is held to the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import Entity
from mpctl.core.rule import Action, SettingValue
from mpctl.ports import Provider
from mpctl.sandbox import Sandbox, Switch
from tests.clock import FakeClock

Choice = Mapping[str, str]
NO_SWITCHES: Final[Choice] = {}
Setting = tuple[str, tuple[SettingValue, ...]]


class Rule(NamedTuple):
    """A rule by what it does: the action, and the one spelling that all others mean."""

    action: Action
    value: str

    @classmethod
    def of(cls, action: Action, text: str) -> Rule:
        """Read any spelling; a second reading that shares nothing with the one under test."""
        local, at, domain = text.strip().lower().removesuffix(".").rpartition("@")
        return cls(action, f"{local}{at}{domain.encode('idna').decode()}")


class Row(NamedTuple):
    """A live rule as the service stores it."""

    id: int | str
    action: Action
    value: str

    @property
    def rule(self) -> Rule:
        """The rule that the row holds."""
        return Rule.of(self.action, self.value)


class Effect(StrEnum):
    """What even a correct client cannot do at some switch values, and has to say."""

    REMOVALS_WITHHELD = "the listing or the owner is not proven, so nothing is removed"
    SETTINGS_REFUSED = "a write damages what it does not name, so settings are not written"
    FLIPS_REFUSED = "both actions cannot stand at once, and the old one may not be removed"


@dataclass(frozen=True, slots=True)
class Limit:
    """Where all these switches are at one of these values, the effect is to be expected."""

    effect: Effect
    when: Mapping[str, tuple[str, ...]]

    def holds(self, switches: Choice) -> bool:
        """Tell whether a choice of switches, defaults left out, is such a place."""
        return all(switches.get(name) in values for name, values in self.when.items())


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that a correct client may ask for and the service refuses at a switch value."""

    switches: Choice
    action: Action
    value: str


class Service(ABC):
    """What the suite asks of a service; values and names are those of its sample world.

    The `entities` may be written, two of them where there can be two; `twin` is another name of the
    first, `stranger` is not visible to the key, in any of `stranger_worlds`, and `absent` does not
    exist.
    `above` is an entity above the first, where rules can move to.
    `values` can be allowed and blocked; `spelled` are other spellings of the first of them, in the
    same order; `odd` is a live value that no policy expresses. `setting` is a name with its values,
    strictest first, or None. Whoever writes one rule a call needs `least_writes` calls for the
    scenario of the faults; `creates` and `removes` are the methods of calls that create a rule and
    remove one. At a choice of the `impossible` the table cannot be gone through; at one of the
    `blind` rows are hidden, or may be another's. With the `unpaced` switches the service refuses
    nothing for coming too fast, where time is real.
    """

    name: str
    capabilities: Capabilities
    switches: Mapping[str, Switch]
    entities: tuple[Entity, ...]
    twin: Entity
    stranger: Entity
    absent: Entity
    values: tuple[str, ...]
    spelled: tuple[str, ...]
    odd: str
    above: Entity | None = None
    setting: Setting | None = None
    least_writes: int = 8
    creates: str = "POST"
    removes: str = "DELETE"
    limits: tuple[Limit, ...] = ()
    impossible: tuple[Choice, ...] = ()
    blind: tuple[Choice, ...] = ()
    unpaced: Choice = NO_SWITCHES
    refusals: tuple[Refusal, ...] = ()
    fault_worlds: tuple[Choice, ...] = ({},)
    stranger_worlds: tuple[Choice, ...] = ({},)

    @abstractmethod
    def open(self, switches: Choice = NO_SWITCHES) -> Sandbox:
        """A sandbox that holds the sample world."""

    @abstractmethod
    def connect(
        self, sandbox: Sandbox, clock: FakeClock, *, writable: bool, connections: int = 4
    ) -> AbstractContextManager[Provider]:
        """A context in which there is a provider for one run."""

    @abstractmethod
    def environment(self, sandbox: Sandbox) -> Mapping[str, str]:
        """The variables that lead a process of its own to the sandbox."""

    @abstractmethod
    def rows(self, sandbox: Sandbox, entity: Entity) -> list[Row]:
        """The entity's rules as they really are."""

    @abstractmethod
    def settings(self, sandbox: Sandbox, entity: Entity) -> dict[str, SettingValue]:
        """The entity's managed settings as they really are."""

    @abstractmethod
    def rest(self, sandbox: Sandbox) -> Any:
        """Everything else that there is; no run may change it."""

    @abstractmethod
    def put(self, sandbox: Sandbox, entity: Entity, action: Action, value: str) -> None:
        """Add a row as another writer would."""

    @abstractmethod
    def take(self, sandbox: Sandbox, row: Row) -> None:
        """Take a row away as another writer would."""

    @abstractmethod
    def settle(self, sandbox: Sandbox) -> None:
        """Wait until reads show what was written."""

    @abstractmethod
    def listing(self, entity: Entity) -> str:
        """A pattern for the path of the entity's rule list."""

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions that it has lists for."""
        return tuple(action for action in Action if self.capabilities.kinds.get(action))

    def effects(self, switches: Choice) -> frozenset[Effect]:
        """What is to be expected at this choice of switches."""
        defaults = {name: switch.default for name, switch in self.switches.items()}
        chosen = {**defaults, **switches}
        return frozenset(limit.effect for limit in self.limits if limit.holds(chosen))

    def possible(self, switches: Choice) -> bool:
        """Tell whether the table can be gone through at this choice of switches."""
        return not any(clash.items() <= switches.items() for clash in self.impossible)
