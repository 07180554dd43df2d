"""What a service makes of a rule that it takes only in part: exactly the same, or nothing."""

from __future__ import annotations

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.capabilities import Capabilities, Shape
from mpctl.core.expression import expressed
from mpctl.core.match import Kind, Match, parse_match
from mpctl.core.rule import Action, RuleKey

SERVICE = Capabilities(
    provider="octets",
    base_url="",
    scopes={},
    kinds={Action.BLOCK: frozenset({Kind.IP, Kind.DOMAIN, Kind.EMAIL})},
    shapes={
        Kind.IP: Shape("octets", prefixes=(8, 16, 24, 32), pieces=16),
        Kind.DOMAIN: Shape("names in .example", re.compile(r".*\.example")),
    },
)
NETWORKS = st.builds(
    lambda number, length: (
        ipaddress.IPv4Network((number >> (32 - length) << (32 - length), length))
        if length
        else ipaddress.IPv4Network("0.0.0.0/0")
    ),
    st.integers(0, 2**32 - 1),
    st.integers(0, 32),
)


def block(text: str) -> RuleKey:
    """A block rule."""
    return RuleKey(Action.BLOCK, parse_match(text))


def values(key: RuleKey) -> list[str]:
    """The values of what a rule becomes."""
    return [part.match.value for part in expressed(key, SERVICE)]


@given(NETWORKS)
def test_parts_of_a_network_are_together_exactly_the_network(
    network: ipaddress.IPv4Network,
) -> None:
    """They are of lengths that the service knows, few, in no doubt, and neither more nor less."""
    parts = [ipaddress.IPv4Network(value) for value in values(block(str(network)))]

    assert {part.prefixlen for part in parts} <= {8, 16, 24, 32}
    assert len(parts) <= 16
    assert not parts or list(ipaddress.collapse_addresses(parts)) == [network]


@given(NETWORKS)
def test_every_part_is_in_canonical_form(network: ipaddress.IPv4Network) -> None:
    """What is read back of the service compares equal to it."""
    for key in expressed(block(str(network)), SERVICE):
        assert parse_match(key.match.value) == key.match


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("192.0.2.7", 1),
        ("192.0.2.0/24", 1),
        ("198.51.0.0/16", 1),
        ("10.0.0.0/8", 1),
        ("192.0.2.0/23", 2),
        ("192.0.0.0/20", 16),
        ("192.0.0.0/19", 0),
        ("192.0.2.0/28", 16),
        ("192.0.2.0/27", 0),
        ("0.0.0.0/0", 0),
        ("2001:db8::1", 0),
        ("2001:db8::/32", 0),
    ],
)
def test_networks(text: str, count: int) -> None:
    """A network is one entry, a few of the next length, or cannot be expressed."""
    assert len(values(block(text))) == count


@pytest.mark.parametrize(
    ("key", "found"),
    [
        (block("spam.example"), ["spam.example"]),
        (block("spam.test"), []),
        (block("any@spam.test"), ["any@spam.test"]),
        (RuleKey(Action.ALLOW, Match(Kind.DOMAIN, "spam.example")), []),
        (RuleKey(Action.BLOCK, Match(Kind.SUBDOMAINS, "spam.example")), []),
    ],
)
def test_values(key: RuleKey, found: list[str]) -> None:
    """A kind with a shape is taken where it fits, one without always, an unknown one never."""
    assert values(key) == found
