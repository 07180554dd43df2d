"""Which entities stand above or below each other, and what has to wait for what because of it.

A rule or setting of a reseller holds for its customers, domains, groups and users too. So entities
of one chain are written together, stage by stage; entities of different chains are independent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import Entity, Ref
from mpctl.core.plan import EntityPlan
from mpctl.core.schedule import Batch, Step, schedule
from mpctl.core.state import LiveEntity

Chain = tuple[EntityPlan, ...]
Stage = tuple[Batch, ...]


def chains(plans: Sequence[EntityPlan]) -> tuple[Chain, ...]:
    """Group plans so that nobody in one group is above or below one in another.

    A group is of one target: ids are unique within a service's account only.
    """
    groups = _Groups(plans)
    for plan in plans:
        for ancestor in groups.known_ancestors(plan):
            groups.join(plan, ancestor)
    return groups.finish()


def related(one: EntityPlan, other: EntityPlan) -> bool:
    """Tell whether one stands above the other; where nobody knows, they count as related."""
    if one.entity.target != other.entity.target:
        return False
    if one.ancestors is None or other.ancestors is None:
        return one.entity.scope != other.entity.scope
    return one.ref in other.ancestors or other.ref in one.ancestors


def stages(
    chain: Chain, live: Mapping[Entity, LiveEntity], capabilities: Capabilities
) -> tuple[Stage, ...]:
    """Order the batches of a chain; those of one stage may run concurrently across entities.

    Every creation comes before every removal, and a setting is written at the bottom first, so that
    a descendant has its own value before an ancestor's changes.
    """

    def order(batch: Batch) -> tuple[Step, int]:
        bottom_up = -capabilities.depth(batch.entity.scope) if batch.step is Step.SETTINGS else 0
        return batch.step, bottom_up

    alone = len(chain) == 1
    batches = sorted(
        (
            batch
            for plan in chain
            for batch in schedule(plan, live[plan.entity], capabilities, alone=alone)
        ),
        key=order,
    )
    return tuple(tuple(stage) for _, stage in groupby(batches, order))


@dataclass(slots=True)
class _Groups:
    """Sets of plans that are merged as relations become known."""

    plans: Sequence[EntityPlan]
    parent: dict[Entity, Entity]
    by_ref: dict[tuple[str, Ref], EntityPlan]

    def __init__(self, plans: Sequence[EntityPlan]) -> None:
        self.plans = plans
        self.parent = {plan.entity: plan.entity for plan in plans}
        self.by_ref = {(plan.entity.target, plan.ref): plan for plan in plans}

    def known_ancestors(self, plan: EntityPlan) -> Iterator[EntityPlan]:
        if plan.ancestors is None:
            yield from (other for other in self.plans if related(plan, other))
            return
        for ref in plan.ancestors:
            above = self.by_ref.get((plan.entity.target, ref))
            if above is not None:
                yield above

    def join(self, one: EntityPlan, other: EntityPlan) -> None:
        self.parent[self._root(one.entity)] = self._root(other.entity)

    def finish(self) -> tuple[Chain, ...]:
        groups: dict[Entity, list[EntityPlan]] = {}
        for plan in self.plans:
            groups.setdefault(self._root(plan.entity), []).append(plan)
        return tuple(tuple(group) for group in groups.values())

    def _root(self, entity: Entity) -> Entity:
        while self.parent[entity] != entity:
            self.parent[entity] = self.parent[self.parent[entity]]
            entity = self.parent[entity]
        return entity
