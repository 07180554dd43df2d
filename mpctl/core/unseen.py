"""Changes that wait for a declared entity which could not be read.

Where such an entity stands is not known, nor what is live there. A setting that changes above it
might come down to it in place of what is declared for it, and a rule that goes elsewhere may be
one that moved to it and is not there yet. Both are withheld; everything else goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import Cause, Change, RuleChange, SettingChange, Standing, Verb
from mpctl.core.plan import EntityPlan
from mpctl.core.state import DesiredEntity, Mode
from mpctl.core.verdict import meet
from mpctl.diagnostics import Code, Diagnostic, Severity


def withhold_for_unseen(
    plan: EntityPlan, unseen: Sequence[DesiredEntity], capabilities: Capabilities, now: datetime
) -> EntityPlan:
    """Withhold the planned changes that must wait for one of these entities, and say so."""
    for other in unseen:
        changes = [_withheld(change, other, capabilities, now) for change in plan.changes]
        number = sum(new is not old for new, old in zip(changes, plan.changes, strict=True))
        if number:
            findings = (*plan.findings, _finding(plan, other, number))
            plan = replace(plan, changes=tuple(changes), findings=findings)
    return plan


def _withheld(
    change: Change, other: DesiredEntity, capabilities: Capabilities, now: datetime
) -> Change:
    planned = change.standing is Standing.PLANNED
    if planned and _waits(change, other, capabilities, now):
        return replace(change, standing=Standing.WITHHELD)
    return change


def _waits(change: Change, other: DesiredEntity, capabilities: Capabilities, now: datetime) -> bool:
    depth, entity = capabilities.depth, change.entity
    if entity.target != other.entity.target:
        return False
    if isinstance(change, SettingChange):
        below = depth(entity.scope) < depth(other.entity.scope)
        return below and change.name in other.settings and other.settings_mode is not Mode.OBSERVE
    if change.verb is not Verb.DELETE or change.cause is Cause.SURPLUS:
        return False
    return depth(entity.scope) != depth(other.entity.scope) and _may_take_over(other, change, now)


def _may_take_over(other: DesiredEntity, change: RuleChange, now: datetime) -> bool:
    """Tell whether a rule that goes may be one that moves to the other entity."""
    return other.modes[change.action] is not Mode.OBSERVE and any(
        key.action is change.action and meet(key.match, change.match) and not rule.expired(now)
        for key, rule in other.rules.items()
    )


def _finding(plan: EntityPlan, other: DesiredEntity, number: int) -> Diagnostic:
    what = "1 change waits" if number == 1 else f"{number} changes wait"
    return Diagnostic(
        Code.UNSEEN,
        f"{what} for {other.entity.path}, which could not be read",
        why="A setting could come down to it by inheritance; a rule may have moved to it.",
        fix="Plan again when it can be read.",
        severity=Severity.WARNING,
        entity=str(plan.entity),
    )
