"""Which entries the service takes, and what a wildcard matches."""

import pytest

from mpctl.sandbox.rackspace import ListName
from mpctl.sandbox.rackspace.entries import covers, is_address, is_valid


@pytest.mark.parametrize(
    "entry",
    [
        "user@domain.example",
        "User+tag@Domain.Example",
        "domain.example",
        "@domain.example",
        "@%.example.com",
        "@examp%.com",
        "%.example.com",
        "@%.com",
        "@xn--bcher-kva.xn--p1ai",
        "@a." + "b" * 63 + ".example",
    ],
)
def test_senders(entry: str) -> None:
    """Addresses, domains, and domains with wildcards."""
    assert is_valid(entry, ListName.BLOCK)
    assert is_valid(entry, ListName.SAFE)


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "@",
        "abc",
        "@com",
        "%",
        "@%",
        "user@%.example.com",
        "user@examp%.com",
        "us%er@example.com",
        "%@example.com",
        "@example.c%m",
        "@example.%",
        "@example.c0m",
        "@example.x",
        "@example..com",
        "@bücher.example",
        "a b@example.com",
        "a/b@example.com",
        "a;b@example.com",
        '"a"@example.com',
        "a@b@example.com",
        "@@example.com",
        "192.0.2.1",
        "@" + "a." * 130 + "example",
    ],
)
def test_no_senders(entry: str) -> None:
    """No wildcard in a TLD or in an address, nothing beyond ASCII, nothing too long."""
    assert not is_valid(entry, ListName.BLOCK)


@pytest.mark.parametrize(
    "entry",
    ["216.12.34.1", "10.0.0.0", "255.0.0.255", "216.12.34.%", "216.12.%.%", "216.%.%.%"],
)
def test_ips(entry: str) -> None:
    """Dotted quads, whose last octets may be wildcards."""
    assert is_valid(entry, ListName.IP_BLOCK)
    assert is_valid(entry, ListName.IP_SAFE)


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "123",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "1.2.3.04",
        "1.2.%.4",
        "%.2.3.4",
        "%.%.%.%",
        "1.2.3.4%",
        "1.2.3.0/24",
        "1.2.3.1-9",
        "2001:db8::1",
        " 1.2.3.4",
        "1.2.3.٤",
        "@1.2.3.4",
    ],
)
def test_no_ips(entry: str) -> None:
    """No prefix lengths, no ranges, no IPv6, no wildcard but in the last octets."""
    assert not is_valid(entry, ListName.IP_SAFE)


@pytest.mark.parametrize(
    ("entry", "is_hit"),
    [
        ("example.com", True),
        ("@Example.COM", True),
        ("@%.com", True),
        ("@ex%.com", True),
        ("@e%e.com", True),
        ("@%.example.com", False),
        ("@xample.com", False),
        ("@example.com.example", False),
        ("@exampleXcom.com", False),
        ("jo@example.com", False),
    ],
)
def test_covers(entry: str, is_hit: bool) -> None:  # noqa: FBT001 - the fact
    """A percent sign is any run of characters; an address covers no domain."""
    assert covers(entry, "example.com") is is_hit


def test_a_wildcard_crosses_dots() -> None:
    """A wildcard matches dots, too."""
    assert covers("@%.example.com", "a.b.example.com")


@pytest.mark.parametrize(("text", "is_one"), [("a@b.example", True), ("@b.example", False)])
def test_addresses(text: str, is_one: bool) -> None:  # noqa: FBT001 - the fact
    """An owner is a full address, not a domain."""
    assert is_address(text) is is_one
