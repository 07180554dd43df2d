"""The entries of the managed list: there and back, exact, and of networks that share entries."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.match import Kind, Match, parse_match
from mpctl.providers.stalwart.native import Entries, entries_of, is_ours, meaning_of, value_of

IPV4 = st.builds(
    lambda bits, length: str(ipaddress.ip_network((bits, length), strict=False)),
    st.integers(0, 2**32 - 1),
    st.integers(1, 32),
)
IPV6 = st.builds(
    lambda bits, length: str(ipaddress.ip_network((bits, length), strict=False)),
    st.integers(2**120, 2**128 - 1),
    st.integers(1, 128),
)
NETWORKS = st.one_of(IPV4, IPV6).map(lambda text: parse_match(text, Kind.IP))


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("billing@vendor.example", ("sender.billing@vendor.example",)),
        ("a@xn--bcher-kva.example", ("sender.a@xn--bcher-kva.example", "sender.a@bücher.example")),
        ("spam.example", ("domain.spam.example",)),
        ("xn--bcher-kva.example", ("domain.bücher.example",)),
        ("*.friend.example", ("domain.*.friend.example",)),
        ("_dmarc.friend.example", ("domain._dmarc.friend.example",)),
        ("198.51.100.7", ("ip.198.51.100.7",)),
        ("203.0.113.0/24", ("ip.203.0.113.*",)),
        ("203.0.112.0/23", ("ip.203.0.112.*", "ip.203.0.113.*")),
        ("192.0.2.4/31", ("ip.192.0.2.4", "ip.192.0.2.5")),
        ("10.0.0.0/8", ("ip.10.*",)),
        ("2001:db8:40::/48", ("ip6r.*.0.4.0.0.8.b.d.0.1.0.0.2",)),
        ("2001:db8::1", ("ip.2001:db8::1",)),
    ],
)
def test_documented_entries(text: str, entries: tuple[str, ...]) -> None:
    """The examples of the reference, section 11.4, and what follows from its rules."""
    assert entries_of(parse_match(text)) == entries
    assert {meaning_of(entry) for entry in entries if len(entries) == 1} <= {parse_match(text)}


@given(NETWORKS)
def test_a_network_is_expanded_exactly(match: Match) -> None:
    """Its entries are disjoint networks that together are the network: nothing more or less."""
    parts = [ipaddress.ip_network(meaning_of(entry).value) for entry in entries_of(match)]
    assert len(parts) <= 128
    assert list(ipaddress.collapse_addresses(parts)) == [ipaddress.ip_network(match.value)]  # type: ignore[type-var]
    assert (
        sum(part.num_addresses for part in parts) == ipaddress.ip_network(match.value).num_addresses
    )


def stored(matches: set[Match]) -> dict[str, str]:
    """The keys that hold these matches."""
    entries = Entries()
    for match in matches:
        entries.add(match)
    return {entry: value_of(entry, needed) for entry, needed in entries.needed.items()}


@given(st.sets(NETWORKS, max_size=6))
def test_networks_come_back_as_they_were_written(matches: set[Match]) -> None:
    """Also where they contain each other and share entries."""
    assert set(Entries.of(stored(matches)).matches) == matches


@given(st.sets(NETWORKS, min_size=1, max_size=6), st.data())
def test_a_network_goes_alone(matches: set[Match], data: st.DataObject) -> None:
    """Dropping one leaves every entry that another needs, and none that nobody does."""
    gone = data.draw(st.sampled_from(sorted(matches)))
    entries = Entries.of(stored(matches))
    entries.drop(gone)
    left = {entry: value_of(entry, n) for entry, n in entries.needed.items() if n}
    assert left == stored(matches - {gone})


def test_a_network_with_a_hole_is_not_live() -> None:
    """What is left of it is shown as the smaller networks that still match."""
    left = Entries.of({"ip.203.0.113.*": "mpctl: 203.0.112.0/23"})
    assert set(left.matches) == {Match(Kind.IP, "203.0.113.0/24")}


@pytest.mark.parametrize(
    "entry",
    [
        "sender.Billing@vendor.example",
        "sender.news*@list.example",
        "domain.xn--bcher-kva.example",
        "domain.SPAM.example",
        "ip.*",
        "ip.10.0.*.1",
        "ip.010.0.0.1",
        "ip6r.*.",
        "ip6r.*.g",
        "ip6r.*." + ".".join("0" * 40),
        "sender",
        "",
    ],
)
def test_what_no_kind_says_is_native(entry: str) -> None:
    """An entry that mpctl would write otherwise, or not at all, is shown as it stands."""
    assert meaning_of(entry) == Match(Kind.NATIVE, entry)
    assert set(Entries.of({entry: ""}).matches) == {Match(Kind.NATIVE, entry)}


@pytest.mark.parametrize(
    ("value", "ours"),
    [
        ("mpctl", True),
        ("mpctl: HD-4711", True),
        ("", False),
        ("mpctl-old", False),
        ("by hand, not mpctl", False),
        ("MPCTL", False),
    ],
)
def test_only_our_mark_makes_a_key_ours(value: str, *, ours: bool) -> None:
    """The server's bans have no value; a note that begins alike is somebody else's."""
    assert is_ours(value) is ours
