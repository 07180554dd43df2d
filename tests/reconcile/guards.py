"""Plans over a forest, and what the guards find in them."""

from __future__ import annotations

from collections.abc import Sequence

from mpctl.core.entity import parse_entity
from mpctl.core.guards import Check, Guard, Guards, Lifting
from mpctl.core.plan import Plan
from mpctl.core.state import DesiredEntity
from mpctl.reconcile import Guarding
from tests.laws.forest import TARGET, ForestProvider, planned
from tests.strategies import NOW


def guarded(
    provider: ForestProvider,
    policies: Sequence[DesiredEntity],
    guards: Guards | None = None,
    lifting: Lifting | None = None,
) -> Plan:
    """The plan for these policies, with what the guards find in it."""
    plan = planned(provider, policies).plan
    assert plan.problems == ()
    guarding = Guarding(guards or Guards(), TARGET, lifting or Lifting())
    return guarding.over(plan, {TARGET: provider}, NOW)


def the(plan: Plan, guard: Guard) -> Check:
    """The one check of a guard."""
    (check,) = (check for check in plan.guards if check.guard is guard)
    return check


def allowing(*entities: str) -> Lifting:
    """What --allow-protected lifts."""
    return Lifting(protected=tuple(parse_entity(e, default_target=TARGET) for e in entities))
