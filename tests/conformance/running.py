"""One run against a service in a sandbox, as the command line makes it, at a clock without cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mpctl.core.entity import Entity
from mpctl.core.outcome import ApplyResult
from mpctl.core.plan import Plan
from mpctl.core.rule import SettingValue
from mpctl.core.state import DesiredEntity, DesiredState
from mpctl.ports import SILENCE, Provider
from mpctl.reconcile import Applier, Convergence, Prepared, prepare
from mpctl.sandbox import Sandbox
from tests.clock import FakeClock
from tests.conformance.service import Row, Rule, Service


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is really live, seen past the provider."""

    rows: tuple[Row, ...]
    settings: dict[str, SettingValue]
    rest: Any

    @property
    def rules(self) -> Counter[Rule]:
        """The rules as a multiset."""
        return Counter(row.rule for row in self.rows)

    @property
    def first_ids(self) -> dict[Rule, int | str]:
        """The lowest id of each rule: the row that stays."""
        rows = sorted(self.rows, key=lambda row: (len(str(row.id)), str(row.id)), reverse=True)
        return {row.rule: row.id for row in rows}


@dataclass(frozen=True, slots=True)
class Bench:
    """A service in a running sandbox."""

    service: Service
    sandbox: Sandbox
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def entity(self) -> Entity:
        """The entity that most tests write to."""
        return self.service.entities[0]

    def snapshot(self, entity: Entity | None = None) -> Snapshot:
        """What is live at an entity, by default the first."""
        chosen = entity or self.entity
        rows = tuple(self.service.rows(self.sandbox, chosen))
        settings = self.service.settings(self.sandbox, chosen)
        return Snapshot(rows, settings, self.service.rest(self.sandbox))

    def plan(self, *desired: DesiredEntity) -> Plan:
        """Make a plan as `mpctl plan` does; the log proves that it writes nothing."""
        with self.service.connect(self.sandbox, self.clock, writable=False) as provider:
            return self._prepare(desired, (), provider).plan

    def apply(
        self, *desired: DesiredEntity, others: Sequence[DesiredEntity] = (), workers: int = 8
    ) -> ApplyResult:
        """Plan and carry out in one run, as `mpctl apply --confirm` does.

        `others` are declared as well, and not selected.
        """
        with self.service.connect(
            self.sandbox, self.clock, writable=True, connections=min(workers, 4)
        ) as provider:
            prepared = self._prepare(desired, others, provider)
            applier = Applier(
                prepared.desired,
                dict.fromkeys(_targets(desired), provider),
                now=self.clock.now(),
                convergence=Convergence(self.clock.sleep),
                progress=SILENCE,
                workers=workers,
            )
            return applier.run(prepared.plan)

    def _prepare(
        self,
        desired: Sequence[DesiredEntity],
        others: Sequence[DesiredEntity],
        provider: Provider,
    ) -> Prepared:
        writes = len(self.sandbox.writes())
        providers = dict.fromkeys(_targets(desired), provider)
        prepared = prepare(
            _state(desired),
            _state([*desired, *others]),
            providers,
            now=self.clock.now(),
            progress=SILENCE,
        )
        assert len(self.sandbox.writes()) == writes, "making a plan wrote"
        return prepared


def _state(desired: Iterable[DesiredEntity]) -> DesiredState:
    return DesiredState({entity.entity: entity for entity in desired})


def _targets(desired: Iterable[DesiredEntity]) -> set[str]:
    return {entity.entity.target for entity in desired}
