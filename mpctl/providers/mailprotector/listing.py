"""Reading a whole list page by page, and knowing whether it is whole (reference, section 6).

The header's field names are a guess, page sizes may be capped and `page` may be ignored, so no
single signal is trusted: a listing counts as complete only if the header's last page and total
agree with what was collected, or if an empty page follows the rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mpctl.providers.mailprotector.native import NotUnderstood, array_of, identifier
from mpctl.transport import Answer, BadAnswer, Session

PAGE_SIZE: Final = 100
MAX_PAGES: Final = 2_000


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a list, each id once, and whether they are proven to be all.

    `doubt` says why they are not, empty when they are.
    """

    rows: tuple[Mapping[str, Any], ...]
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What a page's header says; None where it does not say it."""

    last: bool | None = None
    total: int | None = None


@dataclass(slots=True)
class _Collected:
    """The rows so far, by id, and what was odd about them."""

    rows: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    unreadable: int = 0
    total: int | None = None

    def add(self, page: list[Any]) -> bool:
        """Take a page in; tell whether it brought anything new."""
        before = len(self.rows)
        for row in page:
            try:
                self.rows.setdefault(identifier(row), row)
            except (NotUnderstood, AttributeError):
                self.unreadable += 1
        return len(self.rows) > before

    def finish(self, doubt: str = "") -> Listing:
        if self.unreadable:
            doubt = f"{self.unreadable} rows have no usable id"
        elif self.total is not None and self.total == len(self.rows):
            doubt = ""
        elif self.total is not None:
            doubt = f"{len(self.rows)} rows were collected, the service counts {self.total}"
        return Listing(tuple(self.rows.values()), doubt)


def list_all(session: Session, path: str) -> Listing:
    """Read every page of a list.

    Raises TransportError when a page cannot be read: half a list is never returned as a list.
    """
    collected = _Collected()
    for answer in _pages(session, path):
        rows, info = rows_of(answer, path), page_info(answer.headers.get("X-Pagination"))
        if info.total is not None:
            collected.total = info.total
        if not rows:
            return collected.finish()
        if not collected.add(rows):
            return collected.finish("the service sends the same page again and again")
        if _ends(info, collected):
            return collected.finish()
    return collected.finish(f"the list has more than {MAX_PAGES} pages")


def _pages(session: Session, path: str) -> Iterator[Answer]:
    """The pages in order; once the first has told how many there are, several at a time."""
    first, told = session.request("GET", path, params=_page(1)), 1
    yield first
    info, size = page_info(first.headers.get("X-Pagination")), len(rows_of(first, path))
    if info.total and size and info.last is not True:
        told = min(-(-info.total // size), MAX_PAGES)
        yield from session.pages(path, map(_page, range(2, told + 1)))
    for number in range(told + 1, MAX_PAGES + 1):
        yield session.request("GET", path, params=_page(number))


def _page(number: int) -> Mapping[str, int]:
    return {"page": number, "per_page": PAGE_SIZE}


def rows_of(answer: Answer, path: str) -> list[Any]:
    """The rows of one page.

    Raises BadAnswer when there is no array.
    """
    try:
        return array_of(answer.body)
    except NotUnderstood as error:
        raise BadAnswer(f"GET {path}", str(error)) from error


def page_info(header: str | None) -> PageInfo:
    """Read an `X-Pagination` header in any of the known spellings; anything else says nothing."""
    try:
        document = json.loads(header or "")
    except (ValueError, RecursionError):
        return PageInfo()
    if not isinstance(document, dict):
        return PageInfo()
    total = _first_number(document, "total", "total_entries", "total_count")
    return PageInfo(last=_is_last(document), total=total)


def _is_last(document: Mapping[str, Any]) -> bool | None:
    page = _first_number(document, "current_page", "page")
    pages = _first_number(document, "total_pages")
    signals: list[bool] = []
    if isinstance(document.get("last_page"), bool):
        signals.append(document["last_page"])
    if "next_page" in document:
        signals.append(document["next_page"] is None)
    if page is not None and pages is not None:
        signals.append(page >= pages)
    return all(signals) if signals else None


def _ends(info: PageInfo, collected: _Collected) -> bool:
    """Tell whether the header says so; one that contradicts itself does not."""
    if info.last is None:
        return info.total == len(collected.rows)
    return info.last


def _first_number(document: Mapping[str, Any], *names: str) -> int | None:
    for name in names:
        value = document.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
    return None
