"""Whatever a service makes of filters, pages and headers: what is found is what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from mpctl.core.capabilities import Flow
from mpctl.core.entity import Entity
from mpctl.core.mail import Decision, Page, Search, SortField
from mpctl.providers.mailprotector.calls import CALLS
from mpctl.providers.mailprotector.messages import Messages
from mpctl.sandbox import Sandbox
from mpctl.sandbox.mailprotector.mail import Mail
from mpctl.sandbox.mailprotector.switches import SWITCHES
from mpctl.transport import Limits, Session
from tests.clock import FakeClock
from tests.conformance.pairwise import pairwise

# Those that change what is read here; `sparse` has a test of its own.
NAMES = (
    "pagination_header",
    "wrong_total",
    "ignores_page",
    "page_cap",
    "foreign_entity",
    "envelope",
    "id_type",
    "aliases_in_lists",
    "unknown_filter",
    "size_parameter",
    "log_decision",
    "text_filter",
    "sender_filter",
    "direction_filter",
)
CHOICES = pairwise({name: SWITCHES[name].values for name in NAMES})

# A second reading of what a search means, on what the service has.
Wanted = Callable[[Mail], bool]
NIGHT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
SEARCHES: Mapping[str, tuple[Search, Wanted]] = {
    "all": (Search(), lambda _: True),
    "part of a sender": (
        Search(sender="Bulk"),
        lambda m: "bulk" in f"{m.sender or ''} {m.header}".lower(),
    ),
    "part of a sender's domain": (
        Search(sender="portal.example"),
        lambda m: "portal.example" in f"{m.sender or ''} {m.header}".lower(),
    ),
    "an address in From": (
        Search(sender="no-reply@hr-benefits-portal.example"),
        lambda m: "<no-reply@hr-benefits-portal.example>" in m.header,
    ),
    "a recipient": (
        Search(recipient="bob.roy@acme.example"),
        lambda m: "bob.roy@acme.example" in m.recipients,
    ),
    "a subject": (Search(subject="INVOICE"), lambda m: "invoice" in m.subject.lower()),
    "a decision": (
        Search(decision=Decision.QUARANTINE_SPAM),
        lambda m: m.decision == "quarantine_spam",
    ),
    "a direction": (Search(flow=Flow.OUTBOUND), lambda m: m.outbound),
    "since": (Search(since=NIGHT), lambda m: m.received >= NIGHT),
    "until": (Search(until=NIGHT), lambda m: m.received <= NIGHT),
    "everything at once": (
        Search(sender="example", subject="a", flow=Flow.INBOUND, since=NIGHT),
        lambda m: (
            "example" in f"{m.sender or ''} {m.header}"
            and "a" in m.subject.lower()
            and not m.outbound
            and m.received >= NIGHT
        ),
    ),
}
PLACES = (("resellers", 400), ("customers", 5001), ("domains", 9101), ("users", 70001))


@contextmanager
def asked(choice: Mapping[str, str]) -> Iterator[tuple[Sandbox, Messages]]:
    """A service that behaves so, and the client that asks it."""
    clock = FakeClock()
    with Sandbox(switches=choice) as sandbox:
        service = sandbox.mailprotector
        session = Session(
            service.base_url,
            authorize=lambda: {"Authorization": f"Bearer {service.api_key}"},
            calls=CALLS,
            limits=Limits(),
            clock=clock.clock,
            secrets=(service.api_key,),
            writable=False,
        )
        with closing(session):
            yield sandbox, Messages(session)


def entity(scope: str, number: int) -> Entity:
    """An entity by its number."""
    return Entity("mailprotector", scope, f"id:{number}")


def ids(pages: Iterator[Page[Any]]) -> tuple[list[str], str]:
    """The ids in their order, and the doubt at the end."""
    read = list(pages)
    return [row.id for page in read for row in page.rows], read[-1].doubt


def newest_first(mails: Sequence[Mail]) -> list[Mail]:
    """How a service lists them."""
    return sorted(sorted(mails, key=lambda m: -m.id), key=lambda m: m.received, reverse=True)


def is_subsequence(found: list[str], expected: list[str]) -> bool:
    """Whether all of these come in this order."""
    rest = iter(expected)
    return all(one in rest for one in found)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda c: "-".join(c.values()))
def test_what_is_found_is_what_is_there(choice: dict[str, str]) -> None:
    """Logs and held messages equal the service's state, filtered here; else the end doubts it."""
    with asked(choice) as (sandbox, messages):
        state = sandbox.mailprotector.state
        for scope, number in PLACES:
            held = newest_first(state.held(scope, number))
            key = state._key(scope, number)
            logged = newest_first(state.logged(key))
            for name, (search, wanted) in SEARCHES.items():
                where = f"{name} at {scope}/{number}"
                _check(
                    ids(messages.held(entity(scope, number), search)),
                    [str(m.id) for m in held if wanted(m)],
                    certain=_is_certain(choice),
                    where=where,
                )
                _check(
                    ids(messages.entries(entity(scope, number), search)),
                    [m.log_id for m in logged if wanted(m)],
                    certain=_is_certain(choice)
                    and not (search.decision and choice["log_decision"] == "omitted"),
                    where=where,
                )
        assert not sandbox.writes()


