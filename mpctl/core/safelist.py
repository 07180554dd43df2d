"""Where only allowed senders get through, an empty allow list holds all mail.

Capabilities name the value of a setting at which that is so, as `exclusive` of Rackspace's
`filter_level`. Nothing lifts this guard: declare an allow, or another value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import Cause, RuleChange, SettingChange, Verb
from mpctl.core.guards import Check, Guard
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import Action
from mpctl.core.setting import SettingSpec
from mpctl.core.state import LiveState, Reading


@dataclass(frozen=True, slots=True)
class Safelists:
    """The allow lists of one target's plan, which may be all that lets mail through."""

    plans: Sequence[EntityPlan]
    capabilities: Capabilities

    def to_read(self) -> list[Reading]:
        """The entities that must be read, because their list may end up empty where it counts."""
        return [Reading(plan.entity, settings=frozenset({s.name})) for plan, s in self._doubtful()]

    def check(self, live: LiveState) -> Iterator[Check]:
        """Tell of every list that a plan leaves empty where it counts, or may leave so."""
        for plan, spec in self._doubtful():
            what = _emptied(plan, spec, live)
            if what:
                yield Check(
                    Guard.EMPTIED_SAFELIST, 0, 1, refused=True, entity=str(plan.entity), what=what
                )

    def _doubtful(self) -> Iterator[tuple[EntityPlan, SettingSpec]]:
        """Where something of the matter changes and the plan does not show that all is well."""
        for plan in self.plans:
            for spec in self.capabilities.settings.values():
                if spec.allowed_only is not None and _bears_on(plan, spec):
                    yield plan, spec


def _bears_on(plan: EntityPlan, spec: SettingSpec) -> bool:
    if not spec.stands_at(plan.entity.scope):
        return False
    written = _written(plan, spec)
    if written and written.after != spec.allowed_only:
        return False
    allows = [c for c in plan.planned if isinstance(c, RuleChange) and c.action is Action.ALLOW]
    if any(change.verb is Verb.CREATE for change in allows):
        return False
    removes = any(change.cause is not Cause.SURPLUS for change in allows)
    return removes or (written is not None and not written.pins)


def _emptied(plan: EntityPlan, spec: SettingSpec, live: LiveState) -> str:
    """What is wrong, in words; empty when an allow stays, or when the list is not all."""
    found = live.entities.get(plan.entity)
    if found is None:
        return f"whether an allow stays, and what {spec.name} is, could not be read"
    written = _written(plan, spec)
    value = written.after if written else found.settings.get(spec.name)
    gone = {
        change.key
        for change in plan.planned
        if isinstance(change, RuleChange) and change.cause is not Cause.SURPLUS
    }
    stays = {row.key for row in found.rules if row.key.action is Action.ALLOW} - gone
    if stays or value not in {spec.allowed_only, None}:
        return ""
    unknown = f"{spec.name} is unknown, and may be" if value is None else f"{spec.name} is"
    return f"no allow would be left where {unknown} {spec.allowed_only}"


def _written(plan: EntityPlan, spec: SettingSpec) -> SettingChange | None:
    writes = (c for c in plan.planned if isinstance(c, SettingChange) and c.name == spec.name)
    return next(writes, None)
