"""What a service's own filter noticed about senders: observations, never configuration."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """Why a sender is flagged, in MailBaby's words."""

    LOCAL = "local"
    MBTRAP = "mbtrap"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flagged message, or a flagged sender with one of its subjects.

    `date` is as the service shows it, `recipients` are text that looks like a list; both are empty
    in the category `subject`.
    """

    category: Category
    sender: str
    subject: str = ""
    date: str = ""
    recipients: str = ""
    message_id: str = ""

    def is_of(self, address: str) -> bool:
        """Tell whether this is about an address; compared without case."""
        return self.sender.strip().casefold() == address.casefold()
