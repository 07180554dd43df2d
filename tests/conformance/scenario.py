"""The scenario that everything is thrown at: it adds, removes, flips, moves and sets.

At the entity it adds, removes, flips both ways, collapses a duplicate, keeps rules and writes a
setting. Where the service has an entity above, a block moves up to it and an allow down from it,
and the setting changes above while it is declared to stay below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mpctl.core.entity import Entity
from mpctl.core.rule import Action
from mpctl.core.state import DesiredEntity
from tests.conformance.running import Bench, Snapshot
from tests.conformance.service import Service
from tests.conformance.table import Stage

Start = tuple[tuple[Action, str], ...]
Snapshots = Mapping[Entity, Snapshot]


@dataclass(frozen=True, slots=True)
class Scenario:
    """The rows to begin with at each entity, and where each of them goes."""

    service: Service
    rows: Mapping[Entity, Start]
    stages: Mapping[Entity, Stage]

    @property
    def desired(self) -> tuple[DesiredEntity, ...]:
        """The policies."""
        return tuple(stage.desired(self.service, e) for e, stage in self.stages.items())

    @property
    def starting(self) -> Iterator[tuple[Entity, Action, str]]:
        """All rows to begin with."""
        for entity, rows in self.rows.items():
            yield from ((entity, action, value) for action, value in rows)

    def begin(self, bench: Bench) -> Snapshots:
        """Bring a sandbox back to the beginning, and look."""
        bench.sandbox.reset()
        for entity, action, value in self.starting:
            self.service.put(bench.sandbox, entity, action, value)
        self.service.settle(bench.sandbox)
        return self.look(bench)

    def look(self, bench: Bench) -> Snapshots:
        """What is really live at each entity."""
        return {entity: bench.snapshot(entity) for entity in self.stages}

    def glimpse(self, bench: Bench) -> Snapshots:
        """The same without the rest of the account, which takes long to look at."""
        service, sandbox = bench.service, bench.sandbox
        return {
            entity: Snapshot(
                tuple(service.rows(sandbox, entity)), service.settings(sandbox, entity), rest=None
            )
            for entity in self.stages
        }

    def reached(self, bench: Bench) -> bool:
        """Whether every list is as declared, each rule once."""
        return all(
            bench.snapshot(entity).rules == Counter(stage.declared)
            for entity, stage in self.stages.items()
        )


def scenario(service: Service) -> Scenario:
    """The scenario of a service."""
    a, b, c, d, e, f, g, h, *more = service.values
    allow, block = Action.ALLOW, Action.BLOCK
    entity, above = service.entities[0], service.above
    rows: Start = (
        (allow, a),
        (allow, g),
        (block, b),
        (block, c),
        (block, c),
        (block, d),
        (block, h),
    )
    stage = Stage("everything at once", allow=(b, g, e), block=(a, c, h, f), setting=1)
    if above is None:
        rows = tuple(row for row in rows if row[0] in service.actions)
        return Scenario(service, {entity: rows}, {entity: stage.of(service)})
    i, j, *_ = more
    below = Stage("takes and gives", allow=(b, g, e, j), block=(a, c, h, f), setting=0)
    return Scenario(
        service,
        {entity: (*rows, (block, i)), above: ((allow, j), (block, d))},
        {entity: below, above: Stage("gives and takes", allow=(), block=(i, d), setting=1)},
    )
