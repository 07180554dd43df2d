"""A long listing gives every row that fits, once, and says when that cannot be promised."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mpctl.core.capabilities import Flow
from mpctl.core.mail import Decision, Search, SortField
from mpctl.providers.mailprotector import walking
from tests.providers.mailprotector.mailbox import NOW, Mailbox, Rows, row, rows
from tests.providers.mailprotector.test_listing import HEADERS

Headers = st.sampled_from(sorted(set(HEADERS) - {"pages", "limit"}))


def header_of(name: str, page: int, pages: int, total: int) -> str | None:
    """The header of this kind, as text."""
    shown = HEADERS[name](page, pages, total)
    return None if shown is None else json.dumps(shown)


def mailbox(found: Rows, name: str = "rails", cap: int = 50) -> Mailbox:
    """A listing with a header of this kind."""
    return Mailbox(found, cap, lambda *figures: header_of(name, *figures))


def numbers(found: Rows) -> list[str]:
    """The ids of rows as text."""
    return [str(one["id"]) for one in found]


@given(st.integers(0, 60), st.sampled_from((1, 3, 7, 50)), Headers)
def test_every_row_once(count: int, cap: int, name: str) -> None:
    """Whatever the cap and the header, all rows come once and in order, without a doubt."""
    found = rows(count)

    assert mailbox(found, name, cap).ids(Search()) == (numbers(found), "")


@given(
    st.integers(0, 200),
    st.integers(0, 200),
    st.integers(0, 200),
    st.sampled_from((1, -1)),
    Headers,
)
def test_a_range(count: int, first: int, second: int, step: int, name: str) -> None:
    """A range of times gives just its rows, in either order, also where reading ends early."""
    found = rows(count)[::step]
    since, until = (NOW - timedelta(minutes=m) for m in (max(first, second), min(first, second)))
    search = Search(since=since, until=until, descending=step > 0)

    wanted = [one for one in found if min(first, second) <= one["id"] <= max(first, second)]
    assert mailbox(found, name, cap=7).ids(search) == (numbers(wanted), "")


def test_a_range_ends_the_reading() -> None:
    """What is sorted by time is read to the end of the range, and an hour further."""
    service = mailbox(rows(1000), cap=10)

    found, doubt = service.ids(Search(since=NOW - timedelta(minutes=30)))

    assert (len(found), doubt) == (30, "")
    assert len(service.asked) == 10


def test_rows_without_a_time_end_no_reading() -> None:
    """A page that tells no time may stand anywhere, also before what is wanted."""
    untold: Rows = [{**row(900 + number), "received_at": None} for number in range(5)]
    found = [*rows(30), *untold, *rows(40)[30:]]

    got, doubt = mailbox(found, cap=5).ids(Search(since=NOW - timedelta(minutes=60)))

    assert got == numbers(rows(40))
    assert doubt == "rows left out, because they do not tell what is asked: 5"


@given(st.permutations(range(0, 600, 10)), st.sampled_from((1, 7, 50)))
def test_a_service_that_does_not_sort(order: list[int], cap: int) -> None:
    """Where times contradict the order, everything is read."""
    found = [row(number + 1, minutes) for number, minutes in enumerate([0, 599, 0, 599, *order])]

    wanted = [
        one for one in found if one["received_at"] >= (NOW - timedelta(minutes=30)).isoformat()
    ]
    search = Search(since=NOW - timedelta(minutes=30))
    assert mailbox(found, cap=cap).ids(search) == (numbers(wanted), "")


def test_a_service_that_sorts_roughly() -> None:
    """Times that rise by hours here and there prove no order, though they fall on the whole."""
    minutes = [*range(24), 150, *range(24, 29), *[1000] * 5, 500]
    found = [row(number + 1, at) for number, at in enumerate(minutes)]

    got, doubt = mailbox(found, cap=5).ids(Search(since=NOW - timedelta(minutes=600)))

    assert (got, doubt) == (numbers([*found[:30], found[-1]]), "")


@pytest.mark.parametrize("cap", [1, 5, 50])
def test_a_service_that_sorts_the_other_way(cap: int) -> None:
    """The oldest first, though the newest were asked for, is no reason to stop at the oldest."""
    found = [row(500 + n, 5000 - n + 3 * (n % 2)) for n in range(60)] + rows(3)[::-1]

    search = Search(since=NOW - timedelta(minutes=30))
    assert mailbox(found, cap=cap).ids(search) == (["3", "2", "1"], "")


def test_another_order() -> None:
    """Times say nothing about the end of what is sorted by something else."""
    found = [*rows(200), row(900, 1)]
    search = Search(since=NOW - timedelta(minutes=2), sort_field=SortField.SCORE)

    assert mailbox(found, cap=10).ids(search) == (["1", "2", "900"], "")


@given(st.lists(st.integers(0, 4), max_size=8), Headers)
@example([0, 12], "absent")
def test_rows_that_arrive_meanwhile(arrivals: list[int], name: str) -> None:
    """New rows push others to later pages: none of those is lost, none comes twice."""

    def arrive(found: Rows, request: int) -> None:
        if 1 < request <= len(arrivals):
            fresh = [row(1000 * request + n, 0) for n in range(arrivals[request - 1])]
            found[:0] = fresh

    service = mailbox(rows(60), name, cap=5)
    service.meanwhile = arrive

    found, doubt = service.ids(Search())

    assert [number for number in found if int(number) <= 60] == numbers(rows(60))
    assert len(set(found)) == len(found)
    assert doubt == ""


def test_pages_without_news_now_and_then() -> None:
    """Only as many of them in a row are the same page; between others each is just old rows."""

    def arrive(found: Rows, request: int) -> None:
        if request % 2 == 0 and request <= 8:
            found[:0] = [row(1000 * request + n, 0) for n in range(5)]

    service = mailbox(rows(40), "absent", cap=5)
    service.meanwhile = arrive

    assert service.ids(Search()) == (numbers(rows(40)), "")


@given(st.integers(2, 5), st.integers(1, 9))
def test_rows_that_leave_meanwhile(request_number: int, leaving: int) -> None:
    """When rows leave and others move to a page that was read, the end says so."""

    def leave(found: Rows, request: int) -> None:
        if request == request_number:
            del found[:leaving]

    service = mailbox(rows(60), cap=5)
    service.meanwhile = leave

    found, doubt = service.ids(Search())

    assert len(found) == 60 - leaving
    assert doubt == f"{60 - leaving} rows were read, the service counts 60"


def test_a_page_that_never_changes() -> None:
    """A service that ignores the page ends with a doubt, soon, and without a row twice."""
    service = mailbox(rows(120), "absent")
    service.ignores_page = True

    found, doubt = service.ids(Search())

    assert found == numbers(rows(50))
    assert doubt == "the service sends the same page again and again"
    assert len(service.asked) == 4


def test_the_memory_of_ids_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Old ids are forgotten; a listing that never ends is left after so many pages."""
    monkeypatch.setattr(walking, "REMEMBERED", 20)
    monkeypatch.setattr(walking, "MAX_PAGES", 40)
    service = mailbox(rows(1000), "absent", cap=10)

    found, doubt = service.ids(Search())

    assert found == numbers(rows(400))
    assert doubt == "the list has more than 40 pages"
    # One that comes again later than that is new.
    again, _ = mailbox([*rows(30), row(1), row(30)], "absent", cap=10).ids(Search())
    assert again == [*numbers(rows(30)), "1"]


