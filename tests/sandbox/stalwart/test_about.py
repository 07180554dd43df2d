"""What the server says of itself, its log and its principals (sections 2.4, 3.2 and 8)."""

from typing import Any

import pytest

from tests.sandbox.stalwart.conftest import Serve
from tests.sandbox.stalwart.talk import Client

ASK = {"type": "code", "client_id": "mpctl", "redirect_uri": None}


def test_the_version(client: Client) -> None:
    """`POST /oauth` tells the version and the caller's permissions, beside a code."""
    data = client.post("/oauth", ASK).json["data"]

    assert (data["version"], data["isEnterprise"]) == ("0.13.2", False)
    assert {"settings-list", "settings-update", "settings-reload"} <= set(data["permissions"])
    assert data["code"]
    assert [request.write for request in client.sandbox.requests] == [True]


@pytest.mark.parametrize(
    "document",
    [{}, [], {"type": "x"}, {**ASK, "type": "token"}, {**ASK, "redirect_uri": "http://x.example"}],
)
def test_a_bad_question(client: Client, document: Any) -> None:
    """A plain-http redirect and another type are refused."""
    assert client.post("/oauth", document).status == 400


def test_the_example_of_the_seed(client: Client) -> None:
    """The vendor's own web interface asks with a redirect and a nonce."""
    document = {
        "type": "code",
        "client_id": "webadmin",
        "redirect_uri": "stalwart://auth",
        "nonce": "ttsaXca3qx",
    }

    assert client.post("/oauth", document).status == 200


def test_the_log(client: Client) -> None:
    """The log is paged; its rows have five fields."""
    found = client.data("/logs?page=1&limit=2")

    assert (found["total"], len(found["items"])) == (3, 2)
    assert set(found["items"][0]) == {"timestamp", "level", "event", "event_id", "details"}


def test_the_domains(client: Client) -> None:
    """The names of domains are listed by type and field."""
    assert client.data("/principal?types=domain&fields=name&page=1&limit=100") == {
        "items": [
            {"id": 3, "type": "domain", "name": "harbor.example"},
            {"id": 4, "type": "domain", "name": "harbor-billing.example"},
        ],
        "total": 2,
    }


@pytest.mark.parametrize(
    ("query", "count", "total"),
    [
        ("types=domain,individual", 5, 5),
        ("types=individual&filter=maja", 1, 1),
        ("types=individual&filter=maja+nobody", 0, 0),
        ("types=domain&count=1", 0, 2),
        ("types=domain&limit=1&page=2", 1, 2),
    ],
)
def test_listings(client: Client, query: str, count: int, total: int) -> None:
    """They are filtered by whole words, paged and counted."""
    found = client.data(f"/principal?{query}")

    assert (len(found["items"]), found["total"]) == (count, total)


def test_all_types_need_all_permissions(client: Client) -> None:
    """Without types the caller must be allowed to list every type."""
    assert client.get("/principal").status == 403


def test_one_principal(client: Client) -> None:
    """A principal is found by name; addresses and secrets are arrays."""
    found = client.data("/principal/Maja")

    assert found["emails"] == ["maja.lind@harbor.example", "postmaster@harbor.example"]
    assert (found["type"], found["secrets"]) == ("individual", [])


def test_an_unknown_principal(client: Client) -> None:
    """It is refused with 200."""
    reply = client.get("/principal/nobody")

    assert (reply.status, reply.body) == (200, b'{"error":"notFound","item":"nobody"}')


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_principals_are_not_written(client: Client, method: str) -> None:
    """The simulator has no call that changes a principal; whoever tries one is caught."""
    path = "/principal" if method == "POST" else "/principal/maja"

    assert client.send(method, path, b"{}").status == 404
    assert [request.write for request in client.sandbox.requests] == [True]


@pytest.mark.parametrize("version", ["0.11", "0.12", "0.13", "0.14", "0.15"])
def test_versions(serve: Serve, version: str) -> None:
    """The version that the switch chooses is told."""
    client = serve(version=version)

    assert client.post("/oauth", ASK).json["data"]["version"].startswith(f"{version}.")
