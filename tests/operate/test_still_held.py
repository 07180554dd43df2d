"""A log entry is marked with the held messages that agree with it in everything that both tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from mpctl.core.entity import Entity
from mpctl.core.mail import HeldMessage, LogEntry, Page, Search
from mpctl.operate import StillHeld, still_held

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ENTITY = Entity("mailprotector", "domains", "acme.example")
ENTRY = LogEntry(
    "log-1",
    sender="promo@bulk.example",
    recipients=("Alice.NG@acme.example",),
    subject="Sale",
    received=NOW,
    decision="quarantine_spam",
)
HELD = HeldMessage(
    "110",
    sender="Promo@bulk.example",
    recipients=("alice.ng@acme.example",),
    subject="Sale",
    received=NOW,
    mailbox="alice.ng@acme.example",
)


@dataclass
class Held:
    """A service that holds these messages, one a page."""

    messages: Sequence[HeldMessage]
    doubt: str = ""
    read: list[str] = field(default_factory=list)
    searches: list[Search] = field(default_factory=list)

    def held(self, entity: Entity, search: Search) -> Iterator[Page[HeldMessage]]:
        """One page after the other."""
        assert entity == ENTITY
        self.searches.append(search)
        for number, message in enumerate(self.messages, 1):
            self.read.append(message.id)
            yield Page((message,), number)
        yield Page((), len(self.messages) + 1, doubt=self.doubt)

    def entries(self, entity: Entity, search: Search) -> Iterator[Page[LogEntry]]:
        """Not asked here."""
        raise NotImplementedError

    def find(self, numbers: AbstractSet[str]) -> Mapping[str, HeldMessage]:
        """Not asked here."""
        raise NotImplementedError


def mark(entry: LogEntry, *held: HeldMessage) -> tuple[str, ...] | None:
    """The ids with which an entry is marked."""
    return still_held(Held(held), ENTITY, Search()).of(entry)


@pytest.mark.parametrize(
    ("held", "ids"),
    [
        (HELD, ("110",)),
        (replace(HELD, received=NOW + timedelta(seconds=90)), ("110",)),
        (replace(HELD, received=NOW - timedelta(minutes=3)), ()),
        (replace(HELD, received=NOW + timedelta(minutes=3)), ()),
        (replace(HELD, received=None), ("110",)),
        (replace(HELD, sender="other@bulk.example"), ()),
        (replace(HELD, subject="sale"), ()),
        (replace(HELD, recipients=("bob@acme.example",)), ("110",)),
        (replace(HELD, recipients=("bob@acme.example",), mailbox="bob@acme.example"), ()),
    ],
)
def test_what_agrees(held: HeldMessage, ids: tuple[str, ...]) -> None:
    """Sender, subject, time and a recipient or the mailbox must agree; addresses without case."""
    assert mark(ENTRY, held) == ids


def test_two_that_agree() -> None:
    """Messages that cannot be told apart are both named."""
    assert mark(ENTRY, HELD, replace(HELD, id="111")) == ("110", "111")


def test_what_cannot_be_held() -> None:
    """An entry with another decision is not held, and nothing is read for it."""
    service = Held([HELD])
    still = still_held(service, ENTITY, Search())

    assert still.of(replace(ENTRY, decision="deliver")) == ()
    assert still.of(replace(ENTRY, recipients=())) is None
    assert service.read == []


def test_an_entry_without_a_decision() -> None:
    """Where the log does not tell the decision, every entry may be held."""
    assert mark(replace(ENTRY, decision=""), HELD) == ("110",)


def test_reading_goes_as_far_as_the_entries() -> None:
    """What is held is read lazily, and not further back than the entries go."""
    messages = [replace(HELD, id=str(n), received=NOW - timedelta(hours=n)) for n in range(5)]
    service = Held(messages)
    still = still_held(service, ENTITY, Search())

    assert still.of(ENTRY) == ("0",)
    assert service.read == ["0", "1"]
    assert still.of(replace(ENTRY, received=NOW - timedelta(hours=1, minutes=30))) == ()
    assert service.read == ["0", "1", "2"]
    assert still.of(replace(ENTRY, received=NOW - timedelta(hours=3))) == ("3",)
    assert still.of(replace(ENTRY, received=NOW - timedelta(hours=1))) == ("1",)
    assert still.of(replace(ENTRY, received=None)) == ("0", "1", "2", "3", "4")


def test_what_came_a_little_earlier() -> None:
    """Reading goes beyond the time of the entry, as far as one message's times may differ."""
    other = replace(HELD, id="1", subject="other", received=NOW - timedelta(seconds=30))

    assert mark(ENTRY, other, replace(HELD, received=NOW - timedelta(seconds=90))) == ("110",)


def test_what_is_asked_for() -> None:
    """The held messages of the same time are read, whatever else the search wants."""
    service = Held([], doubt="the service lies")
    search = Search(sender="promo", descending=False, since=NOW, until=NOW, page=3)
    still = still_held(service, ENTITY, search)

    assert still.of(ENTRY) == ()
    slack = timedelta(minutes=2)
    assert service.searches == [Search(since=NOW - slack, until=NOW + slack)]
    assert still.doubt == "the service lies"


def test_a_page_that_is_not_in_order_is_not_the_last() -> None:
    """Reading ends only where a whole page came earlier than the entry."""
    old = replace(HELD, id="1", subject="other", received=NOW - timedelta(hours=1))
    late = replace(HELD, id="2", subject="other", received=NOW + timedelta(hours=1))
    pages = iter([Page((old, late)), Page((HELD,), 2)])

    assert StillHeld(pages).of(ENTRY) == ("110",)
