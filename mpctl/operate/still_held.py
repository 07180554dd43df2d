"""Which log entries tell of a message that is still held.

No id links the two (Mailprotector reference, section 9): they are compared by sender, recipient,
subject and time. Two messages that agree in all of these cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from mpctl.core.entity import Entity
from mpctl.core.mail import HeldMessage, LogEntry, Page, Search
from mpctl.core.search import recipients_of
from mpctl.ports import MailLog

# How far the two times of one message may lie apart.
_SLACK: Final = timedelta(minutes=2)
_HOLDS: Final = "quarantine"

_Key = tuple[str, str, str]


def still_held(mail_log: MailLog, entity: Entity, search: Search) -> StillHeld:
    """What is held of the entries that a search finds."""
    return StillHeld(mail_log.held(entity, _around(search)))


class StillHeld:
    """Held messages, newest first, read only as far as the entries that are asked about go."""

    def __init__(self, pages: Iterator[Page[HeldMessage]]) -> None:
        self._pages = pages
        self._known: dict[_Key, list[tuple[str, datetime | None]]] = {}
        self._reached: datetime | None = None
        self._doubt = ""

    @property
    def doubt(self) -> str:
        """Why marks may be missing; empty when they are not."""
        return self._doubt

    def of(self, entry: LogEntry) -> tuple[str, ...] | None:
        """The ids of the held messages that an entry may tell of; None if it does not tell enough.

        Raises MpctlError when they cannot be read.
        """
        if entry.decision and not entry.decision.casefold().startswith(_HOLDS):
            return ()
        if not entry.recipients:
            return None
        self._read_until(entry.received)
        known = (self._known.get(key, []) for key in _keys(entry))
        return tuple({id_: None for rows in known for id_, at in rows if _close(at, entry)})

    def _read_until(self, moment: datetime | None) -> None:
        """Read on until a whole page came earlier than a moment; all, where there is none."""
        while moment is None or self._reached is None or self._reached >= moment - _SLACK:
            page = next(self._pages, None)
            if page is None:
                return
            self._take(page)

    def _take(self, page: Page[HeldMessage]) -> None:
        self._doubt = page.doubt
        for row in page.rows:
            for key in _keys(row):
                self._known.setdefault(key, []).append((row.id, row.received))
        moments = [row.received for row in page.rows if row.received]
        self._reached = max(moments, default=self._reached)


def _around(search: Search) -> Search:
    """Everything that is held in the time of a search, the newest first.

    Its other wishes are those of the entries, and a held message may tell less than its entry.
    """
    since = search.since and search.since - _SLACK
    until = search.until and search.until + _SLACK
    return Search(since=since, until=until)


def _keys(message: LogEntry | HeldMessage) -> Iterator[_Key]:
    for recipient in dict.fromkeys(map(str.casefold, recipients_of(message))):
        yield message.sender.casefold(), recipient, message.subject


def _close(held_at: datetime | None, entry: LogEntry) -> bool:
    """Tell whether two times may be one message's; one that is not told may be any."""
    if held_at is None or entry.received is None:
        return True
    return abs(held_at - entry.received) <= _SLACK
