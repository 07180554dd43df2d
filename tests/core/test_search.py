"""A search wants what its options say, and says so when a message does not tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.capabilities import Flow
from mpctl.core.mail import Decision, HeldMessage, LogEntry, Search
from mpctl.core.search import fits

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ENTRY = LogEntry(
    "1",
    sender="Bounces@mailer.vendor.example",
    author='"Vendor" <news@vendor.example>',
    recipients=("alice.ng@acme.example",),
    subject="March Invoice",
    received=AT,
    flow="inbound",
    decision="quarantine_spam",
)


@pytest.mark.parametrize(
    ("search", "wanted"),
    [
        (Search(), True),
        (Search(sender="MAILER"), True),
        (Search(sender="vendor.example"), True),
        (Search(sender="news@vendor.example"), True),
        (Search(sender="ews@vendor.example"), False),
        (Search(sender="news@vendor"), True),
        (Search(sender="news@vendor.exam.ple"), False),
        (Search(sender="partner"), False),
        (Search(recipient="alice.ng@acme.example"), True),
        (Search(recipient="ng@acme.example"), False),
        (Search(recipient="ng@acme"), True),
        (Search(subject="invoice"), True),
        (Search(subject="march.invoice"), False),
        (Search(decision=Decision.QUARANTINE_SPAM), True),
        (Search(decision=Decision.DELIVER), False),
        (Search(flow=Flow.INBOUND), True),
        (Search(flow=Flow.OUTBOUND), False),
        (Search(since=AT, until=AT), True),
        (Search(since=AT + timedelta(seconds=1)), False),
        (Search(until=AT - timedelta(seconds=1)), False),
        (Search(sender="vendor", subject="nothing"), False),
    ],
)
def test_what_is_wanted(search: Search, wanted: object) -> None:
    """Parts are found without case; a whole address is that address; ranges include their ends."""
    assert fits(ENTRY, search) is wanted


@pytest.mark.parametrize(
    "search",
    [
        Search(sender="a"),
        Search(recipient="a"),
        Search(subject="a"),
        Search(decision=Decision.DELIVER),
        Search(flow=Flow.INBOUND),
        Search(since=AT),
        Search(until=AT),
    ],
)
def test_what_is_not_told(search: Search) -> None:
    """A message that does not tell what is asked is neither wanted nor unwanted."""
    assert fits(LogEntry("1"), search) is None
    assert fits(LogEntry("1"), Search()) is True


def test_what_is_unwanted_anyway() -> None:
    """What one answer rules out is unwanted, whatever else is not told."""
    assert fits(LogEntry("1", subject="a"), Search(subject="b", sender="x")) is False


def test_the_end_of_a_sentence() -> None:
    """A whole address is found before a full stop, and not as the beginning of a longer one."""
    search = Search(sender="bo@x.example")

    assert fits(LogEntry("1", author="I am bo@x.example."), search) is True
    assert fits(LogEntry("1", author="bo@x.example.org"), search) is False
    assert fits(LogEntry("1", author="bo@x.example-two.org"), search) is False
    assert fits(LogEntry("1", author="jim-bo@x.example"), search) is False


def test_the_mailbox_that_holds_a_message() -> None:
    """A held message is found by the mailbox, which may be another address than the recipient."""
    held = HeldMessage("1", recipients=("sales@acme.example",), mailbox="alice.ng@acme.example")

    assert fits(held, Search(recipient="alice.ng@acme.example")) is True
    assert fits(held, Search(recipient="sales@acme.example")) is True


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text(text: str, subject: str) -> None:
    """A text is found where it stands, whatever its characters mean to anybody."""
    around = LogEntry("1", subject=f"{subject} {text} {subject}")

    assert fits(around, Search(subject=text)) is True
