"""The pure translations: from MailBaby's rows, to its bodies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mpctl.core.match import Kind, Match, MatchError, parse_match
from mpctl.core.rule import Action, LiveRule, RuleKey

_TYPES: Final[Mapping[str, Kind]] = {
    "email": Kind.EMAIL,
    "domain": Kind.DOMAIN,
    "destination": Kind.RECIPIENT,
    "startswith": Kind.SENDER_PREFIX,
}
_NAMES: Final[Mapping[Kind, str]] = {kind: name for name, kind in _TYPES.items()}
_ID: Final = re.compile(r"[0-9]{1,18}")
_ACTIVE: Final = "active"


class NotUnderstood(ValueError):
    """A row that does not have the documented shape; the message says what is odd."""


@dataclass(frozen=True, slots=True)
class Order:
    """A mail order: its number, the user name that its rules carry (lower case), its status."""

    native_id: str
    username: str
    status: str
    comment: str = ""

    @property
    def active(self) -> bool:
        """Tell whether its rules can be seen and written; every unknown status says no."""
        return self.status.strip().casefold() == _ACTIVE


@dataclass(frozen=True, slots=True)
class NativeRule:
    """A deny rule, and the order that it stands at (lower case)."""

    username: str
    rule: LiveRule


def order_from_native(row: Any) -> Order:
    """Read one row of the list of orders (reference, section 4.1).

    Raises NotUnderstood when it has no number or no user name.
    """
    name = row.get("username") if isinstance(row, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise NotUnderstood("an order has no user name")
    return Order(
        native_id=identifier(row.get("id")),
        username=name.strip().casefold(),
        status=str(row.get("status") or "unknown"),
        comment=str(row.get("comment") or ""),
    )


def owner_of(row: Any) -> str:
    """The order that a row of the rule list says to belong to, empty where it says none."""
    user = row.get("user") if isinstance(row, dict) else None
    return user.strip().casefold() if isinstance(user, str) else ""


def from_native(row: Any) -> NativeRule:
    """Read one row of the rule list (reference, section 4.2).

    Raises NotUnderstood when it lacks an owner, a usable id, a type or a value.
    """
    username = owner_of(row)
    if not username:
        raise NotUnderstood("a rule does not say which order it belongs to")
    kind, data = row.get("type"), row.get("data")
    if not isinstance(kind, str) or not isinstance(data, str | int):
        raise NotUnderstood(f"rule {row.get('id')} has no readable type or value")
    match = _match(kind, str(data))
    shown = match.value if match.kind is Kind.NATIVE else str(data)
    rule = LiveRule(RuleKey(Action.BLOCK, match), shown, identifier(row.get("id")))
    return NativeRule(username, rule)


def to_native(key: RuleKey, username: str) -> dict[str, str]:
    """Give the body that creates a rule; the order is named in both ways (section 5.1)."""
    return {
        "type": _NAMES[key.match.kind],
        "data": key.match.value,
        "username": username,
        "user": username,
    }


def identifier(value: Any) -> str:
    """An id as decimal text; the service may send a number or a string.

    Raises NotUnderstood when it could not stand in a path.
    """
    if not _ID.fullmatch(str(value)):
        raise NotUnderstood("a row has no usable id")
    return str(int(value))


def _match(kind: str, data: str) -> Match:
    """What a rule matches; case apart, only the very value that a policy would send is that."""
    if kind in _TYPES:
        try:
            match = parse_match(data, _TYPES[kind])
        except MatchError:
            match = None
        if match is not None and match.value == data.lower():
            return match
    return Match(Kind.NATIVE, f"{kind}:{data}")
