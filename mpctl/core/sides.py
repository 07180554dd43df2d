"""Three sides: what a Git revision declared, what the policies declare now, and what is live.

Git is the state file. A rule that the base declared and the head does not is to go, whatever the
mode of its list; and each change has a group: this change asks for it, or it was different before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from mpctl.core.change import Cause, Change, Group, RuleChange, SettingChange, Standing, Verb
from mpctl.core.entity import Entity
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.rule import DeclaredRule, RuleKey
from mpctl.core.state import DesiredEntity, DesiredState, Mode


def with_dropped(head: DesiredState, base: DesiredState) -> DesiredState:
    """The head's policies, each entity with the rules that the base declared and it does not."""
    return DesiredState(
        {
            entity: _with_dropped(desired, base.entities.get(entity))
            for entity, desired in head.entities.items()
        }
    )


def _with_dropped(head: DesiredEntity, base: DesiredEntity | None) -> DesiredEntity:
    if base is None or base is head:
        return head
    return replace(head, dropped=_dropped(head, base))


def _dropped(head: DesiredEntity, base: DesiredEntity) -> Mapping[RuleKey, DeclaredRule]:
    """Rules that only the base declares, in lists that it did more than watch."""
    return {
        key: rule
        for key, rule in base.rules.items()
        if key not in head.rules
        and key not in head.absent
        and not any(ignore.matches(key) for ignore in head.ignored)
        and base.modes[key.action] is not Mode.OBSERVE
    }


def changed_entities(head: DesiredState, base: DesiredState) -> frozenset[Entity]:
    """The entities whose desired state is not the same; where it is written does not count."""
    return frozenset(
        entity
        for entity, desired in head.entities.items()
        if not _alike(desired, base.entities.get(entity))
    )


def abandoned_entities(head: DesiredState, base: DesiredState) -> tuple[DesiredEntity, ...]:
    """The entities that the base had a document for and the head has not: unmanaged from now on."""
    return tuple(
        base.entities[entity] for entity in sorted(base.entities.keys() - head.entities.keys())
    )


def seen_from(plan: Plan, base: DesiredState, now: datetime) -> Plan:
    """Say of every change of a plan why it is there."""
    entities = (grouped(one, base.entities.get(one.entity), now) for one in plan.entities)
    return replace(plan, entities=tuple(entities))


def grouped(plan: EntityPlan, base: DesiredEntity | None, now: datetime) -> EntityPlan:
    """Say of each change why it is there; `base` is None for an entity that it did not name."""
    changes = tuple(replace(change, group=_group(change, base, now)) for change in plan.changes)
    return replace(plan, changes=changes)


def _group(change: Change, base: DesiredEntity | None, now: datetime) -> Group:
    if isinstance(change, RuleChange) and change.cause is Cause.EXPIRED:
        return Group.EXPIRED
    if change.standing is Standing.OBSERVED:
        return Group.DRIFT
    if base is None:
        return Group.THIS_CHANGE
    if isinstance(change, SettingChange):
        return _setting_group(change, base)
    return _rule_group(change, base, now)


def _setting_group(change: SettingChange, base: DesiredEntity) -> Group:
    declared = base.settings.get(change.name)
    asked_before = declared is not None and declared.value == change.after
    written = base.settings_mode is not Mode.OBSERVE
    return Group.PENDING if asked_before and written else Group.THIS_CHANGE


def _rule_group(change: RuleChange, base: DesiredEntity, now: datetime) -> Group:
    if base.modes[change.action] is Mode.OBSERVE:
        return Group.THIS_CHANGE
    declared = base.rules.get(change.key)
    if change.verb is Verb.CREATE:
        stood = declared is not None and not declared.expired(now)
        return Group.PENDING if stood else Group.THIS_CHANGE
    if change.cause is Cause.ABSENT and change.key in base.absent:
        return Group.PENDING
    if change.cause in {Cause.UNDECLARED, Cause.SURPLUS} and _cleans(base, change):
        return Group.DRIFT
    return Group.THIS_CHANGE


def _cleans(base: DesiredEntity, change: RuleChange) -> bool:
    """Tell whether the base already removed from this list what nothing declares."""
    owned = change.action in base.owned and base.modes[change.action] is Mode.FULL
    return owned and not any(ignore.matches(change.key) for ignore in base.ignored)


def _alike(head: DesiredEntity, base: DesiredEntity | None) -> bool:
    return head is base or (base is not None and _content(head) == _content(base))


def _content(desired: DesiredEntity) -> tuple[object, ...]:
    """What an entity asks for, without places, reasons and spellings."""
    return (
        dict(desired.modes),
        desired.settings_mode,
        desired.owned,
        {key: rule.expires and rule.expires.moment for key, rule in desired.rules.items()},
        frozenset(desired.absent),
        frozenset((ignore.action, ignore.glob) for ignore in desired.ignored),
        {name: setting.value for name, setting in desired.settings.items()},
        desired.when_missing,
    )
