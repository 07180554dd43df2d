"""Guards over a plan: what they must know beyond it is read here, and only where it matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mpctl.core.guards import Check, Guards, Lifting
from mpctl.core.limits import Limits
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.protection import NOTHING_READ, Protection, Selector
from mpctl.core.safelist import Safelists
from mpctl.core.stage import Stage
from mpctl.core.state import LiveState, Reading
from mpctl.diagnostics import MpctlError
from mpctl.ports import Provider
from mpctl.stages import during


@dataclass(frozen=True, slots=True)
class Guarding:
    """The guards of a run, and what was lifted by hand for it."""

    guards: Guards
    default_target: str
    lifting: Lifting = Lifting()  # noqa: RUF009 - it is frozen

    @during(Stage.DIFF)
    def over(self, plan: Plan, providers: Mapping[str, Provider], now: datetime) -> Plan:
        """The plan with what every guard finds in it; reads only, nothing where nothing changes."""
        limits = Limits(self.guards, self.lifting, now.astimezone(UTC).date())
        checks = [*limits.check(plan)]
        for target, provider in sorted(providers.items()):
            plans = [one for one in plan.actionable if one.entity.target == target]
            if plans:
                checks += self._protected(plans, provider)
                checks += _safelists(plans, provider)
        return replace(plan, guards=tuple(checks))

    def _protected(self, plans: Sequence[EntityPlan], provider: Provider) -> Iterator[Check]:
        target = plans[0].entity.target
        selectors = [Selector.parse(text, self.default_target) for text in self.guards.protect]
        here = [selector for selector in selectors if selector.of_target(target)]
        protection = Protection.of(plans, here, provider.capabilities)
        protection = replace(protection, resolved=_read(provider, protection.to_resolve()))
        protection = replace(protection, valued=_read(provider, protection.to_value()))
        yield from protection.check(self.lifting)


def _safelists(plans: Sequence[EntityPlan], provider: Provider) -> Iterator[Check]:
    safelists = Safelists(plans, provider.capabilities)
    yield from safelists.check(_read(provider, safelists.to_read()))


def _read(provider: Provider, wanted: Sequence[Reading]) -> LiveState:
    """What is wanted; a target that cannot be read at all is everybody unread."""
    if not wanted:
        return NOTHING_READ
    try:
        return provider.fetch(wanted)
    except MpctlError as error:
        problem = error.diagnostics[0]
        return replace(NOTHING_READ, unread={reading.entity: problem for reading in wanted})
