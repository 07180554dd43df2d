"""Several pages at once: in order, within bounds, and no further once nobody wants more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count

import pytest

from mpctl.transport import Refused
from tests.transport.conftest import Connect
from tests.transport.loopback import OK, Reply, Seen, reply


def page_of(seen: Seen) -> int:
    """Which page was asked for."""
    return int(seen.target.partition("page=")[2])


def test_answers_come_in_the_order_asked(connect: Connect) -> None:
    """Whichever page is answered first, the answers come in order."""
    second_answered = threading.Event()

    def script(seen: Seen) -> Reply:
        if page_of(seen) == 1:
            second_answered.wait(10)
        else:
            second_answered.set()
        return reply(200, [page_of(seen)])

    line = connect(script, limits={"connections": 2})
    line.session.request("GET", "/things", params={"page": 2})
    second_answered.clear()

    bodies = [a.body for a in line.session.pages("/things", [{"page": 1}, {"page": 2}])]

    assert bodies == [[1], [2]]


def test_as_many_at_once_as_there_are_connections(connect: Connect) -> None:
    """All connections are used, and no page is asked for that is further ahead than that."""
    met = threading.Barrier(3, timeout=10)

    def script(seen: Seen) -> Reply:
        if seen.target != "/things":
            met.wait()
        return OK

    line = connect(script, limits={"connections": 3})
    line.session.request("GET", "/things")
    taken: list[int] = []

    def wanted() -> Iterator[dict[str, str | int]]:
        for number in count(1):
            taken.append(number)
            yield {"page": number}

    pages = line.session.pages("/things", wanted())
    next(pages)
    pages.close()

    assert taken == [1, 2, 3]


def test_a_page_that_fails_fails_in_its_place(connect: Connect) -> None:
    """What was answered before the first failure is given, then the failure is raised."""
    line = connect(lambda seen: reply(404) if page_of(seen) == 2 else OK)

    pages = line.session.pages("/things", [{"page": n} for n in (1, 2, 3)])

    assert next(pages).status == 200
    with pytest.raises(Refused):
        next(pages)


def test_no_page_at_all(connect: Connect) -> None:
    """Where no page is wanted, nothing is sent."""
    line = connect(lambda _: OK)

    assert list(line.session.pages("/things", [])) == []
    assert line.seen == []
