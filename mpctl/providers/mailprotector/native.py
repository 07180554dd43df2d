"""The two pure translations: from Mailprotector's rows, to its bodies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple

from mpctl.core.rule import Action, LiveRule, RuleKey, SettingValue, live_key

_ENTITY_TYPES: Final[Mapping[str, frozenset[str]]] = {
    "resellers": frozenset({"account", "reseller"}),
    "customers": frozenset({"account", "customer"}),
    "domains": frozenset({"domain"}),
    "user_groups": frozenset({"usergroup"}),
    "users": frozenset({"user"}),
}
_ACTIONS: Final = {action.value: action for action in Action}
_ID: Final = re.compile(r"[0-9]{1,19}")
_BEYOND: Final = 10**19


class Ownership(StrEnum):
    """Whose rule a row is, seen from the entity that was asked for (reference, section 7.2)."""

    DIRECT = "direct"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


class NativeRule(NamedTuple):
    """A row of a rule listing: the rule, and whose it is."""

    rule: LiveRule
    ownership: Ownership


class NotUnderstood(ValueError):
    """A row or document that does not have the documented shape; the message says what is odd."""


def from_native(row: Any, *, scope: str, native_id: str) -> NativeRule:
    """Read one row of the rule listing of `scope`/`native_id` (reference, section 7.1).

    Raises NotUnderstood when the row has no id, value or known type.
    """
    if not isinstance(row, dict):
        raise NotUnderstood("a row is not an object")
    value, action = row.get("value"), _action(str(row.get("rule_type", "")))
    if not isinstance(value, str) or action is None:
        raise NotUnderstood(f"rule {row.get('id')} has no readable value or type")
    ownership = _ownership(row, scope, native_id)
    key, direct = live_key(action, value), ownership is Ownership.DIRECT
    return NativeRule(LiveRule(key, value, identifier(row), direct), ownership)


def to_native(key: RuleKey) -> dict[str, str]:
    """Give the body that creates a rule, with the value in canonical form (section 7.3)."""
    return {"value": str(key.match), "rule_type": key.action.value}


def identifier(row: Mapping[str, Any]) -> str:
    """The id of any object as text; the service may send a number or a string.

    Raises NotUnderstood when there is none that could stand in a path.
    """
    number = row.get("id", "")
    if type(number) is int and 0 <= number < _BEYOND:
        return str(number)
    text = str(number)
    if not _ID.fullmatch(text):
        raise NotUnderstood("an object has no usable id")
    return text


def setting_from_native(document: Mapping[str, Any], name: str) -> SettingValue | None:
    """One release permission of a configuration document; None means unknown, never false.

    Booleans come as true, 1, "true" or "1" and their opposites (section 15, row 21).
    """
    value = permissions(document).get("messages")
    if not isinstance(value, dict):
        return None
    return _BOOLEANS.get(str(value.get(name)).strip().lower())


def setting_to_native(name: str, value: SettingValue) -> dict[str, Any]:
    """Give the smallest partial document that writes one release permission (section 8.2)."""
    return {"permissions": {"messages": {name: value}}}


def section_to_native(section: Mapping[str, Any]) -> dict[str, Any]:
    """Give the body that puts a recorded `permissions` section back.

    A service that shows booleans as text or numbers still takes nothing but booleans.
    """
    messages = section.get("messages")
    if not isinstance(messages, dict):
        return {"permissions": dict(section)}
    flags = {name: _BOOLEANS.get(str(v).strip().lower(), v) for name, v in messages.items()}
    return {"permissions": {**section, "messages": flags}}


def permissions(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The `permissions` section, empty where the document has none."""
    section = document.get("permissions")
    return section if isinstance(section, dict) else {}


def array_of(body: Any) -> list[Any]:
    """The array of an answer, with or without an envelope (section 15, row 18).

    Raises NotUnderstood when there is none.
    """
    inner = next(iter(body.values())) if isinstance(body, dict) and len(body) == 1 else body
    if not isinstance(inner, list):
        raise NotUnderstood(f"{_found(body)} where the service documents an array")
    return inner


def object_of(body: Any) -> Mapping[str, Any]:
    """The object of an answer, with or without an envelope (section 15, row 18).

    Raises NotUnderstood when there is none.
    """
    if not isinstance(body, dict):
        raise NotUnderstood(f"{_found(body)} where the service documents an object")
    envelope = next((name for name in body if name in _ENVELOPES and len(body) == 1), None)
    inner = body[envelope] if envelope else body
    return inner if isinstance(inner, dict) else body


def _found(body: Any) -> str:
    return "an empty answer" if body is None else f"an answer of type {type(body).__name__}"


def _ownership(row: Mapping[str, Any], scope: str, native_id: str) -> Ownership:
    entity = row.get("entity")
    if isinstance(entity, dict):
        owner, kind = entity.get("id"), entity.get("entity_type")
    else:
        owner, kind = row.get("entity_id"), row.get("entity_type")
    if owner is None or kind is None:
        return Ownership.UNKNOWN
    same = str(owner) == native_id and _stands_at(str(kind), scope)
    return Ownership.DIRECT if same else Ownership.FOREIGN


@lru_cache(maxsize=64)
def _stands_at(entity_type: str, scope: str) -> bool:
    """Compare an entity type with a scope, without case and without what joins its words."""
    return re.sub(r"[\s_-]", "", entity_type).lower() in _ENTITY_TYPES[scope]


@lru_cache(maxsize=64)
def _action(rule_type: str) -> Action | None:
    return _ACTIONS.get(rule_type.strip().lower())


_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
_ENVELOPES: Final = frozenset(
    {"configuration", "data", "domain", "customer", "reseller", "user_group", "user"}
)
