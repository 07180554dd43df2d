"""Only the id of a row is relied on; everything else is told, or it is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.entity import Ref
from mpctl.core.mail import HeldMessage, LogEntry
from mpctl.providers.mailprotector.native import NotUnderstood
from mpctl.providers.mailprotector.native_messages import held_message, log_entry

ENTRY = {
    "id": "5b1f6c0e-7d0a-4a55-9c7e-2f6d1a9b0c11",
    "sender": "bounces@mailer.vendor.example",
    "from": '"Vendor" <news@vendor.example>',
    "recipient": "alice.ng@acme.example",
    "score": {"score": 340},
    "direction": "inbound",
    "origin": "192.0.2.152",
    "subject": "March invoice",
    "user": {"id": 70001, "name": "alice.ng"},
    "user_group": {"id": "3101", "name": "Default"},
    "domain": {"id": 9101, "name": "acme.example"},
    "customer": {"id": 5001, "name": "Acme Widgets"},
    "reseller": {"id": 400, "name": "Harbor IT Services"},
    "received_at": "2026-03-09T15:46:01.913+00:00",
    "decision": "quarantine_spam",
    "results_data": ["spf_pass", "bulk"],
    "rule_ids": [610001],
}
HELD = {
    "id": 1985000110,
    "address": "alice.ng@acme.example",
    "recipients": ["sales@acme.example"],
    "sender": None,
    "from": '"Promo" <promo@bulk.example>',
    "subject": "Spring sale",
    "received_at": "2026-03-09T15:46:01.913Z",
    "direction": "inbound",
    "quarantine_type": "spam",
    "score": {"score": 640},
    "results": [{"id": 17, "title": "No Reverse DNS", "weight": 40}],
}
RECEIVED = datetime(2026, 3, 9, 15, 46, 1, 913_000, tzinfo=UTC)


def test_a_log_entry() -> None:
    """The documented row of a log is understood as a whole."""
    assert log_entry(ENTRY) == LogEntry(
        "5b1f6c0e-7d0a-4a55-9c7e-2f6d1a9b0c11",
        sender="bounces@mailer.vendor.example",
        author='"Vendor" <news@vendor.example>',
        recipients=("alice.ng@acme.example",),
        subject="March invoice",
        received=RECEIVED,
        flow="inbound",
        decision="quarantine_spam",
        score=340.0,
        reasons=("spf_pass", "bulk"),
        chain={
            "users": Ref("users", "70001"),
            "user_groups": Ref("user_groups", "3101"),
            "domains": Ref("domains", "9101"),
            "customers": Ref("customers", "5001"),
            "resellers": Ref("resellers", "400"),
        },
        origin="192.0.2.152",
        rule_ids=("610001",),
    )


def test_a_held_message() -> None:
    """The documented row of a quarantine is understood; the kind of hold tells the decision."""
    assert held_message(HELD) == HeldMessage(
        "1985000110",
        author='"Promo" <promo@bulk.example>',
        recipients=("sales@acme.example",),
        subject="Spring sale",
        received=RECEIVED,
        flow="inbound",
        decision="quarantine_spam",
        score=640.0,
        reasons=("No Reverse DNS",),
        mailbox="alice.ng@acme.example",
        hold="spam",
    )


def test_nothing_but_an_id() -> None:
    """A row that has only its id is a message of which nothing is told."""
    assert log_entry({"id": "x"}) == LogEntry("x")
    assert log_entry({"id": 7}) == LogEntry("7")
    assert held_message({"id": "7"}) == HeldMessage("7")


def test_a_held_message_without_recipients() -> None:
    """The mailbox stands in for recipients that are not told."""
    assert held_message({"id": 7, "address": "a@b.example"}).recipients == ("a@b.example",)


@pytest.mark.parametrize("id_", [None, "", " ", True, 1.5, [], {}, "x" * 201])
def test_no_usable_id(id_: Any) -> None:
    """A row without an id is not understood."""
    with pytest.raises(NotUnderstood):
        log_entry({"id": id_})
    with pytest.raises(NotUnderstood):
        held_message({"id": id_})


@pytest.mark.parametrize("id_", ["12/../3", "12 ", "twelve", -1, "5b1f6c0e-7d0a"])
def test_an_id_that_no_release_takes(id_: Any) -> None:
    """The id of a held message becomes part of a path, so it is a number."""
    with pytest.raises(NotUnderstood):
        held_message({"id": id_})


@pytest.mark.parametrize(
    ("told", "score"),
    [
        (340, 340.0),
        ("340", 340.0),
        ({"score": 12.5}, 12.5),
        ({"score": "7"}, 7.0),
        (-3, -3.0),
        (True, None),
        ({"score": True}, None),
        ("much", None),
        ({}, None),
        ([3], None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        (None, None),
    ],
)
def test_scores(told: Any, score: float | None) -> None:
    """A score is a finite number, in its object or without."""
    assert log_entry({"id": "x", "score": told}).score == score


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2026-03-09T15:46:01.913+00:00", RECEIVED),
        ("2026-03-09T16:46:01.913+01:00", RECEIVED),
        ("2026-03-09T15:46:01.913", RECEIVED),
        ("0001-01-01T00:00:00+10:00", None),
        ("9999-12-31T23:59:59-10:00", None),
        ("1601-01-01T00:00:00Z", None),
        ("yesterday", None),
        (1773071161, None),
        (None, None),
    ],
)
def test_times(told: Any, moment: datetime | None) -> None:
    """A time without a zone is in UTC; one that no clock could show is none."""
    assert held_message({"id": 1, "received_at": told}).received == moment


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)


@given(
    st.fixed_dictionaries({}, optional={name: JSON for name in {**ENTRY, **HELD} if name != "id"})
)
def test_any_row(row: dict[str, Any]) -> None:
    """Whatever the fields hold, a row with an id is a message whose texts are texts."""
    for message in (log_entry({**row, "id": "1"}), held_message({**row, "id": "1"})):
        assert message.id == "1"
        texts = (message.sender, message.author, message.subject, message.flow, message.decision)
        assert all(type(text) is str for text in (*texts, *message.recipients, *message.reasons))
        assert json.loads(json.dumps(message.score)) == message.score
        if message.received:
            assert message.received.astimezone(UTC) == message.received
