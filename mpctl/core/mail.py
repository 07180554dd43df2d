"""Messages as a service tells of them: what became of each, and which of them are held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from mpctl.core.capabilities import Flow
from mpctl.core.entity import Ref

Row_co = TypeVar("Row_co", covariant=True)


class Decision(StrEnum):
    """What a service did with a message (Mailprotector reference, section 9)."""

    DEFAULT = "default"
    DELIVER = "deliver"
    QUARANTINE_SPAM = "quarantine_spam"
    QUARANTINE_VIRUS = "quarantine_virus"
    QUARANTINE_POLICY = "quarantine_policy"
    BOUNCE = "bounce"
    ENCRYPT = "encrypt"
    DELETE = "delete"


class SortField(StrEnum):
    """What a listing is sorted by (Mailprotector reference, section 9)."""

    TIME = "@timestamp"
    DIRECTION = "prime.direction"
    FROM = "prime.from_header_raw"
    RECIPIENT = "prime.recipient"
    SUBJECT = "prime.subject"
    DECISION = "prime.decision"
    SCORE = "prime.score"


@dataclass(frozen=True, slots=True)
class Search:
    """Which messages are wanted, and in which order.

    Texts are compared without case: a whole address means that address, anything else a part of
    what it is compared with; empty ones want everything, as does None. `since` and `until` have a
    zone and belong to the range. `page` is the first page to read, `page_size` None for the largest
    that the service honours. With `quick` the service does the searching, in its own way.
    """

    sender: str = ""
    recipient: str = ""
    subject: str = ""
    decision: Decision | None = None
    flow: Flow | None = None
    since: datetime | None = None
    until: datetime | None = None
    sort_field: SortField = SortField.TIME
    descending: bool = True
    page: int = 1
    page_size: int | None = None
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """What a log entry and a held message have in common; a text is empty where it is not told.

    `sender` is the envelope's, `author` the From header as it stands. `decision` is the service's
    word, also one that `Decision` does not know. `chain` holds the entities that the message
    belongs to, by scope.
    """

    id: str
    sender: str = ""
    author: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    received: datetime | None = None
    flow: str = ""
    decision: str = ""
    score: float | None = None
    reasons: tuple[str, ...] = ()
    chain: Mapping[str, Ref] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogEntry(Message):
    """What became of a message; its id is the log's own and releases nothing.

    `origin` is the address it came from. `rule_ids` may name the rules that fired; which, is not
    documented.
    """

    origin: str = ""
    rule_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldMessage(Message):
    """A message that waits in the quarantine of `mailbox`; its id is what a release takes.

    `hold` says why in the service's word: spam, policy or virus.
    """

    mailbox: str = ""
    hold: str = ""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row_co]):
    """Rows of a listing that is read page by page.

    `total` is how many the service counts in the whole listing, None if it does not tell. On the
    last page `doubt` says why there may be more, empty when the listing is proven whole.
    """

    rows: tuple[Row_co, ...]
    number: int = 1
    total: int | None = None
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """To whom a held message goes: its own recipients, others, or both; never to nobody."""

    original: bool = True
    recipients: tuple[str, ...] = ()
