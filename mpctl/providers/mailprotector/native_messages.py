"""From rows of logs and of held messages to what mpctl makes of them (reference, section 9).

Rows are hostile: senders choose subjects and names, and only the id is sure to be there. What is
missing, or is not of its documented type, counts as not told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from mpctl.core.entity import Ref
from mpctl.core.mail import HeldMessage, LogEntry
from mpctl.providers.mailprotector.native import NotUnderstood, identifier

_ABOVE: Final[Mapping[str, str]] = {
    "user": "users",
    "user_group": "user_groups",
    "domain": "domains",
    "customer": "customers",
    "reseller": "resellers",
}
_LONGEST_ID: Final = 200
# Times outside are nonsense, and cannot be shown in every zone.
_YEARS: Final = range(1970, 9999)


def log_entry(row: Any) -> LogEntry:
    """Read a row of a log (section 9.1).

    Raises NotUnderstood when it has no id.
    """
    if not isinstance(row, dict):
        raise NotUnderstood("a row is not an object")
    return LogEntry(
        id=_log_id(row.get("id")),
        **_common(row),
        recipients=tuple(_texts(row.get("recipient"))),
        decision=_text(row.get("decision")),
        reasons=tuple(_texts(row.get("results_data"))),
        origin=_text(row.get("origin")),
        rule_ids=tuple(_texts(row.get("rule_ids"))),
    )


def held_message(row: Any) -> HeldMessage:
    """Read a row of a quarantine (section 9.2).

    Raises NotUnderstood when it has no id that a release could take.
    """
    if not isinstance(row, dict):
        raise NotUnderstood("a row is not an object")
    mailbox, hold = _text(row.get("address")), _text(row.get("quarantine_type"))
    return HeldMessage(
        id=identifier(row),
        **_common(row),
        recipients=tuple(_texts(row.get("recipients"))) or ((mailbox,) if mailbox else ()),
        decision=_text(row.get("decision")) or (f"quarantine_{hold}" if hold else ""),
        reasons=tuple(_titles(row.get("results"))),
        mailbox=mailbox,
        hold=hold,
    )


def _common(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sender": _text(row.get("sender")),
        "author": _text(row.get("from")),
        "subject": _text(row.get("subject")),
        "received": _moment(row.get("received_at")),
        "flow": _text(row.get("direction")),
        "score": _score(row.get("score")),
        "chain": dict(_chain(row)),
    }


def _log_id(value: Any) -> str:
    number = isinstance(value, int) and not isinstance(value, bool)
    text = str(value).strip() if number or isinstance(value, str) else ""
    if not 0 < len(text) <= _LONGEST_ID:
        raise NotUnderstood("a row has no usable id")
    return text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> Iterator[str]:
    """The texts of a list, or of one text with commas; numbers count as texts."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    for one in value if isinstance(value, list) else ():
        number = isinstance(one, int) and not isinstance(one, bool)
        text = str(one) if number else _text(one)
        if text:
            yield text


def _titles(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else ():
        title = _text(one.get("title")) if isinstance(one, dict) else _text(one)
        if title:
            yield title


def _moment(value: Any) -> datetime | None:
    """A time in UTC; one without a zone is in UTC already (section 5)."""
    try:
        moment = datetime.fromisoformat(_text(value))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year in _YEARS else None


def _score(value: Any) -> float | None:
    """The number of a score, which is an object around it, or stands alone."""
    inner = value.get("score") if isinstance(value, dict) else value
    if isinstance(inner, bool) or not isinstance(inner, int | float | str):
        return None
    try:
        score = float(inner)
    except (ValueError, OverflowError):
        return None
    return score if math.isfinite(score) else None


def _chain(row: Mapping[str, Any]) -> Iterator[tuple[str, Ref]]:
    for field, scope in _ABOVE.items():
        try:
            yield scope, Ref(scope, identifier(row.get(field) or {}))
        except (NotUnderstood, AttributeError):
            continue
