"""What cannot be read is neither missing nor empty, and a refused key ends everything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mpctl.core.state import Reading
from mpctl.diagnostics import Code
from mpctl.ports import Provider
from mpctl.sandbox import Fault, FaultKind, Sandbox
from mpctl.transport import KeyRefused
from tests.clock import FakeClock
from tests.conformance.rackspace import MAILBOXES

ALICE, BOB = MAILBOXES.entities


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Exchange mailboxes."""
    with MAILBOXES.open() as running:
        yield running


@pytest.fixture
def provider(sandbox: Sandbox) -> Iterator[Provider]:
    """A provider that may only read."""
    with MAILBOXES.connect(sandbox, FakeClock(), writable=False) as connected:
        yield connected


def answered(sandbox: Sandbox, body: str) -> None:
    """Let the service answer so where the first mailbox's list of safe senders was asked for."""
    path = "alice.ng/spam/safelist$"
    sandbox.inject(Fault("GET", path, FaultKind.STATUS, times=None, status=200, body=body))


@pytest.mark.parametrize("body", ["", "null", "[]"])
def test_an_answer_without_a_document_is_no_list(
    sandbox: Sandbox, provider: Provider, body: str
) -> None:
    """It could not be read."""
    answered(sandbox, body)

    state = provider.fetch([Reading(ALICE)])

    assert (state.entities, state.missing, set(state.unread)) == ({}, {}, {ALICE})


def test_a_document_without_a_list_proves_nothing(sandbox: Sandbox, provider: Provider) -> None:
    """It is shown as empty, and forbids removals; the lists of others are whole."""
    answered(sandbox, "{}")

    live = provider.fetch([Reading(ALICE), Reading(BOB)]).entities

    assert (live[ALICE].complete, live[BOB].complete) == (False, True)
    assert [one.code for one in live[ALICE].findings] == [Code.INCOMPLETE_LISTING]


@pytest.mark.parametrize("fault", ["500", "html", "malformed", "403"])
def test_a_list_that_cannot_be_read_is_no_missing_mailbox(
    sandbox: Sandbox, provider: Provider, fault: str
) -> None:
    """The mailbox is there, and nobody knows its rules; the others are read."""
    words = "body='Exceeded request limits'" if fault == "403" else ""
    sandbox.inject(Fault.parse(f"GET alice.ng/spam/safelist$ {fault} times=forever {words}"))

    state = provider.fetch([Reading(ALICE), Reading(BOB)])

    assert (set(state.entities), set(state.missing), set(state.unread)) == ({BOB}, set(), {ALICE})


def test_a_key_that_is_refused_ends_the_run(sandbox: Sandbox, provider: Provider) -> None:
    """Also in the middle of it: it is no doubt of one mailbox."""
    sandbox.inject(Fault.parse("GET alice.ng/spam/safelist$ 403 body='Authentication failed.'"))

    with pytest.raises(KeyRefused):
        provider.fetch([Reading(ALICE), Reading(BOB)])