def _is_certain(choice: Mapping[str, str]) -> bool:
    return choice["ignores_page"] == "off" and choice["wrong_total"] == "off"


def _check(
    result: tuple[list[str], str], expected: list[str], *, certain: bool, where: str
) -> None:
    found, doubt = result
    if certain:
        assert (found, doubt) == (expected, ""), where
    assert is_subsequence(found, expected), where
    assert doubt or found == expected, where


def test_rows_with_nothing_but_ids() -> None:
    """Sparse rows are all there without a search; with one they are left out, and it is said."""
    with asked({"sparse": "on"}) as (sandbox, messages):
        everything = ids(messages.held(entity("resellers", 400), Search()))
        searched = ids(messages.held(entity("resellers", 400), Search(subject="invoice")))
        state = sandbox.mailprotector.state

    held = [str(mail.id) for mail in newest_first(state.held("resellers", 400))]
    assert everything == (held, "")
    assert searched == (
        [],
        f"rows left out, because they do not tell what is asked: {len(held)}",
    )


@pytest.mark.parametrize("field", SortField)
@pytest.mark.parametrize("descending", [True, False])
def test_every_order(field: SortField, descending: object) -> None:
    """Sorting loses no row, and is the service's."""
    with asked({"page_cap": "7"}) as (sandbox, messages):
        search = Search(sort_field=field, descending=bool(descending))
        found, doubt = ids(messages.held(entity("resellers", 400), search))
        held = sandbox.mailprotector.state.held("resellers", 400)

    assert sorted(found) == sorted(str(mail.id) for mail in held)
    assert doubt == ""


@pytest.mark.parametrize("choice", [{}, {"text_filter": "exact"}, {"sender_filter": "header"}])
def test_a_quick_search_is_a_part(choice: dict[str, str]) -> None:
    """What the service finds by itself is never more than what is there, and never certain."""
    with asked(choice) as (sandbox, messages):
        for search, wanted in SEARCHES.values():
            quick = replace(search, quick=True)
            found, doubt = ids(messages.held(entity("resellers", 400), quick))
            held = newest_first(sandbox.mailprotector.state.held("resellers", 400))

            assert is_subsequence(found, [str(m.id) for m in held if wanted(m)])
            assert doubt == "the service did the searching, in its own way"


@pytest.mark.parametrize("choice", CHOICES, ids=lambda c: "-".join(c.values()))
def test_messages_by_their_numbers(choice: dict[str, str]) -> None:
    """Held messages are found anywhere below the key; what is not there is not found."""
    with asked(choice) as (sandbox, messages):
        state = sandbox.mailprotector.state
        ours = {str(mail.id) for mail in state.held("resellers", 400)}
        some = set(sorted(ours)[:2])

        assert set(messages.find(frozenset())) == set()
        assert not sandbox.requests
        if _is_certain(choice):
            assert set(messages.find(ours)) == ours
            assert set(messages.find({*some, "1"})) == some
        else:
            newest = {str(newest_first(state.held("resellers", 400))[0].id)}
            assert set(messages.find(newest)) == newest
