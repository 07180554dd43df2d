"""Deny rules are listed, created and deleted (the MailBaby reference, sections 4.2 to 5.2)."""

from typing import Any

import pytest

from mpctl.sandbox.mailbaby import SampleData
from mpctl.sandbox.mailbaby.values import TLDS, is_address, is_domain, is_prefix, is_rfc_address
from tests.sandbox.mailbaby.conftest import Serve
from tests.sandbox.mailbaby.talk import Client, two_orders

NO_ACTIVE_ORDER = "No active mail orders."
NO_USERNAME = "Invalid or Inactive Username."
NO_TYPE = "Invalid value for type."
NO_ADDRESS = "Invalid email address in data."
NO_DOMAIN = "Invalid domain name in data."
NO_PREFIX = "Invalid email start string, it should contain only alphanumeric characters, +_.-"


def test_the_list_has_all_active_orders(client: Client) -> None:
    """One list for the whole account; inactive orders and other accounts are not in it."""
    assert [(row["id"], row["user"]) for row in client.rules()] == [(14, "mb39"), (15, "mb41")]


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("email", "Some.One+tag@Sub.Bad.com"),
        ("destination", "o'neill/x@bad.example"),
        ("domain", "sub.Bad-1.CO.UK"),
        ("domain", "xn--bcher-kva.com"),
        ("startswith", "no-reply+_.9"),
        ("startswith", "x"),
    ],
)
def test_data_is_kept_as_posted(client: Client, type_: str, data: str) -> None:
    """What is taken is stored without trimming or folding."""
    number = client.add(type_, data).json["text"]

    (row,) = (row for row in client.rules() if row["id"] == number)
    assert (row["type"], row["data"], row["user"]) == (type_, data, "mb39")


def test_duplicates(client: Client) -> None:
    """The same rule twice is two rows with two ids."""
    first, second = (client.add("email", "of-mb39@bad.com").json["text"] for _ in range(2))

    assert second == first + 1
    assert client.data().count("of-mb39@bad.com") == 3


def test_ids_are_not_used_again(client: Client) -> None:
    """The counter does not go back when the last rule is deleted."""
    ids = []
    for _ in range(3):
        ids.append(client.add("email", "a@bad.com").json["text"])
        client.remove(ids[-1])

    assert ids == [17, 18, 19]


@pytest.mark.parametrize("sent", [{}, {"username": None}, {"user": "mb41"}])
def test_a_rule_without_username(client: Client, sent: dict[str, Any]) -> None:
    """Without `username` the rule is filed, silently, under the first active order."""
    reply = client.post("/mail/rules", {"type": "email", "data": "new@bad.com", **sent})

    assert reply.json["status"] == "ok"
    assert [rule.data for rule in client.state.rules_of("mb39")] == [
        "of-mb39@bad.com",
        "new@bad.com",
    ]


CHECKS: list[tuple[dict[str, Any], str]] = [
    ({"username": "mb33", "type": "nonsense"}, NO_USERNAME),
    ({"username": "mb77", "type": "nonsense"}, NO_USERNAME),
    ({"username": "mb5", "type": "nonsense"}, NO_USERNAME),
    ({"username": "", "type": "nonsense"}, NO_USERNAME),
    ({"username": 39, "type": "nonsense"}, NO_USERNAME),
    ({"username": ["mb39"], "type": "nonsense"}, NO_USERNAME),
    ({"type": "nonsense", "data": "also nonsense"}, NO_TYPE),
    ({"type": "Email", "data": "a@bad.com"}, NO_TYPE),
    ({"type": ["email"], "data": "a@bad.com"}, NO_TYPE),
    ({"data": "a@bad.com"}, NO_TYPE),
    ({}, NO_TYPE),
    ({"type": "domain"}, NO_DOMAIN),
    ({"type": "domain", "data": "a@bad.com"}, NO_DOMAIN),
    ({"type": "email", "data": "bad.com"}, NO_ADDRESS),
    ({"type": "email", "data": ["a@bad.com"]}, NO_ADDRESS),
    ({"type": "destination", "data": None}, NO_ADDRESS),
    ({"type": "startswith", "data": "a@b"}, NO_PREFIX),
    ({"type": "startswith", "data": ""}, NO_PREFIX),
    ({"type": "startswith", "data": True}, NO_PREFIX),
]


@pytest.mark.parametrize(("document", "message"), CHECKS)
def test_the_order_of_checks(client: Client, document: dict[str, Any], message: str) -> None:
    """The username is checked first, then the type, then the data; nothing is stored."""
    before = client.state.snapshot()

    reply = client.post("/mail/rules", document)

    assert (reply.status, reply.json) == (400, {"code": 400, "message": message})
    assert client.state.snapshot() == before


