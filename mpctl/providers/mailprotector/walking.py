"""Walking through a long listing of messages page by page, in bounded memory.

Reference, sections 6 and 9. The service's filters are not documented well enough to be relied on
(whole texts or parts, which fields, what becomes of an unknown one), so unless a quick search is
asked for, only the order and the page are sent, and every row is judged here. What makes that
affordable is the order by time: a walk ends where the range that is wanted ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final, Generic, TypeVar

from mpctl.core.mail import Message, Page, Search, SortField
from mpctl.core.search import fits
from mpctl.providers.mailprotector.listing import PageInfo, page_info, rows_of
from mpctl.providers.mailprotector.native import NotUnderstood
from mpctl.transport import Answer, Refused, Session

Row = TypeVar("Row", bound=Message)

PAGE_SIZE: Final = 50
MAX_PAGES: Final = 20_000
# How many ids are remembered to recognise rows that shifted to a later page.
REMEMBERED: Final = 10_000
# How many rows show whether a listing is sorted as was asked for.
_ENOUGH: Final = 20
# A page without news may be a page of rows that shifted; so many in a row are the same page.
_IDLE_PAGES: Final = 3
# The time that is sorted by and the time that is shown may be taken at different moments.
_SLACK: Final = timedelta(hours=1).total_seconds()


def walk(
    session: Session, path: str, search: Search, read: Callable[[Any], Row]
) -> Iterator[Page[Row]]:
    """Read a listing from the first page that is wanted on; each page is read when it is taken.

    Rows come once, and only those that fit. Raises TransportError when a page cannot be read.
    """
    steps = _Steps[Row](search, read)
    asking = _Asking(session, path, search)
    for number in range(search.page, search.page + MAX_PAGES):
        answer = asking.page(number)
        info = page_info(answer.headers.get("X-Pagination"))
        rows = steps.take(rows_of(answer, path), info)
        if steps.ended:
            yield Page(rows, number, info.total, steps.doubt)
            return
        yield Page(rows, number, info.total)
    yield Page((), search.page + MAX_PAGES, None, f"the list has more than {MAX_PAGES} pages")


class _Asking:
    """Asks for pages of the size that is wanted, or of the service's own where it takes none.

    The name of that parameter is not certain, and one that the service does not know may be refused
    or taken for a filter that nothing passes (section 6).
    """

    def __init__(self, session: Session, path: str, search: Search) -> None:
        self._session = session
        self._path = path
        self._search = search
        self._size = {"page_size": min(search.page_size or PAGE_SIZE, PAGE_SIZE)}

    def page(self, number: int) -> Answer:
        """Read a page; an empty first one is asked for again without a size."""
        first = number == self._search.page and bool(self._size)
        try:
            answer = self._request(number)
        except Refused as error:
            if error.status != HTTPStatus.BAD_REQUEST or not first:
                raise
        else:
            if number > 1 or not first or rows_of(answer, self._path):
                return answer
        self._size = {}
        return self._request(number)

    def _request(self, number: int) -> Answer:
        params: dict[str, str | int] = {
            "sort_field": self._search.sort_field.value,
            "sort_direction": "desc" if self._search.descending else "asc",
            "page": number,
            **self._size,
            **(_filters(self._search) if self._search.quick else {}),
        }
        return self._session.request("GET", self._path, params=params)


def _filters(search: Search) -> dict[str, str | int]:
    filters = {
        "sender": search.sender,
        "recipient": search.recipient,
        "subject": search.subject,
        "decision": search.decision,
        "direction": search.flow,
    }
    return {name: str(value) for name, value in filters.items() if value}


@dataclass(slots=True)
class _Order:
    """Whether times come in the order that was asked for, as far as the rows show.

    Time is counted backwards where the oldest comes first, so that it always falls. An order is
    proven by enough rows in which it fell further than it ever rose, and disproved when it rose
    beyond the slack.
    """

    newest_first: bool
    rows: int = 0
    first: float = 0.0
    lowest: float = 0.0
    rise: float = 0.0

    def sees(self, moment: datetime) -> None:
        time = self._directed(moment)
        if not self.rows:
            self.first = self.lowest = time
        self.rows += 1
        self.rise = max(self.rise, time - self.lowest)
        self.lowest = min(self.lowest, time)

    def has_passed(self, bound: datetime, moments: Sequence[datetime]) -> bool:
        """Tell whether all of these, and so everything that follows, lies beyond a bound."""
        edge = self._directed(bound) - _SLACK
        return self._proven and bool(moments) and all(self._directed(m) < edge for m in moments)

    @property
    def _proven(self) -> bool:
        falls = self.first - self.lowest > self.rise and self.rise <= _SLACK
        return falls and self.rows >= _ENOUGH

    def _directed(self, moment: datetime) -> float:
        time = moment.timestamp()
        return time if self.newest_first else -time


class _Steps(Generic[Row]):
    """What a walk remembers of the pages behind it; `ended` when there is nothing more to read."""

    def __init__(self, search: Search, read: Callable[[Any], Row]) -> None:
        self.ended = False
        self._search = search
        self._read = read
        self._order = _Order(search.descending)
        self._seen: dict[str, None] = {}
        self._collected = self._unreadable = self._untold = self._idle = 0
        self._total: int | None = None
        self._loop = self._nothing = False
        self._left_early = False

    def take(self, raw: Sequence[Any], info: PageInfo) -> tuple[Row, ...]:
        """Take a page in; give its rows that are new and wanted."""
        new = [row for row in map(self._understood, raw) if row and self._is_new(row)]
        if self._total is None:
            self._total = info.total
        self._idle = 0 if new else self._idle + 1
        self._loop = self._idle >= _IDLE_PAGES
        self._nothing = not raw and not self._collected
        self._left_early = self._beyond(new)
        self.ended = not raw or self._is_last(info) or self._loop or self._left_early
        return tuple(row for row in new if self._wants(row))

    @property
    def doubt(self) -> str:
        """Why rows that are wanted may be missing; empty when that is out of the question."""
        return "; ".join(self._doubts())

    def _doubts(self) -> Iterator[str]:
        if self._loop:
            yield "the service sends the same page again and again"
        elif self._nothing and self._search.page > 1:
            yield f"there is no page {self._search.page}"
        elif self._short:
            yield f"{self._collected} rows were read, the service counts {self._total}"
        if self._unreadable:
            yield f"rows without a usable id: {self._unreadable}"
        if self._untold:
            yield f"rows left out, because they do not tell what is asked: {self._untold}"
        if self._search.quick:
            yield "the service did the searching, in its own way"

    @property
    def _short(self) -> bool:
        """Fewer rows than there were at the beginning: some moved to a page already read."""
        whole = self._search.page == 1 and not self._left_early
        return whole and self._total is not None and self._collected < self._total

    def _understood(self, raw: Any) -> Row | None:
        try:
            return self._read(raw)
        except NotUnderstood:
            self._unreadable += 1
            return None

    def _is_new(self, row: Row) -> bool:
        if row.id in self._seen:
            return False
        self._seen[row.id] = None
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self._collected += 1
        return True

    def _wants(self, row: Row) -> bool:
        wanted = fits(row, self._search)
        self._untold += wanted is None
        return wanted is True

    def _is_last(self, info: PageInfo) -> bool:
        """Tell whether the header says so; one that contradicts itself does not."""
        if info.last is None:
            return info.total == self._collected
        return info.last

    def _beyond(self, rows: Sequence[Row]) -> bool:
        moments = [row.received for row in rows if row.received]
        for moment in moments:
            self._order.sees(moment)
        bound = self._search.since if self._search.descending else self._search.until
        sorted_by_time = self._search.sort_field is SortField.TIME
        return bound is not None and sorted_by_time and self._order.has_passed(bound, moments)
