"""The sample data is coherent, believable, and of the world of the other samples."""

import re
from ipaddress import ip_network

import pytest

from mpctl.sandbox import Sandbox
from mpctl.sandbox.rackspace import Key, ListName, Scope
from mpctl.sandbox.rackspace.entries import is_valid

STATE = Sandbox().rackspace.state
KEYS = list(STATE.directory)
ODD = "bounce%@mailer.example"
DOCUMENTATION = [ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]


def test_who_there_is() -> None:
    """The mailboxes that policies are written for are there."""
    names = [str(key) for key in KEYS if "depot" not in key.name]

    assert names == [
        "domains/acme.example",
        "domains/bluefin.example",
        "domains/cobaltprint.example",
        "domains/globex.example",
        "domains/kestrel.example",
        "domains/larkspur.example",
        "domains/northwind.example",
        "ex_mailboxes/admin@acme.example",
        "ex_mailboxes/alice.ng@acme.example",
        "ex_mailboxes/bob.roy@acme.example",
        "ex_mailboxes/harriet.quill@larkspur.example",
        "ex_mailboxes/old.desk@acme.example",
        "ex_mailboxes/priya.nair@acme.example",
        "ex_mailboxes/ruth.adler@cobaltprint.example",
        "ex_mailboxes/sales@acme.example",
        "ex_mailboxes/tenders@kestrel.example",
        "rs_mailboxes/carol@globex.example",
        "rs_mailboxes/dev.patel@globex.example",
        "rs_mailboxes/invoices@acme.example",
        "rs_mailboxes/tom.hollis@acme.example",
        "rs_mailboxes/warehouse@acme.example",
    ]


def test_one_index_needs_two_pages() -> None:
    """One domain has more mailboxes than a page of the usual size."""
    assert len(STATE.directory.mailboxes("northwind.example", Scope.RS_MAILBOXES)) == 60


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_entries(key: Key) -> None:
    """Every entry but one odd one is valid, and every name is reserved."""
    lists = STATE.lists_of(*key)
    senders = [*lists["blocklist"], *lists["safelist"]]

    assert all(text.endswith(".example") for text in [*senders, key.name])
    assert all(is_valid(e, ListName(n)) for n, es in lists.items() for e in es if e != ODD)


def test_networks_are_for_documentation() -> None:
    """Hosts and ranges lie in, or around, the networks that are set aside for documentation."""
    entries = {
        e for key in KEYS for n in ("ipblocklist", "ipsafelist") for e in STATE.entries(*key, n)
    }
    prefixes = {".".join(str(net.network_address).split(".")[:2]) for net in DOCUMENTATION}

    assert all(re.match(r"\d+\.\d+", entry)[0] in prefixes for entry in entries)  # type: ignore[index]


def test_no_policy_can_say_everything() -> None:
    """One mailbox has an entry that no rule expresses, and one sender twice."""
    entries = STATE.entries("ex_mailboxes", "sales@acme.example", "blocklist")

    assert entries == ("@Outlet-Deals.example", "outlet-deals.example", ODD)


def test_nobody_blocks_the_own_domain() -> None:
    """No sample list holds what the service would refuse."""
    owned = [e for key in KEYS for e in STATE.entries(*key, "blocklist") if key.domain in e]

    assert owned == []
