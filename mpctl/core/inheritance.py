"""What a change at an ancestor would do below, and how declared entities are kept from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import Direction, SettingChange, reading_order
from mpctl.core.entity import Entity, Ref
from mpctl.core.plan import EntityPlan
from mpctl.core.state import DesiredEntity, Mode


@dataclass(frozen=True, slots=True)
class Changing:
    """The settings that plans change, each at an entity: what may come down by inheritance.

    `highest` is the depth of the highest level at which each of them changes.
    """

    settings: frozenset[tuple[Ref, str]]
    highest: Mapping[str, int]
    capabilities: Capabilities

    @classmethod
    def of(cls, plans: Iterable[EntityPlan], capabilities: Capabilities) -> Changing:
        """Collect the settings that change in these plans."""
        settings = frozenset((p.ref, change.name) for p in plans for change in setting_changes(p))
        bottom_up = sorted(settings, key=lambda s: capabilities.depth(s[0].scope), reverse=True)
        highest = {name: capabilities.depth(ref.scope) for ref, name in bottom_up}
        return cls(settings, highest, capabilities)

    def may_reach(self, scope: str, name: str) -> bool:
        """Tell whether a setting changes at any level above a scope."""
        depth = self.capabilities.depth(scope)
        return self.highest.get(name, depth) < depth

    def reaches(self, scope: str, ancestors: Sequence[Ref] | None, name: str) -> bool:
        """Tell whether it changes at one of these ancestors; if they are unknown, at any level."""
        if ancestors is None:
            return self.may_reach(scope, name)
        return any((ancestor, name) in self.settings for ancestor in ancestors)


def with_pins(
    plans: Sequence[EntityPlan],
    desired: Mapping[Entity, DesiredEntity],
    capabilities: Capabilities,
) -> tuple[EntityPlan, ...]:
    """Add the explicit writes that keep declared settings what they are.

    Reading a value does not tell whether it is the entity's own or inherited. So where a setting
    changes above, the declared value of each descendant is written before, also where it reads
    equal.
    """
    changing = Changing.of(plans, capabilities)
    return tuple(_pinned(plan, desired[plan.entity], changing) for plan in plans)


def setting_changes(plan: EntityPlan) -> Iterator[SettingChange]:
    """The planned changes of settings that really change a value."""
    for change in plan.planned:
        if isinstance(change, SettingChange) and not change.pins:
            yield change


def _pinned(plan: EntityPlan, desired: DesiredEntity, changing: Changing) -> EntityPlan:
    if desired.settings_mode is Mode.OBSERVE:
        return plan
    written = {change.name for change in plan.changes if isinstance(change, SettingChange)}
    pins = [
        SettingChange(
            entity=plan.entity,
            name=name,
            before=setting.value,
            after=setting.value,
            direction=Direction.NEUTRAL,
            declaration=setting,
        )
        for name, setting in desired.settings.items()
        if name not in written and changing.reaches(plan.entity.scope, plan.ancestors, name)
    ]
    changes = sorted([*plan.changes, *pins], key=reading_order)
    return replace(plan, changes=tuple(changes)) if pins else plan