def test_rows_without_an_id() -> None:
    """What has no usable id is left out, and said; the rest is there."""
    odd: list[Any] = [None, 3, "x", [], {}, {"id": None}, {"id": "a/b"}, {"id": True}, {"id": -1}]

    found, doubt = mailbox([*rows(2), *odd], "absent").ids(Search())

    assert found == ["1", "2"]
    assert doubt == "rows without a usable id: 9"


def test_rows_that_do_not_tell() -> None:
    """A row that does not tell what is asked is left out, and the end says how many there were."""
    found, doubt = mailbox([row(1, sender="a@b.example"), row(2)]).ids(Search(sender="b.example"))

    assert (found, doubt) == (["1"], "rows left out, because they do not tell what is asked: 1")


FILTERS = Search(
    sender="bulk",
    recipient="alice",
    subject="sale",
    decision=Decision.QUARANTINE_SPAM,
    flow=Flow.INBOUND,
)


def test_what_is_sent() -> None:
    """Only order and page are sent: no filter of the service could hide a row."""
    service = mailbox([])
    service.ids(replace(FILTERS, since=NOW, page=3, page_size=9, descending=False))

    assert service.asked == [
        {"sort_field": "@timestamp", "sort_direction": "asc", "page": 3, "page_size": 9}
    ]


def test_a_list_that_seems_to_be_empty() -> None:
    """An empty first page is asked for again without a size, which may have been the reason."""
    service = mailbox([])

    assert service.ids(Search()) == ([], "")
    assert [asked.get("page_size") for asked in service.asked] == [50, None]


def test_a_quick_search() -> None:
    """In a quick search the filters are sent, and the end says who searched."""
    service = mailbox([row(1)])
    _, doubt = service.ids(replace(FILTERS, quick=True))

    assert doubt.endswith("the service did the searching, in its own way")
    assert service.asked == [
        {
            "sort_field": "@timestamp",
            "sort_direction": "desc",
            "page": 1,
            "page_size": 50,
            "sender": "bulk",
            "recipient": "alice",
            "subject": "sale",
            "decision": "quarantine_spam",
            "direction": "inbound",
        }
    ]


def test_what_a_page_tells() -> None:
    """Every page has its number and the total of the service, and at most fifty rows are asked."""
    service = mailbox(rows(12), cap=5)

    pages = service.walk(Search(page_size=200))

    assert [(page.number, page.total, len(page.rows)) for page in pages] == [
        (1, 12, 5),
        (2, 12, 5),
        (3, 12, 2),
    ]
    assert {asked["page_size"] for asked in service.asked} == {50}


@given(st.integers(1, 30), Headers)
def test_a_later_page(page: int, name: str) -> None:
    """From a later page on the rest is read, and nothing is said of what was left out."""
    assert mailbox(rows(50), name, cap=5).ids(Search(page=page)) == (
        numbers(rows(50))[(page - 1) * 5 :],
        f"there is no page {page}" if page > 10 else "",
    )
