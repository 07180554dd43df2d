"""A list is read to its end, each row once, and is called whole only when that is proven."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.providers.mailprotector import listing
from mpctl.providers.mailprotector.listing import Listing, list_all
from mpctl.transport import Answer, BadAnswer, Session, Unavailable
from tests.providers.mailprotector.world import RULES, running

Header = Callable[[int, int, int], Any]
ASKED = 100


def rails(page: int, pages: int, total: int) -> dict[str, Any]:
    """The header that the reference holds for the most likely."""
    return {
        "total": total,
        "total_pages": pages,
        "first_page": page == 1,
        "last_page": page >= pages,
        "previous_page": page - 1 or None,
        "next_page": page + 1 if page < pages else None,
        "out_of_bounds": page > pages,
        "offset": 0,
    }


HEADERS: dict[str, Header] = {
    "rails": rails,
    "current_page": lambda page, pages, total: {
        "total_entries": total,
        "total_pages": pages,
        "current_page": page,
        "next_page": page + 1 if page < pages else None,
    },
    "minimal": lambda page, _, total: {"page": page, "per_page": ASKED, "total_count": total},
    "limit": lambda _, __, total: {"limit": ASKED, "offset": 0, "total": total},
    "pages": lambda page, pages, _: {"page": page, "total_pages": pages},
    "next": lambda page, pages, _: {"next_page": page + 1 if page < pages else None},
    "number": lambda page, pages, total: {"current_page": page, "last_page": pages, "total": total},
    "text": lambda _, __, total: {"total": str(total)},
    "array": lambda _, __, ___: [1, 2],
    "absent": lambda _, __, ___: None,
}
TOTALS = ("rails", "current_page", "minimal", "limit", "number")
COUNTS = st.integers(0, 40)
CAPS = st.sampled_from((1, 3, 7, 25, 100))
NAMES = st.sampled_from(sorted(HEADERS))


@dataclass
class Pages:
    """A service with one list, told how to behave."""

    rows: list[Any]
    cap: int = 100
    header: Header = rails
    shown_total: int = 0
    ignores_page: bool = False
    silent_on: frozenset[int] = frozenset()
    asked: list[Mapping[str, Any]] = field(default_factory=list)

    def request(self, method: str, path: str, *, params: Mapping[str, Any]) -> Answer:
        """Answer as a session does."""
        assert (method, path) == ("GET", "/things")
        self.asked.append(params)
        page = 1 if self.ignores_page else params["page"]
        total = len(self.rows) + self.shown_total
        pages = max(1, -(-total // self.cap))
        shown = self.header(page, pages, total)
        known = shown is not None and page not in self.silent_on
        headers = {"X-Pagination": json.dumps(shown)} if known else {}
        return Answer(200, headers, self.rows[(page - 1) * self.cap : page * self.cap])

    def pages(self, path: str, params: Iterable[Mapping[str, Any]]) -> Iterator[Answer]:
        """Answer as a session with one connection does."""
        return (self.request("GET", path, params=one) for one in params)


def rows_of(count: int) -> list[dict[str, Any]]:
    """So many rows, whose ids come in no useful order."""
    return [{"id": 1000 + (n * 7) % 41} for n in range(count)]


def listed(pages: Pages) -> Listing:
    """Read the list."""
    return list_all(cast(Session, pages), "/things")


@given(COUNTS, CAPS, NAMES)
def test_every_row_once(count: int, cap: int, name: str) -> None:
    """Whatever the cap and the header, all rows come back once, and the list is proven whole."""
    rows = rows_of(count)

    assert listed(Pages(rows, cap, HEADERS[name])) == Listing(tuple(rows), doubt="")


@given(COUNTS, CAPS, NAMES, st.frozensets(st.integers(1, 5)))
def test_a_header_that_comes_and_goes(
    count: int, cap: int, name: str, silent_on: frozenset[int]
) -> None:
    """A header that is missing on some pages costs requests, and no rows."""
    rows = rows_of(count)

    assert listed(Pages(rows, cap, HEADERS[name], silent_on=silent_on)).rows == tuple(rows)


@given(COUNTS, CAPS, st.sampled_from(TOTALS), st.integers(1, 3))
def test_a_total_that_is_missed(count: int, cap: int, name: str, more: int) -> None:
    """A list shorter than its header promises is not whole, even if an empty page follows."""
    rows = rows_of(count)

    result = listed(Pages(rows, cap, HEADERS[name], shown_total=more))

    assert result.rows == tuple(rows)
    assert result.doubt == f"{count} rows were collected, the service counts {count + more}"


@given(COUNTS, CAPS, st.sampled_from(TOTALS), st.frozensets(st.integers(2, 5)))
def test_a_total_is_not_forgotten(
    count: int, cap: int, name: str, silent_on: frozenset[int]
) -> None:
    """A total that the first page promised is missed also when later pages do not repeat it."""
    pages = Pages(rows_of(count), cap, HEADERS[name], shown_total=1, silent_on=silent_on)

    doubt = f"{count} rows were collected, the service counts {count + 1}"
    assert listed(pages) == Listing(tuple(pages.rows), doubt)


@given(COUNTS, CAPS, st.sampled_from(("minimal", "limit")), st.integers(1, 40))
def test_a_total_that_is_passed(count: int, cap: int, name: str, fewer: int) -> None:
    """A list longer than its header promises is never called whole."""
    shown = max(0, count - fewer)
    pages = Pages(rows_of(count), cap, HEADERS[name], shown_total=shown - count)

    result = listed(pages)

    stopped_at_the_total = len(result.rows) == shown
    assert (result.doubt == "") == stopped_at_the_total


@given(COUNTS, CAPS, NAMES)
def test_a_service_that_ignores_the_page(count: int, cap: int, name: str) -> None:
    """A service that always sends the first page is found out, unless that is proven to be all."""
    rows = rows_of(count)

    pages = Pages(rows, cap, HEADERS[name], ignores_page=True)

    result = listed(pages)

    proof = name not in {"absent", "array", "text"} or count == 0
    assert result.rows == tuple(rows[:cap])
    assert (result.doubt == "") == (count <= cap and proof)
    assert len(pages.asked) <= 2


@given(COUNTS, CAPS, NAMES, st.sampled_from(({}, {"id": None}, {"id": "x"}, None, "row", 7)))
def test_a_row_without_an_id(count: int, cap: int, name: str, odd: Any) -> None:
    """A row that cannot be told from others makes the list doubtful; the others are kept."""
    rows = rows_of(count)
    position = count // 2

    result = listed(Pages([*rows[:position], odd, *rows[position:]], cap, HEADERS[name]))

    if cap > 1:
        assert result.rows == tuple(rows)
    assert result.doubt.endswith("rows have no usable id")


@pytest.mark.parametrize(
    ("name", "requests"),
    [("rails", 3), ("current_page", 3), ("minimal", 3), ("pages", 3), ("absent", 4), ("text", 4)],
)
def test_no_request_too_many(name: str, requests: int) -> None:
    """A header saves the request for an empty page; without one it is the only proof."""
    pages = Pages(rows_of(17), 7, HEADERS[name])
    listed(pages)

    assert pages.asked == [{"page": n, "per_page": ASKED} for n in range(1, requests + 1)]


def test_an_empty_list() -> None:
    """An empty list is whole and takes one request."""
    pages = Pages([], header=HEADERS["absent"])

    assert listed(pages) == Listing((), doubt="")
    assert len(pages.asked) == 1


@pytest.mark.parametrize(
    "header",
    [
        {"total": 7, "next_page": 2},
        {"next_page": None, "last_page": False},
        {"page": 1, "total_pages": 1, "next_page": 2},
    ],
)
def test_a_header_that_contradicts_itself(header: dict[str, Any]) -> None:
    """A header that says both that this is the end and that it is not does not end a list."""
    rows = rows_of(17)

    assert listed(Pages(rows, 7, lambda *_: header)).rows == tuple(rows)


def test_rows_that_move_between_pages() -> None:
    """A row that appears while the list is read is noticed, and no row comes twice."""
    rows = rows_of(10)
    pages = Pages(list(rows), 5)

    def header(page: int, count: int, total: int) -> Mapping[str, Any]:
        if page == 2:
            pages.rows.insert(0, {"id": 7})
        return rails(page, count, total)

    pages.header = header

    result = listed(pages)

    assert result == Listing(tuple(rows[:9]), "9 rows were collected, the service counts 10")


def test_a_list_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that goes on for ever is given up, and not called whole."""
    monkeypatch.setattr(listing, "MAX_PAGES", 5)
    pages = Pages(rows_of(40), 1, HEADERS["absent"])

    result = listed(pages)

    assert (len(result.rows), result.doubt) == (5, "the list has more than 5 pages")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("503 times=forever", Unavailable),
        ("empty", BadAnswer),
        ("html", BadAnswer),
        ("malformed", BadAnswer),
        ("redirect", BadAnswer),
        ("drop-before times=forever", Unavailable),
    ],
)
def test_half_a_list_is_no_list(fault: str, error: type[Exception]) -> None:
    """When a later page cannot be read, there is an error and no list."""
    path = r"allow_block_rules\?page=2"
    with running(f"GET {path} {fault}", switches={"page_cap": "1"}) as world, pytest.raises(error):
        list_all(world.session, RULES)
