"""What a change of policies means by itself, without asking any service.

The base stands in for the live side: as if everything that it declares were live, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from mpctl.core.capabilities import Capabilities
from mpctl.core.diff import diff
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.rule import Action, LiveRule
from mpctl.core.sides import abandoned_entities, with_dropped
from mpctl.core.state import DesiredEntity, DesiredState, LiveEntity, Mode
from mpctl.diagnostics import Code, Diagnostic, Severity


def declared_changes(
    head: DesiredState,
    base: DesiredState,
    capabilities: Mapping[str, Capabilities],
    now: datetime,
) -> Plan:
    """Plan from the base to the head; `capabilities` are by target.

    What is only watched is no change. Lists that the head takes over, and entities that it lets
    go, are said: what is live there can only a plan tell.
    """
    entities = tuple(
        _entity_plan(desired, base.entities.get(entity), capabilities[entity.target], now)
        for entity, desired in sorted(with_dropped(head, base).entities.items())
    )
    abandoned = tuple(let_go(entity) for entity in abandoned_entities(head, base))
    return Plan(entities=entities, abandoned=abandoned)


def let_go(entity: DesiredEntity, live: int | None = None) -> Diagnostic:
    """Say that an entity has no document any more; `live` is how many rules it has, if known."""
    declared = f"{len(entity.rules)} rule" + ("" if len(entity.rules) == 1 else "s")
    stays = "what is live stays" if live is None else f"what is live stays ({live} rules)"
    return Diagnostic(
        Code.ABANDONED,
        f"{entity.entity.path} has no document any more: {stays}, and nothing is managed there",
        why=f"It declared {declared}; deleting a document removes nothing.",
        fix="To have them removed, keep the document with empty lists until that is applied.",
        origin=entity.origin,
        severity=Severity.WARNING,
        entity=str(entity.entity),
    )


def _entity_plan(
    head: DesiredEntity, base: DesiredEntity | None, capabilities: Capabilities, now: datetime
) -> EntityPlan:
    if head is base:
        return _unchanged(head, now)
    plan = diff(head, _as_live(head, base, now), capabilities=capabilities, now=now)
    return replace(plan, changes=plan.planned, findings=(*plan.findings, *_taken_over(head, base)))


def _unchanged(desired: DesiredEntity, now: datetime) -> EntityPlan:
    """What comparing an entity with itself comes to."""
    standing = sum(1 for rule in desired.rules.values() if not rule.expired(now))
    return EntityPlan(
        desired.entity,
        desired.origin,
        kept=standing,
        live_rules=standing,
        findings=desired.findings,
    )


def _as_live(head: DesiredEntity, base: DesiredEntity | None, now: datetime) -> LiveEntity:
    if base is None:
        return LiveEntity(head.entity, native_id="")
    rules = (rule for rule in base.rules.values() if not rule.expired(now))
    return LiveEntity(
        head.entity,
        native_id="",
        rules=tuple(LiveRule(rule.key, rule.shown) for rule in rules),
        settings={name: setting.value for name, setting in base.settings.items()},
    )


def _taken_over(head: DesiredEntity, base: DesiredEntity | None) -> Iterator[Diagnostic]:
    for action in Action:
        if _cleans(head, action) and not (base and _cleans(base, action)):
            yield Diagnostic(
                Code.TAKEN_OVER,
                f"the {action} list is the whole list from now on",
                why="Live rules that nothing declares will be removed; only a plan can say which.",
                origin=head.origin,
                severity=Severity.NOTE,
                entity=str(head.entity),
            )


def _cleans(desired: DesiredEntity, action: Action) -> bool:
    return action in desired.owned and desired.modes[action] is Mode.FULL
