"""What a change at an ancestor would do below, and how declared entities are kept from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from mpctl.core.change import Direction, SettingChange, reading_order
from mpctl.core.entity import Entity, Ref
from mpctl.core.plan import EntityPlan
from mpctl.core.state import DesiredEntity, Mode


def with_pins(
    plans: Sequence[EntityPlan], desired: Mapping[Entity, DesiredEntity]
) -> tuple[EntityPlan, ...]:
    """Add the explicit writes that keep declared settings what they are.

    Reading a value does not tell whether it is the entity's own or inherited. So where a setting
    changes above, the declared value of each descendant is written before, also where it reads
    equal.
    """
    changing = {(plan.ref, change.name) for plan in plans for change in setting_changes(plan)}
    if not changing:
        return tuple(plans)
    return tuple(_pinned(plan, desired[plan.entity], changing) for plan in plans)


def setting_changes(plan: EntityPlan) -> Iterator[SettingChange]:
    """The planned changes of settings that really change a value."""
    for change in plan.planned:
        if isinstance(change, SettingChange) and not change.pins:
            yield change


def exposed(plan: EntityPlan, name: str, changing: set[tuple[Ref, str]]) -> bool:
    """Tell whether a setting of this entity could change because it changes above."""
    if plan.ancestors is None:
        return any(name == changed and ref != plan.ref for ref, changed in changing)
    return any((ancestor, name) in changing for ancestor in plan.ancestors)


def _pinned(plan: EntityPlan, desired: DesiredEntity, changing: set[tuple[Ref, str]]) -> EntityPlan:
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
        if name not in written and exposed(plan, name, changing)
    ]
    changes = sorted([*plan.changes, *pins], key=reading_order)
    return replace(plan, changes=tuple(changes)) if pins else plan
