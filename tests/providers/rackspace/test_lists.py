"""Writing lists: what must not be sent is not, and one entry's failure holds back what it must."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mpctl.core.entity import Entity
from mpctl.core.outcome import Status
from mpctl.core.state import Reading
from mpctl.ports import Provider
from mpctl.providers.rackspace.lists import Shown
from mpctl.providers.rackspace.native import LISTS
from mpctl.sandbox import Fault, Sandbox
from tests.clock import FakeClock
from tests.conformance.rackspace import MAILBOXES
from tests.providers.rackspace.workbench import add, batch, ends, remove

ALICE: Entity = MAILBOXES.entities[0]
BLOCKED, _, SAFE, _ = LISTS
COMMA = "its entry holds a comma, and so cannot be named to the service"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Exchange mailboxes; the first blocks three senders."""
    with MAILBOXES.open() as running:
        entries = ["@a,b.example", "@b.example", "@c.example"]
        running.rackspace.state.set_entries(ALICE.scope, ALICE.name, "blocklist", entries)
        yield running


@pytest.fixture
def provider(sandbox: Sandbox) -> Iterator[Provider]:
    """A provider that has read the mailbox."""
    with MAILBOXES.connect(sandbox, FakeClock(), writable=True) as connected:
        connected.fetch([Reading(ALICE)])
        yield connected


def blocked(sandbox: Sandbox) -> tuple[str, ...]:
    """What really stands in the list."""
    return tuple(sandbox.rackspace.state.entries(ALICE.scope, ALICE.name, "blocklist"))


def test_an_entry_with_a_comma_is_never_sent(sandbox: Sandbox, provider: Provider) -> None:
    """To the service it would be two entries, of which one may be somebody else's rule."""
    wanted = batch(remove(BLOCKED, "@a,b.example", ALICE), remove(BLOCKED, "@c.example", ALICE))

    assert ends(provider.apply(wanted)) == [
        (
            "@a,b.example",
            "failed",
            "its entry holds a comma, and so cannot be named to the service",
        ),
        ("@c.example", "applied", ""),
    ]
    assert blocked(sandbox) == ("@a,b.example", "@b.example")


def test_a_removal_that_failed_holds_no_other_back(sandbox: Sandbox, provider: Provider) -> None:
    """Only creations have to be there before something goes."""
    sandbox.rackspace.state.set_entries(ALICE.scope, ALICE.name, "safelist", ["@d.example"])
    sandbox.inject(Fault.parse("PUT spam/blocklist$ 404 times=forever"))

    outcomes = provider.apply(
        batch(remove(BLOCKED, "@c.example", ALICE), remove(SAFE, "@d.example", ALICE))
    )

    assert [end.status for end in outcomes] == [Status.FAILED, Status.APPLIED]


def test_a_rule_stands_in_any_spelling_and_an_entry_in_its_own() -> None:
    """A creation is done by any entry that means it, a removal when that very entry is gone."""
    shown = Shown.of(BLOCKED, ["@A.example", "b@Vendor.example"])

    assert shown.has_done(add(BLOCKED, "@a.example"))
    assert shown.has_done(add(BLOCKED, "b@vendor.example"))
    assert not shown.has_done(add(BLOCKED, "@c.example"))
    assert not shown.has_done(remove(BLOCKED, "@A.example"))
    assert shown.has_done(remove(BLOCKED, "@a.example"))


def test_a_refused_removal_of_what_stands_has_failed(sandbox: Sandbox, provider: Provider) -> None:
    """Only what a read no longer shows was gone already."""
    sandbox.inject(Fault.parse("PUT . 400 times=forever"))

    (end,) = provider.apply(batch(remove(BLOCKED, "@c.example", ALICE)))

    assert end.status is Status.FAILED
    assert "@c.example" in blocked(sandbox)
