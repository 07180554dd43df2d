"""Log entries and held messages: as JSON, and as the cells of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from mpctl.core.mail import HeldMessage, LogEntry, Message

Localize = Callable[[datetime], datetime]

ELASTIC: Final = ("from", "to", "subject")
LOG_COLUMNS: Final = ("received", "decision", "score", "direction", "held as", *ELASTIC)
HELD_COLUMNS: Final = ("id", "received", "decision", "score", "direction", *ELASTIC)

_FIELDS: Final = (
    "id",
    "received",
    "sender",
    "from",
    "recipients",
    "subject",
    "direction",
    "decision",
    "score",
    "reasons",
)
LOG_FIELDS: Final = (*_FIELDS, "origin", "rule_ids", "held")
HELD_FIELDS: Final = (*_FIELDS, "mailbox", "hold")

_UNTOLD: Final = "-"


def entry_json(entry: LogEntry, held: Sequence[str] | None) -> dict[str, Any]:
    """A log entry; `held` are the ids of the held messages that it may tell of, None if unknown."""
    return {
        **_common(entry),
        "origin": entry.origin,
        "rule_ids": list(entry.rule_ids),
        "held": None if held is None else list(held),
    }


def held_json(message: HeldMessage) -> dict[str, Any]:
    """A held message."""
    return {**_common(message), "mailbox": message.mailbox, "hold": message.hold}


def entry_cells(entry: LogEntry, held: Sequence[str] | None, localize: Localize) -> tuple[str, ...]:
    """The cells of a log entry under `LOG_COLUMNS`."""
    mark = "?" if held is None else " or ".join(held)
    return *_told(entry, localize), mark, *_who(entry)


def held_cells(message: HeldMessage, localize: Localize) -> tuple[str, ...]:
    """The cells of a held message under `HELD_COLUMNS`."""
    return message.id, *_told(message, localize), *_who(message)


def _common(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "received": _utc(message.received),
        "sender": message.sender,
        "from": message.author,
        "recipients": list(message.recipients),
        "subject": message.subject,
        "direction": message.flow,
        "decision": message.decision,
        "score": _number(message.score),
        "reasons": list(message.reasons),
        "belongs_to": {scope: ref.native_id for scope, ref in message.chain.items()},
    }


def _utc(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _told(message: Message, localize: Localize) -> tuple[str, ...]:
    moment = message.received and localize(message.received)
    return (
        moment.isoformat(" ", "seconds") if moment else _UNTOLD,
        message.decision or _UNTOLD,
        _UNTOLD if message.score is None else str(_number(message.score)),
        message.flow or _UNTOLD,
    )


def _who(message: Message) -> tuple[str, ...]:
    return sender_of(message), _recipients(message) or _UNTOLD, message.subject or _UNTOLD


def sender_of(message: Message) -> str:
    """The envelope's sender, and what the From header says where that is another."""
    if not message.author:
        return message.sender or _UNTOLD
    if message.sender and message.sender.casefold() in message.author.casefold():
        return message.sender
    return f"{message.sender or '<>'} ({message.author})"


def _recipients(message: Message) -> str:
    named = ", ".join(message.recipients)
    mailbox = message.mailbox if isinstance(message, HeldMessage) else ""
    if not mailbox or mailbox.casefold() in map(str.casefold, message.recipients):
        return named
    return f"{named} (held for {mailbox})" if named else mailbox


def _number(score: float | None) -> float | None:
    """A whole number without a point."""
    return int(score) if score is not None and score.is_integer() else score
