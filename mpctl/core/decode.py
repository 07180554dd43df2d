"""A plan back from its JSON document, exactly as it was; nothing in it is ever executed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mpctl.core.change import (
    Cause,
    Change,
    Direction,
    Group,
    RuleChange,
    SettingChange,
    Standing,
    Tie,
    Twin,
    Verb,
)
from mpctl.core.codec import FORMAT_VERSION, checksum
from mpctl.core.entity import Entity, Ref, parse_entity
from mpctl.core.guards import Check, Guard
from mpctl.core.match import Kind, Match
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.rule import Action, DeclaredRule, DeclaredSetting, Expiry, RuleKey
from mpctl.core.state import Account
from mpctl.diagnostics import Code, Diagnostic, Origin, Severity

Json = Mapping[str, Any]


class DecodeError(ValueError):
    """A document that is no plan of this format; the message says why, in words for the user."""


def plan_from_json(document: Any) -> Plan:
    """Read what `plan_to_json` wrote.

    Raises DecodeError when it is something else, of another format, or was changed since.
    """
    if not isinstance(document, dict) or "format_version" not in document:
        raise DecodeError("it is not a plan")
    if document["format_version"] != FORMAT_VERSION:
        raise DecodeError(f"it has format version {document['format_version']}")
    if document.get("checksum") != checksum(document):
        raise DecodeError("it was changed since it was written")
    try:
        plan = _plan(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DecodeError("it does not have the shape of a plan") from error
    if plan.digest != document["digest"]:
        raise DecodeError("its digest is not that of its content")
    return plan


def _plan(document: Json) -> Plan:
    return Plan(
        accounts={
            target: Account(account["service"], account["number"])
            for target, account in document["accounts"].items()
        },
        entities=tuple(_entity_plan(entity) for entity in document["entities"]),
        waiting=tuple(diagnostic_from_json(d) for d in document["waiting"]),
        problems=tuple(diagnostic_from_json(d) for d in document["problems"]),
        base=document["base"],
        partial=document["partial"],
        abandoned=tuple(diagnostic_from_json(d) for d in document["abandoned"]),
        guards=tuple(_check(check) for check in document["guards"]),
    )


def _check(document: Json) -> Check:
    return Check(**{**document, "guard": Guard(document["guard"])})


def entity_from_json(document: Json) -> Entity:
    """An entity by its parts."""
    name = document["name"]
    return Entity(document["target"], document["scope"], name.casefold(), shown=name)


def _entity_plan(document: Json) -> EntityPlan:
    entity = entity_from_json(document)
    ancestors = document["ancestors"]
    return EntityPlan(
        entity=entity,
        origin=_origin(document["origin"]),
        native_id=document["native_id"],
        live_name=document["live_name"],
        ancestors=None if ancestors is None else tuple(Ref(*pair) for pair in ancestors),
        changes=tuple(change_from_json(entity, change) for change in document["changes"]),
        kept=document["kept"],
        ignored=document["ignored"],
        unmanaged=document["unmanaged"],
        live_rules=document["live_rules"],
        ground={Action(action): tuple(rows) for action, rows in document["live"].items()},
        findings=tuple(diagnostic_from_json(d) for d in document["findings"]),
    )


def change_from_json(entity: Entity, document: Json) -> Change:
    """One change at an entity; raises KeyError, TypeError or ValueError for anything else."""
    if "setting" in document:
        return _setting_change(entity, document)
    key = RuleKey(Action(document["action"]), Match(Kind(document["kind"]), document["match"]))
    return RuleChange(
        entity=entity,
        verb=Verb(document["verb"]),
        key=key,
        shown=document["shown"],
        direction=Direction(document["direction"]),
        cause=Cause(document["cause"]),
        standing=Standing(document["standing"]),
        declaration=_declaration(key, document),
        copies=document["copies"],
        group=_group(document),
        twin=_twin(document["twin"]) if "twin" in document else None,
    )


def _twin(document: Json) -> Twin:
    return Twin(Tie(document["tie"]), parse_entity(document["entity"], default_target=""))


def _setting_change(entity: Entity, document: Json) -> SettingChange:
    origins = [_origin(origin) for origin in document["origins"]]
    name, after = document["setting"], document["after"]
    return SettingChange(
        entity=entity,
        name=name,
        before=document["before"],
        after=after,
        direction=Direction(document["direction"]),
        standing=Standing(document["standing"]),
        declaration=DeclaredSetting(name, after, origins[0]) if origins else None,
        meaning=document["meaning"],
        users_below=document["users_below"],
        group=_group(document),
    )


def _group(document: Json) -> Group | None:
    return Group(document["group"]) if "group" in document else None


def _declaration(key: RuleKey, document: Json) -> DeclaredRule | None:
    if not document["origins"]:
        return None
    until = document.get("until")
    return DeclaredRule(
        key=key,
        shown=document.get("declared_as", document["shown"]),
        origins=tuple(_origin(origin) for origin in document["origins"]),
        expires=Expiry(until, datetime.fromisoformat(document["ends"])) if until else None,
        reason=document.get("reason", ""),
        ticket=document.get("ticket", ""),
        requested_by=document.get("requested_by", ""),
    )


def diagnostic_from_json(document: Json) -> Diagnostic:
    """One problem; raises KeyError, TypeError or ValueError for anything else."""
    origin = document.get("origin")
    return Diagnostic(
        code=Code(document["code"]),
        summary=document["summary"],
        why=document.get("why", ""),
        fix=document.get("fix", ""),
        origin=_origin(origin) if origin else None,
        severity=Severity(document["severity"]),
        entity=document.get("entity", ""),
    )


def _origin(document: Json) -> Origin:
    return Origin(document["path"], document["line"], document["column"])
