"""What the service holds: mail orders, deny rules, and what its filter flagged."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ACTIVE: Final = "active"


@dataclass(frozen=True, slots=True)
class Order:
    """One mail order. `foreign` says that it belongs to an account other than the key's."""

    id: int
    username: str
    comment: str = ""
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One deny rule as it was stored; `created` is text without a zone."""

    id: int
    username: str
    type: str
    data: str
    created: str

    def says(self, username: str, type_: str, data: str) -> bool:
        """Whether a rule of this content would be the same to a case-insensitive key."""
        mine = (self.username, self.type, self.data.casefold())
        return mine == (username, type_, data.casefold())


class Store(StrEnum):
    """Where the filter keeps what it flagged; the last two are delisted, and shown nowhere."""

    LOCAL = "local"
    MBTRAP = "mbtrap"
    SUBJECT = "subject"
    MAILCHANNELS = "mailchannels"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Flag:
    """One row of a store. It does not age: `days_ago` is always counted from today.

    `to` is text that looks like a list. A bounce has no sender.
    """

    username: str
    store: Store
    sender: str | None
    subject: str = ""
    to: str = "[]"
    message_id: str | None = None
    days_ago: int = 0
