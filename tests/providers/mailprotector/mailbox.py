"""A service with one long listing of messages, told how to behave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from mpctl.core.mail import HeldMessage, Page, Search
from mpctl.providers.mailprotector.native_messages import held_message
from mpctl.providers.mailprotector.walking import walk
from mpctl.transport import Answer, Session

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

Rows = list[dict[str, Any]]


def at(minutes: float) -> str:
    """A time so many minutes ago, as the service writes it."""
    return (NOW - timedelta(minutes=minutes)).isoformat()


def row(number: int, minutes: float | None = None, **fields: Any) -> dict[str, Any]:
    """A held message; it came as many minutes ago as its number says, unless told otherwise."""
    received = {"received_at": at(number if minutes is None else minutes)}
    return {"id": number, **received, "subject": f"mail {number}", **fields}


def rows(count: int) -> Rows:
    """So many messages, the newest first, a minute between two."""
    return [row(number) for number in range(1, count + 1)]


@dataclass
class Mailbox:
    """The listing, its cap, its header, and what happens to it before each request."""

    rows: Rows
    cap: int = 50
    header: Callable[[int, int, int], str | None] = lambda *_: None
    meanwhile: Callable[[Rows, int], None] = lambda *_: None
    ignores_page: bool = False
    asked: list[Mapping[str, Any]] = field(default_factory=list)

    def request(self, method: str, path: str, *, params: Mapping[str, Any]) -> Answer:
        """Answer as a session does."""
        assert (method, path) == ("GET", "/domains/1/messages")
        self.asked.append(params)
        self.meanwhile(self.rows, len(self.asked))
        size = min(self.cap, params.get("page_size", 25))
        page = 1 if self.ignores_page else params["page"]
        pages = max(1, -(-len(self.rows) // size))
        header = self.header(page, pages, len(self.rows))
        headers = {} if header is None else {"X-Pagination": header}
        return Answer(200, headers, self.rows[(page - 1) * size : page * size])

    def walk(self, search: Search) -> list[Page[HeldMessage]]:
        """Read every page that a search wants."""
        return list(walk(cast(Session, self), "/domains/1/messages", search, held_message))

    def ids(self, search: Search) -> tuple[list[str], str]:
        """The ids of what a search finds, and the doubt at its end."""
        pages = self.walk(search)
        return [found.id for page in pages for found in page.rows], pages[-1].doubt
