"""Blocked and allowed addresses (section 6.6)."""

import pytest

from mpctl.sandbox.stalwart import SampleData
from tests.sandbox.stalwart.conftest import Serve
from tests.sandbox.stalwart.talk import Client, insert


def blocking(serve: Serve, *keys: str, allowed: tuple[str, ...] = ()) -> Client:
    """Return a client of a server that blocks these addresses."""
    settings = {f"server.blocked-ip.{key}": "" for key in keys}
    settings |= {f"server.allowed-ip.{key}": "" for key in allowed}
    return serve(data=SampleData.tiny(settings=settings))


@pytest.mark.parametrize(
    ("blocked", "ip", "is_blocked"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("192.0.2.128/25", "192.0.2.200", True),
        ("192.0.2.129/25", "192.0.2.200", True),
        ("192.0.2.128/25", "192.0.2.127", False),
        ("2001:DB8:0::1", "2001:db8::1", True),
        ("2001:db8::/32", "2001:db8:9::1", True),
        ("2001:db8::/32", "192.0.2.7", False),
    ],
)
def test_blocked(serve: Serve, blocked: str, ip: str, is_blocked: bool) -> None:  # noqa: FBT001
    """A blocked address yields the tag IP_BLOCKED, whose score is none."""
    tags = blocking(serve, blocked).classify(ip=ip)["tags"]

    assert tags == ({"IP_BLOCKED": {"action": "allow", "value": 0.0}} if is_blocked else {})


@pytest.mark.parametrize("key", ["127.0.0.1", "127.0.0.0/8", "::/8", "::ffff:0:0/96"])
def test_a_client_locks_itself_out(serve: Serve, key: str) -> None:
    """Loopback is not exempt, and an IPv6 network of zeros takes every IPv4 client."""
    client = blocking(serve, key, allowed=("127.0.0.1",))

    with pytest.raises(ConnectionError):
        client.get("/settings/keys")


def test_an_allowed_address_is_not_tagged(serve: Serve) -> None:
    """The tag is for addresses that are blocked and not allowed; the block itself stands."""
    client = blocking(serve, "192.0.2.0/24", allowed=("192.0.2.7", "192.0.2.64/26"))

    assert client.tags(ip="192.0.2.7") == client.tags(ip="192.0.2.65") == set()
    assert client.tags(ip="192.0.2.8") == {"IP_BLOCKED"}
    assert client.state.blocked() == {"192.0.2.0/24"}


def test_an_allowed_address_has_no_better_score(client: Client) -> None:
    """It is no spam allow list."""
    client.state.set_settings({"server.allowed-ip.192.0.2.10": ""})

    assert client.tags("a@prize-draw.example", ip="192.0.2.10") == {"MPCTL_BLOCK"}


@pytest.mark.parametrize(
    "headers", ["Received: from x ([192.0.2.7]) by 12:34:56 mx.harbor.example\r\n", ""]
)
def test_addresses_inside_a_message(serve: Serve, headers: str) -> None:
    """A blocked address in a Received header counts too."""
    client = blocking(serve, "192.0.2.7")

    assert client.tags(headers=headers) == ({"IP_BLOCKED"} if headers else set())


def test_an_auto_ban(client: Client) -> None:
    """The server bans by itself: stored without a mark, and live at once."""
    client.state.auto_ban("198.51.100.23")

    assert client.settings("server.blocked-ip")["198.51.100.23"] == ""
    assert client.tags(ip="198.51.100.23") == {"IP_BLOCKED"}


def test_a_ban_comes_back_until_it_is_reloaded(client: Client) -> None:
    """A deleted block stays live until the reload."""
    client.update({"type": "delete", "keys": ["server.blocked-ip.198.51.100.99"]})
    before = client.tags(ip="198.51.100.99")
    client.reload("server.blocked-ip")

    assert (before, client.tags(ip="198.51.100.99")) == ({"IP_BLOCKED"}, set())


@pytest.mark.parametrize("key", ["0", "10.0.0.0/7", "2000::/7", "192.0.2.0/33", "x"])
def test_bad_keys(client: Client, key: str) -> None:
    """The array form, prefixes shorter than 8 and nonsense break the next full reload."""
    client.update(insert((f"server.blocked-ip.{key}", "1.2.3.4")))

    assert list(client.errors()) == ["server.blocked-ip"]


def test_several_bad_keys_are_one_error(client: Client) -> None:
    """The error stands under the namespace, whatever the key and however many."""
    client.update(insert(("server.blocked-ip.x", ""), ("server.blocked-ip.y", "")))

    assert len(client.errors()) == 1
