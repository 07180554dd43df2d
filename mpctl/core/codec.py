"""Plans, outcomes and diagnostics as JSON values; `schemas/` describes what they look like."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from mpctl.core.change import Change, RuleChange, SettingChange, Twin
from mpctl.core.entity import Entity
from mpctl.core.guards import Check
from mpctl.core.outcome import ApplyResult, Outcome
from mpctl.core.plan import EntityPlan, Plan
from mpctl.diagnostics import Diagnostic, Origin

FORMAT_VERSION: Final = 1

Json = dict[str, Any]


def plan_to_json(plan: Plan, *, created: datetime, version: str) -> Json:
    """A plan as one document, valid against `plan.schema.json`.

    `created` has a zone; `version` is that of the mpctl which made the plan.
    """
    document: Json = {
        "format_version": FORMAT_VERSION,
        "mpctl_version": version,
        "created": created.isoformat(timespec="seconds"),
        "digest": plan.digest,
        "accounts": {
            target: {"service": account.service, "number": account.number}
            for target, account in sorted(plan.accounts.items())
        },
        "entities": [_entity_plan(entity) for entity in plan.entities],
        "waiting": [diagnostic_to_json(d) for d in plan.waiting],
        "problems": [diagnostic_to_json(d) for d in plan.problems],
        "guards": [_check(check) for check in plan.guards],
        "base": plan.base,
        "partial": plan.partial,
        "abandoned": [diagnostic_to_json(d) for d in plan.abandoned],
        "summary": asdict(plan.summary),
    }
    return {**document, "checksum": checksum(document)}


def checksum(document: Mapping[str, Any]) -> str:
    """SHA-256 over everything in a document but its `checksum`: shows that somebody changed it."""
    rest = {key: value for key, value in document.items() if key != "checksum"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def result_to_json(result: ApplyResult) -> Json:
    """What became of a plan, operation by operation."""
    return {
        "outcomes": [
            outcome_to_json(outcome) for ends in result.outcomes.values() for outcome in ends
        ],
        "findings": [diagnostic_to_json(d) for d in result.findings],
        "interrupted": result.interrupted,
    }


def diagnostic_to_json(diagnostic: Diagnostic) -> Json:
    """One problem; keys without a value are left out."""
    full = {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code.value,
        "summary": diagnostic.summary,
        "why": diagnostic.why,
        "fix": diagnostic.fix,
        "entity": diagnostic.entity,
        "origin": diagnostic.origin and _origin(diagnostic.origin),
    }
    return {key: value for key, value in full.items() if value}


def _check(check: Check) -> Json:
    full = {**asdict(check), "guard": check.guard.value}
    return {key: value for key, value in full.items() if value != ""}


def _entity_plan(plan: EntityPlan) -> Json:
    return {
        **entity_to_json(plan.entity),
        "origin": _origin(plan.origin),
        "native_id": plan.native_id,
        "live_name": plan.live_name,
        "ancestors": None if plan.ancestors is None else [list(ref) for ref in plan.ancestors],
        "changes": [change_to_json(change) for change in plan.changes],
        "live": {action.value: list(rows) for action, rows in plan.ground.items()},
        "live_rules": plan.live_rules,
        "kept": plan.kept,
        "ignored": plan.ignored,
        "unmanaged": plan.unmanaged,
        "findings": [diagnostic_to_json(d) for d in plan.findings],
    }


def entity_to_json(entity: Entity) -> Json:
    """An entity by its full name and by its parts."""
    return {
        "entity": str(entity),
        "target": entity.target,
        "scope": entity.scope,
        "name": entity.shown or entity.name,
    }


def change_to_json(change: Change) -> Json:
    """One change; `entity` is said by what it stands in."""
    common: Json = {
        "verb": change.verb.value,
        "direction": change.direction.value,
        "standing": change.standing.value,
        "origins": [_origin(origin) for origin in change.origins],
        **({"group": change.group.value} if change.group else {}),
    }
    if isinstance(change, SettingChange):
        return {
            **common,
            "setting": change.name,
            "before": change.before,
            "after": change.after,
            "meaning": change.meaning,
            "users_below": change.users_below,
        }
    return {**common, **_rule(change)}


def _rule(change: RuleChange) -> Json:
    rule = change.declaration
    full = {
        "action": change.action.value,
        "kind": change.match.kind.value,
        "match": change.match.value,
        "shown": change.shown,
        "cause": change.cause.value,
        "copies": change.copies,
        "reason": rule.reason if rule else "",
        "ticket": rule.ticket if rule else "",
        "requested_by": rule.requested_by if rule else "",
        "until": rule.expires.text if rule and rule.expires else "",
        "ends": rule.expires.moment.isoformat() if rule and rule.expires else "",
        "declared_as": rule.shown if rule and rule.shown != change.shown else "",
        "twin": _twin(change.twin) if change.twin else "",
    }
    return {key: value for key, value in full.items() if value != ""}


def _twin(twin: Twin) -> Json:
    return {"tie": twin.tie.value, "entity": str(twin.entity)}


def outcome_to_json(outcome: Outcome) -> Json:
    """How one operation ended."""
    change = outcome.operation.change
    return {
        "entity": str(change.entity),
        "change": change_to_json(change),
        "native_id": outcome.operation.native_id,
        "status": outcome.status.value,
        "detail": outcome.detail,
        **({"code": outcome.code.value} if outcome.code else {}),
    }


def _origin(origin: Origin) -> Json:
    return {"path": origin.path, "line": origin.line, "column": origin.column}
