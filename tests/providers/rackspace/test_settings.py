"""A write of settings carries all of them, so what it carries has to be what stands there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mpctl.core.entity import Entity
from mpctl.core.outcome import Status
from mpctl.core.state import Reading
from mpctl.ports import Provider
from mpctl.sandbox import Fault, Sandbox
from tests.clock import FakeClock
from tests.conformance.rackspace import MAILBOXES
from tests.providers.rackspace.workbench import batch, change

ALICE: Entity = MAILBOXES.entities[0]
READ = Reading(ALICE, settings=frozenset({"filter_level", "send_to_domain_quarantine"}))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Exchange mailboxes, the first with a filter that is on."""
    with MAILBOXES.open() as running:
        running.rackspace.state.set_settings(ALICE.scope, ALICE.name, filterLevel="on")
        yield running


@pytest.fixture
def provider(sandbox: Sandbox) -> Iterator[Provider]:
    """A provider that has read the mailbox."""
    with MAILBOXES.connect(sandbox, FakeClock(), writable=True) as connected:
        connected.fetch([READ])
        yield connected


def test_a_second_write_does_not_undo_the_first(sandbox: Sandbox, provider: Provider) -> None:
    """What was read before the first write is no longer so, and is read again for the second."""
    for operation in (
        change("filter_level", "exclusive", ALICE),
        change("send_to_domain_quarantine", after=True, where=ALICE),
    ):
        assert [end.status for end in provider.apply(batch(operation))] == [Status.APPLIED]

    settings = sandbox.rackspace.state.settings_of(ALICE.scope, ALICE.name)
    assert (settings["filterLevel"], settings["sendToDomainQuarantine"]) == ("exclusive", True)


def test_what_was_just_read_is_not_read_again(sandbox: Sandbox, provider: Provider) -> None:
    """The first write follows the reading that every write follows."""
    start = len(sandbox.requests)

    provider.apply(batch(change("filter_level", "exclusive", ALICE)))

    assert [request.method for request in sandbox.requests[start:]] == ["PUT"]


def test_a_refused_write_has_failed(sandbox: Sandbox, provider: Provider) -> None:
    """What the service refused did not happen: that needs no reading."""
    sandbox.inject(Fault.parse("PUT . 400"))
    start = len(sandbox.requests)

    (end,) = provider.apply(batch(change("filter_level", "exclusive", ALICE)))

    assert end.status is Status.FAILED
    assert [request.method for request in sandbox.requests[start:]] == ["PUT"]


def test_a_write_whose_answer_is_lost_is_read_back(sandbox: Sandbox, provider: Provider) -> None:
    """What a read shows was done; what it does not show, nobody knows."""
    (wanted,) = batch(change("filter_level", "exclusive", ALICE)).operations

    for fault, status in (("drop-before", Status.UNKNOWN), ("drop-after", Status.APPLIED)):
        sandbox.clear_faults()
        sandbox.inject(Fault.parse(f"PUT . {fault} times=forever"))

        assert [end.status for end in provider.apply(batch(wanted))] == [status]
