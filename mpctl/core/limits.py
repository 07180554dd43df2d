"""The guards that count: removals, their share of an entity, what loosens and what tightens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from mpctl.core.change import Cause, Direction, RuleChange, Verb
from mpctl.core.guards import Check, Guard, Guards, Lifting
from mpctl.core.plan import EntityPlan, Plan

FLAGS: Final = {
    Guard.MAX_REMOVALS: "--allow-removals",
    Guard.MAX_REMOVALS_PERCENT: "--allow-removals",
    Guard.MAX_LOOSENING: "--allow-loosening",
    Guard.MAX_TIGHTENING: "--allow-tightening",
    Guard.PROTECT: "--allow-protected",
}
_SEVERAL: Final = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a run: as declared, and as lifted by hand or by entries in force that day."""

    guards: Guards
    lifting: Lifting
    today: date

    def check(self, plan: Plan) -> Iterator[Check]:
        """Count; a single entity is told of only where it goes beyond what is declared."""
        removals = sum(counted_removals(entity) for entity in plan.entities)
        guards, lifting, summary = self.guards, self.lifting, plan.summary
        yield self._count(Guard.MAX_REMOVALS, guards.max_removals, lifting.removals, removals)
        yield from (check for entity in plan.entities for check in self._share(entity))
        yield self._count(
            Guard.MAX_LOOSENING, guards.max_loosening, lifting.loosening, summary.loosens
        )
        yield self._count(
            Guard.MAX_TIGHTENING, guards.max_tightening, lifting.tightening, summary.tightens
        )

    def _count(self, guard: Guard, declared: int, by_hand: int | None, found: int) -> Check:
        limit, lifted_by = self._in_force(guard, declared)
        if by_hand is not None and by_hand > limit:
            limit, lifted_by = by_hand, f"{FLAGS[guard]} {by_hand}"
        return Check(
            guard,
            limit,
            found,
            refused=found > limit,
            lifted_by=lifted_by if found > declared else "",
            removals=found if guard is Guard.MAX_REMOVALS else 0,
        )

    def _share(self, plan: EntityPlan) -> Iterator[Check]:
        """Judge an entity that loses several rules; its share in percent is rounded up."""
        guard, declared = Guard.MAX_REMOVALS_PERCENT, self.guards.max_removals_percent
        removals, rules = counted_removals(plan), distinct_rules(plan)
        percent = -(-100 * removals // rules) if rules else 0
        if removals < _SEVERAL or percent <= declared:
            return
        limit, lifted_by = self._in_force(guard, declared)
        by_hand = self.lifting.removals
        allowed = by_hand is not None and removals <= by_hand
        if percent > limit and allowed:
            lifted_by = f"{FLAGS[guard]} {by_hand}"
        yield Check(
            guard,
            limit,
            percent,
            refused=percent > limit and not allowed,
            entity=str(plan.entity),
            lifted_by=lifted_by,
            what=f"{removals} of {rules} live rules",
            removals=removals,
        )

    def _in_force(self, guard: Guard, declared: int) -> tuple[int, str]:
        """The declared limit, or that of the highest entry which lifts it today."""
        lifts = (lift for lift in self.guards.lifts if lift.guard == guard)
        standing = [lift for lift in lifts if lift.until >= self.today and lift.up_to > declared]
        highest = max(standing, key=lambda lift: lift.up_to, default=None)
        return (highest.up_to, str(highest)) if highest else (declared, "")


def counted_removals(plan: EntityPlan) -> int:
    """The rules that would be gone: not surplus copies, not what moved or goes to the other list.

    A rule counts once, however many copies of it there are.
    """
    planned = [change for change in plan.planned if isinstance(change, RuleChange)]
    arriving = {(c.action, c.match) for c in planned if c.verb is Verb.CREATE}
    return sum(
        1
        for change in planned
        if change.verb is Verb.DELETE
        and change.direction is not Direction.NEUTRAL
        and (change.action.opposite, change.match) not in arriving
    )


def distinct_rules(plan: EntityPlan) -> int:
    """The live rules of an entity, each counted once: those that stay, and those that would go."""
    going = sum(
        1
        for change in plan.changes
        if isinstance(change, RuleChange)
        and change.verb is Verb.DELETE
        and change.cause is not Cause.SURPLUS
    )
    return plan.kept + plan.ignored + plan.unmanaged + going
