"""Customers, domains and mailboxes, in pages."""

import pytest

from mpctl.sandbox.rackspace import SampleBuilder, SampleData
from tests.sandbox.rackspace.conftest import Serve
from tests.sandbox.rackspace.talk import Client

US = "/customers/12345678/domains"


def test_exchange_mailboxes(client: Client) -> None:
    """The documented answer, byte by byte."""
    assert client.get(f"{US}/exchange.example/ex/mailboxes").body == (
        b'{"offset":0,"size":50,"total":1,"mailboxes":[{"name":"jo","displayName":"Jo"}]}'
    )


def test_rackspace_mailboxes(client: Client) -> None:
    """The same with another key."""
    assert client.get(f"{US}/example.org/rs/mailboxes").json == {
        "offset": 0,
        "size": 50,
        "total": 1,
        "rsMailboxes": [{"name": "jo", "displayName": "Jo"}],
    }


@pytest.mark.parametrize(("enabled", "names"), [("true", ["alex.smith"]), ("false", ["jane.doe"])])
def test_enabled(client: Client, enabled: str, names: list[str]) -> None:
    """Mailboxes are filtered by whether they are enabled."""
    answer = client.get(f"{US}/example.com/ex/mailboxes?enabled={enabled}").json

    assert ([row["name"] for row in answer["mailboxes"]], answer["total"]) == (names, 1)


def test_fields(client: Client) -> None:
    """More columns come when they are asked for."""
    reply = client.get(f"{US}/exchange.example/ex/mailboxes?fields=size,currentUsage,shoe")

    assert reply.json["mailboxes"] == [
        {"name": "jo", "displayName": "Jo", "size": 25600, "currentUsage": 0}
    ]


def test_domains(client: Client) -> None:
    """The domains of one's own account, by name, with their services."""
    answer = client.get("/domains").json

    assert (answer["offset"], answer["size"], answer["total"]) == (0, 50, 3)
    assert [(row["name"], row["serviceType"]) for row in answer["domains"]] == [
        ("example.com", "both"),
        ("example.org", "rsemail"),
        ("exchange.example", "exchange"),
    ]
    assert answer["domains"][0] == {
        "name": "example.com",
        "accountNumber": "12345678",
        "serviceType": "both",
        "exchangeMaxNumMailboxes": 12,
        "exchangeUsedStorage": 0,
        "rsEmailMaxNumberMailboxes": 10,
        "rsEmailUsedStorage": 0,
    }


@pytest.mark.parametrize(
    ("path", "total"),
    [
        ("/domains", 3),
        ("/customers/me/domains", 3),
        ("/customers/12345678/domains", 3),
        ("/customers/12345679/domains", 1),
        ("/customers/all/domains", 4),
        ("/domains?domainNames=example.org,EXAMPLE.com,x.example", 2),
        ("/domains?domainNames=" + ",".join(["example.org"] * 100), 1),
    ],
)
def test_whose_domains(client: Client, path: str, total: int) -> None:
    """Domains are those of an account, of all that the keys see, or those named."""
    assert client.get(path).json["total"] == total


def test_too_many_names(client: Client) -> None:
    """More than a hundred names are refused."""
    assert client.get("/domains?domainNames=" + ",".join(["example.org"] * 101)).status == 400


def test_one_domain(client: Client) -> None:
    """A domain by itself also has its aliases."""
    answer = client.get("/domains/example.com").json

    assert (answer["name"], answer["aliases"]) == ("example.com", ["example.net"])


def test_customers(client: Client) -> None:
    """A reseller sees the accounts below; numbers are text."""
    branch = {"name": "Example Branch", "accountNumber": "12345679", "referenceNumber": "R-7"}

    assert client.get("/customers").json == {
        "offset": 0,
        "size": 50,
        "total": 1,
        "customers": [branch],
    }
    assert client.get("/customers/12345679").json == branch
    assert client.get("/customers/me").json["accountNumber"] == "12345678"


@pytest.mark.parametrize(
    ("query", "offset", "size", "names"),
    [
        ("", 0, 50, range(50)),
        ("?offset=50", 50, 50, range(50, 120)),
        ("?size=100", 0, 100, range(100)),
        ("?size=100&offset=100", 100, 100, range(100, 120)),
        ("?size=999", 0, 250, range(120)),
        ("?offset=200", 200, 50, range(0)),
        ("?size=x&offset=-1", 0, 50, range(50)),
    ],
)
def test_pages(rack: Serve, query: str, offset: int, size: int, names: range) -> None:
    """An offset counts items; the answer repeats it with the size that was used and the total."""
    client = rack(data=SampleData.big(mailboxes=120))

    answer = client.get(f"/domains/acme.example/ex/mailboxes{query}").json

    assert (answer["offset"], answer["size"], answer["total"]) == (offset, size, 120)
    expected = [f"u{number:05}" for number in names][:size]
    assert [row["name"] for row in answer["mailboxes"]] == expected


def test_a_cap_below_the_usual_size(rack: Serve) -> None:
    """Who asks for no size is never refused for it."""
    client = rack({"page_cap": "2", "oversize": "400"})

    answer = client.get("/domains").json

    assert (answer["size"], answer["total"], len(answer["domains"])) == (2, 3, 2)


@pytest.mark.parametrize("service", ["ex", "rs"])
def test_a_service_without_mailboxes(rack: Serve, service: str) -> None:
    """The index of a service that a domain does not have is empty."""
    world = SampleBuilder("12345678", "Example")
    world.domain("idle.example", service="none")

    answer = rack(data=world.build()).get(f"/domains/idle.example/{service}/mailboxes").json

    assert answer["total"] == 0
