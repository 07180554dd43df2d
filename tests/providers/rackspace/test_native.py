"""Entries and rules mean the same, there and back; what no kind says stays verbatim."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.expression import expressed
from mpctl.core.match import Kind, Match, live_match, parse_match
from mpctl.core.rule import Action, RuleKey
from mpctl.providers.rackspace.capabilities import CAPABILITIES
from mpctl.providers.rackspace.native import (
    LISTS,
    NEW,
    OLD,
    NotUnderstood,
    entries_of,
    entry_of,
    from_native,
    list_of,
    to_native,
)

BLOCKED, IP_BLOCKED, SAFE, IP_SAFE = LISTS
LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
DOMAINS = st.builds(
    lambda labels, last: ".".join([*labels, last]),
    st.lists(LABELS.filter(lambda label: not label.startswith("xn--")), min_size=1, max_size=3),
    st.sampled_from(("example", "test", "xn--p1ai")),
)
LOCALS = st.from_regex(r"[a-z0-9!#$&+=^_{|}~.-]{1,20}", fullmatch=True)
OCTETS = st.integers(0, 255).map(str)
MATCHES = st.one_of(
    DOMAINS.map(lambda name: Match(Kind.DOMAIN, name)),
    DOMAINS.map(lambda name: Match(Kind.SUBDOMAINS, name)),
    st.builds(lambda local, name: Match(Kind.EMAIL, f"{local}@{name}"), LOCALS, DOMAINS),
    st.lists(OCTETS, min_size=1, max_size=4).map(
        lambda octets: parse_match(
            f"{'.'.join([*octets, *['0'] * (4 - len(octets))])}/{8 * len(octets)}", Kind.IP
        )
    ),
    st.sampled_from(("@exam%.example", "@a%.mail.example", "@%mail%.example", "@mail.%x.test")).map(
        lambda text: Match(Kind.NATIVE, text)
    ),
)
KEYS = st.builds(RuleKey, st.sampled_from(Action), MATCHES)


@given(KEYS)
def test_what_is_written_is_read_back_as_the_same_rule(key: RuleKey) -> None:
    """Every rule that the service can have comes back as itself, with the entry as its id."""
    assert expressed(key, CAPABILITIES) == (key,)
    row = from_native(list_of(key), to_native(key.match))

    assert row.key == key
    assert entry_of(row.native_id) == (list_of(key), to_native(key.match))
    assert row.shown == to_native(key.match)


@given(st.sampled_from(LISTS), st.text(max_size=40))
def test_any_entry_is_a_rule_and_keeps_its_spelling(spam_list: Any, text: str) -> None:
    """Nothing that the service shows is lost, and what goes is named as it was shown."""
    row = from_native(spam_list, text)

    assert (entry_of(row.native_id), row.shown) == ((spam_list, text), text)
    assert row.key.action is spam_list.action


@pytest.mark.parametrize(
    ("entry", "match"),
    [
        ("spam.example", Match(Kind.DOMAIN, "spam.example")),
        ("@Spam.Example", Match(Kind.DOMAIN, "spam.example")),
        ("Abc@Spam.example", Match(Kind.EMAIL, "abc@spam.example")),
        ("@%.spam.example", Match(Kind.SUBDOMAINS, "spam.example")),
        ("%.spam.example", Match(Kind.SUBDOMAINS, "spam.example")),
        ("@Exam%.example", Match(Kind.NATIVE, "@exam%.example")),
        ("exam%.example", Match(Kind.NATIVE, "@exam%.example")),
        ("@%.example", Match(Kind.NATIVE, "@%.example")),
        ("bounce%@vendor.example", Match(Kind.NATIVE, "bounce%@vendor.example")),
        ("192.0.2.1", Match(Kind.NATIVE, "192.0.2.1")),
        ("", Match(Kind.NATIVE, "")),
    ],
)
def test_entries_of_senders(entry: str, match: Match) -> None:
    """The @ before a domain makes no difference; a wildcard is a kind only before a domain."""
    assert from_native(BLOCKED, entry).key == RuleKey(Action.BLOCK, match)


@pytest.mark.parametrize(
    ("entry", "match"),
    [
        ("216.12.34.1", Match(Kind.IP, "216.12.34.1")),
        ("216.12.34.%", Match(Kind.IP, "216.12.34.0/24")),
        ("216.12.%.%", Match(Kind.IP, "216.12.0.0/16")),
        ("10.%.%.%", Match(Kind.IP, "10.0.0.0/8")),
        ("10.%.3.%", Match(Kind.NATIVE, "10.%.3.%")),
        ("%.%.%.%", Match(Kind.NATIVE, "%.%.%.%")),
        ("10.1.2.3%", Match(Kind.NATIVE, "10.1.2.3%")),
        ("10.1.2.256", Match(Kind.NATIVE, "10.1.2.256")),
        ("010.1.2.3", Match(Kind.NATIVE, "010.1.2.3")),
        ("10.1.2.0/24", Match(Kind.NATIVE, "10.1.2.0/24")),
        ("spam.example", Match(Kind.NATIVE, "spam.example")),
    ],
)
def test_entries_of_addresses(entry: str, match: Match) -> None:
    """Only the documented forms are networks; anything else is shown as it is."""
    assert from_native(IP_SAFE, entry).key == RuleKey(Action.ALLOW, match)


@pytest.mark.parametrize(
    "text",
    [
        "192.0.0.0/19",
        "2001:db8::1",
        "a%b@vendor.example",
        "a/b@vendor.example",
        "o'neil@vendor.example",
        "a;b@vendor.example",
        "dkim_x.vendor.example",
        "vendor.e2",
        "*.vendor.e2",
    ],
)
def test_what_the_service_would_take_for_something_else_is_refused(text: str) -> None:
    """A wildcard in an address, a path, a list: none of it is ever sent."""
    assert expressed(RuleKey(Action.BLOCK, live_match(text)), CAPABILITIES) == ()


@pytest.mark.parametrize(
    "text",
    [
        "@%.com",
        "@vendor.%",
        "@vendor.co%",
        "@%%.example",
        "@%.vendor.example",
        "@vendor.example",
        "bounce%@vendor.example",
        "@Exam%.example",
        "exam%.example",
        "@exam%.example,@x%.example",
        "@exam%. example",
        "@exam%.e2",
    ],
)
def test_verbatim_wildcards_that_are_refused(text: str) -> None:
    """Not in or right before the ending, not in a name, not what a kind of its own says."""
    assert expressed(RuleKey(Action.ALLOW, Match(Kind.NATIVE, text)), CAPABILITIES) == ()


@pytest.mark.parametrize(
    ("body", "entries"),
    [
        ({"addresses": ["a@x.example", "@y.example"]}, ("a@x.example", "@y.example")),
        ({"Addresses": ["a", "A"]}, ("a", "A")),
        ({}, ()),
        ({"addresses": None}, ()),
        ({"addresses": []}, ()),
        ({"addresses": {}}, ()),
    ],
)
def test_lists(body: Any, entries: tuple[str, ...]) -> None:
    """An empty list has several forms."""
    assert entries_of(body) == entries


@pytest.mark.parametrize(
    "body", [None, [], "a", {"rows": []}, {"addresses": "a"}, {"addresses": ["a", 1]}]
)
def test_no_list_is_not_an_empty_list(body: Any) -> None:
    """An answer of another shape is an error, so that nothing follows from it."""
    with pytest.raises(NotUnderstood):
        entries_of(body)


def test_routes() -> None:
    """The safe lists have one spelling, the block lists two."""
    assert [one.route(NEW) for one in LISTS] == [
        "blocklist",
        "ipblocklist",
        "safelist",
        "ipsafelist",
    ]
    assert [one.route(OLD) for one in LISTS] == [
        "blacklist",
        "ipblacklist",
        "safelist",
        "ipsafelist",
    ]


@pytest.mark.parametrize("text", ["@%.ex%.example", "%.%.example"])
def test_a_second_wildcard_is_no_subdomain(text: str) -> None:
    """Only one wildcard in front of whole labels means the subdomains of a domain."""
    assert from_native(LISTS[0], text).key.match.kind is Kind.NATIVE


def test_an_entry_may_hold_a_colon() -> None:
    """The text that the service shows comes back whole from the native id."""
    row = from_native(LISTS[1], "2001:db8::1")

    assert entry_of(row.native_id) == (LISTS[1], "2001:db8::1")
