"""A small account, and a provider for one run in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from mpctl.core.change import Cause, Direction, RuleChange, Verb
from mpctl.core.entity import Entity
from mpctl.core.match import Kind, parse_match
from mpctl.core.outcome import Outcome
from mpctl.core.rule import Action, RuleKey
from mpctl.core.schedule import Batch, Operation, Step
from mpctl.core.state import LiveState, Reading
from mpctl.ports import Provider
from mpctl.sandbox import Fault, Sandbox
from tests.clock import FakeClock
from tests.conformance.relay import RELAY, order

MB39, MB41 = RELAY.entities
MB33 = order("mb33")


def key(value: str, kind: Kind | None = None) -> RuleKey:
    """A block."""
    return RuleKey(Action.BLOCK, parse_match(value, kind))


@dataclass
class World:
    """An open simulator and a provider; time passes only where somebody waits."""

    sandbox: Sandbox
    provider: Provider
    clock: FakeClock = field(default_factory=FakeClock)

    def fetch(self, *entities: Entity) -> LiveState:
        """Read these entities."""
        return self.provider.fetch([Reading(entity) for entity in entities])

    def create(
        self, *values: str, at: Entity = MB39, meanwhile: Sequence[Entity] = ()
    ) -> list[Outcome]:
        """Create rules in one batch, after the reading that every write follows.

        The entities of `meanwhile` are read one by one right before the batch.
        """
        live = self.fetch(at).entities[at]
        for entity in meanwhile:
            self.fetch(entity)
        operations = [
            Operation(RuleChange(at, Verb.CREATE, key(v), v, Direction.TIGHTENS, Cause.DECLARED))
            for v in values
        ]
        batch = Batch(at, live.native_id, Step.WINNER_IN, tuple(operations))
        return list(self.provider.apply(batch))

    def delete(self, *ids: str, at: Entity = MB39) -> list[Outcome]:
        """Delete rows in one batch, after the reading that every write follows."""
        live = self.fetch(at).entities[at]
        by_id = {rule.native_id: rule for rule in live.rules}
        operations = [
            Operation(
                RuleChange(
                    *(at, Verb.DELETE, by_id[i].key, i), Direction.LOOSENS, Cause.UNDECLARED
                ),
                native_id=i,
            )
            for i in ids
        ]
        batch = Batch(at, live.native_id, Step.WINNER_OUT, tuple(operations))
        return list(self.provider.apply(batch))

    def put(self, *values: str, at: Entity = MB39) -> list[str]:
        """Rows of somebody else; gives their ids."""
        state = self.sandbox.mailbaby.state
        kinds = [("email" if "@" in value else "domain", value) for value in values]
        return [str(state.add_rule(at.name, kind, value).id) for kind, value in kinds]

    def live(self, at: Entity = MB39) -> list[str]:
        """What really stands at an order."""
        return [rule.data for rule in self.sandbox.mailbaby.state.rules_of(at.name)]

    def fault(self, text: str) -> None:
        """Disturb requests."""
        self.sandbox.inject(Fault.parse(text))

    def said(self, start: int = 0) -> list[str]:
        """The requests since, in a few words."""
        return [f"{r.method} {r.path}" for r in self.sandbox.requests[start:]]


@contextmanager
def account(switches: Mapping[str, str] | None = None) -> Iterator[World]:
    """The account of the suite, at a choice of switches."""
    clock = FakeClock()
    with (
        RELAY.open(switches or {}) as sandbox,
        RELAY.connect(sandbox, clock, writable=True) as provider,
    ):
        yield World(sandbox, provider, clock)


def ends(outcomes: Sequence[Outcome]) -> list[tuple[str, str]]:
    """How operations ended, in two words each."""
    return [(outcome.status.value, outcome.detail) for outcome in outcomes]