@pytest.mark.parametrize("inactive", ["canceled", "suspended", "pending", "Active"])
def test_no_active_order(serve: Serve, inactive: str) -> None:
    """Without an active order nothing can be listed, added or deleted; only "active" is active."""
    client = serve(two_orders(status=inactive))
    before = client.state.snapshot()

    replies = [
        client.get("/mail/rules"),
        client.post("/mail/rules", {"type": "nonsense"}),
        client.remove(14),
    ]

    assert [(reply.status, reply.json["message"]) for reply in replies] == [
        (400, NO_ACTIVE_ORDER)
    ] * 3
    assert client.state.snapshot() == before


def test_a_bad_id_comes_before_the_orders(serve: Serve) -> None:
    """An id that is no integer is refused without a look at the orders."""
    client = serve(two_orders(status="canceled"))

    assert client.remove("x").json["message"] == "The specified ID was invalid."


def test_an_account_without_orders(serve: Serve) -> None:
    """An account without orders has an empty list of them, and no rules to read."""
    client = serve(SampleData())

    assert client.get("/mail").body == b"[]"
    assert client.get("/mail/rules").json["message"] == NO_ACTIVE_ORDER


@pytest.mark.parametrize("rule_id", [13, 16, 999, -14])
def test_deletes_that_lie(client: Client, rule_id: int) -> None:
    """A rule of an inactive order, of another account, or of no one is "deleted" and stays."""
    before = client.state.snapshot()

    reply = client.remove(rule_id)

    assert (reply.status, reply.json) == (200, {"status": "ok", "text": "record deleted"})
    assert client.state.snapshot() == before


def test_an_order_that_becomes_inactive(client: Client) -> None:
    """Its rules disappear from the list, and are there again with the order."""
    client.state.set_status("mb39", "canceled")
    hidden = client.data()
    client.state.set_status("mb39", "active")

    assert (hidden, client.data()) == (["of-mb41@bad.com"], ["of-mb39@bad.com", "of-mb41@bad.com"])


@pytest.mark.parametrize(
    ("data", "taken"),
    [
        ("bad.com", True),
        ("a.b.c.bad.org", True),
        ("1.net", True),
        ("xn--bcher-kva.xn--p1ai", True),
        ("BAD.COM", True),
        ("a.b", False),
        ("com", False),
        ("@x.com", False),
        ("*.x.com", False),
        ("x.local", False),
        ("x.test", False),
        ("x.example", False),
        ("a_b.com", False),
        ("x.com.", False),
        (".x.com", False),
        ("x..com", False),
        ("-x.com", False),
        ("x-.com", False),
        ("a--b--c.com", False),
        ("x y.com", False),
        ("x.com\n", False),
        ("192.0.2.1", False),
        ("bücher.com", False),
        ("", False),
    ],
)
def test_domains(data: str, taken: bool) -> None:  # noqa: FBT001 - fact
    """A domain ends in a real top-level domain, and its labels are plain."""
    assert is_domain(data) is taken


def test_top_level_domains() -> None:
    """The list has the usual names, and none that is reserved."""
    assert {"com", "net", "org", "de", "shop", "xn--p1ai"} <= TLDS
    assert not TLDS & {"example", "test", "invalid", "localhost", "local"}
    assert len(TLDS) > 1400


@pytest.mark.parametrize(
    ("data", "taken"),
    [
        ("a@b.example", True),
        ("a.b+c=d/e@b-c.d2.example", True),
        ('"a b"@c.example', True),
        (f"{'x' * 64}@c.example", True),
        (f"{'x' * 65}@c.example", False),
        (f"a@{'x' * 63}.example", True),
        (f"a@{'x' * 64}.example", False),
        (f"a@{'x.' * 124}example", False),
        ("a@localhost", False),
        ("a@b.c.", False),
        ("a@b.123", False),
        ("a@-b.example", False),
        (".a@b.example", False),
        ("a..b@c.example", False),
        ("a@b@c.example", False),
        ("ü@b.example", False),
        ("a@bücher.example", False),
        ("a b@c.example", False),
        ("@b.example", False),
        ("a@b.example\n", False),
        ("", False),
    ],
)
def test_addresses(data: str, taken: bool) -> None:  # noqa: FBT001 - fact
    """An address is ASCII, and its domain has a dot but may end in anything."""
    assert is_address(data) is taken


@pytest.mark.parametrize(
    ("data", "taken"),
    [
        ("a@b.example", True),
        ("ü@bücher.example", True),
        ("a@localhost", True),
        ('"a b"@c', True),
        ("a b@c", False),
        ("a@b@c", False),
        ("bad.com", False),
    ],
)
def test_rfc_addresses(data: str, taken: bool) -> None:  # noqa: FBT001 - fact
    """An RFC parser takes Unicode and domains without a dot."""
    assert is_rfc_address(data) is taken


@pytest.mark.parametrize(
    ("data", "taken"),
    [
        ("noreply", True),
        ("+_.-9", True),
        ("x" * 200, True),
        ("noreply\n", True),
        ("noreply\n\n", False),
        ("no reply", False),
        ("a@", False),
        ("ü", False),
        ("", False),
    ],
)
def test_prefixes(data: str, taken: bool) -> None:  # noqa: FBT001 - fact
    """The begin of a local part is plain; a final newline slips through."""
    assert is_prefix(data) is taken
