"""Who there is, as the Mailprotector reference, sections 5 and 16, has it."""

import pytest

from tests.sandbox.conftest import Serve
from tests.sandbox.talk import Client


def test_a_reseller(client: Client) -> None:
    """A reseller names its provider and has no reseller above it."""
    document = client.get("/resellers/400").json

    assert document["name"] == "Harbor IT Services"
    assert document["provider"] == {"id": 60, "name": "North America"}
    assert document["reseller"] is None


def test_a_customer(client: Client) -> None:
    """A customer names its reseller."""
    document = client.get("/customers/5001").json

    assert document["name"] == "Acme Widgets"
    assert document["reseller"] == {"id": 400, "name": "Harbor IT Services"}


def test_a_domain(client: Client) -> None:
    """A domain names its customer as `account` and is active."""
    document = client.get("/domains/9101").json

    assert document["account"] == {"id": 5001, "name": "Acme Widgets"}
    assert document["domain_status"] == {"id": 2, "name": "Active"}
    assert (document["parent"], document["verification_token"]) == (None, None)


def test_an_alias_domain(client: Client) -> None:
    """An alias domain names the domain that it stands for, and a pending one has a token."""
    document = client.get("/domains/9102").json

    assert document["parent"] == {"id": 9101, "name": "acme.example"}
    assert document["domain_status"] == {"id": 1, "name": "Pending"}
    assert document["verification_token"]


def test_a_user_group(client: Client) -> None:
    """A user group counts its users without aliases."""
    document = client.get("/user_groups/3101").json

    assert (document["name"], document["user_count"]) == ("Default", 3)
    assert document["domain"] == {"id": 9101, "name": "acme.example"}


def test_a_user(client: Client) -> None:
    """A user has one address for each name of the domain."""
    document = client.get("/users/70001").json

    assert document["name"] == "alice.ng"
    assert document["primary_address"] == "alice.ng@acme.example"
    assert document["email_addresses"] == ["alice.ng@acme.example", "alice.ng@acme-mail.example"]
    assert document["user_group"] == {"id": 3101, "name": "Default"}


def test_an_alias_user(client: Client) -> None:
    """An alias user has its parent's primary address and empty names."""
    document = client.get("/users/70003").json

    assert document["user_type"] == {"id": 2, "name": "Alias"}
    assert document["parent"]["id"] == 70001
    assert document["primary_address"] == "alice.ng@acme.example"
    assert document["email_addresses"] == ["sales@acme.example", "sales@acme-mail.example"]
    assert (document["first_name"], document["last_name"]) == ("", "")


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/customers/5001/domains", {"acme.example", "acme-mail.example", "acme-supply.example"}),
        ("/resellers/400/customers", {"Acme Widgets", "Globex Dental"}),
        ("/domains/9101/aliases", {"acme-mail.example"}),
        ("/domains/9101/user_groups", {"Default", "Executives"}),
        ("/domains/9101/users", {"alice.ng", "bob.roy", "sales"}),
        ("/user_groups/3102/users", {"bob.roy"}),
        ("/resellers/400/users?per_page=100", {"alice.ng", "carol"}),
        ("/users/70001/aliases", {"sales"}),
    ],
)
def test_lists_below_an_entity(client: Client, path: str, names: set[str]) -> None:
    """A list below an entity names what lies there."""
    assert names <= {row["name"] for row in client.get(path).json}


def test_all_domains_of_the_reseller(client: Client) -> None:
    """GET /domains and the reseller's domains are the same list."""
    everywhere = client.get("/domains?per_page=100").json

    assert everywhere == client.get("/resellers/400/domains?per_page=100").json


@pytest.mark.parametrize("address", ["Alice.Ng@acme.example", "sales@acme-mail.example"])
def test_find_by_address(client: Client, address: str) -> None:
    """Any address of a user finds the root user, in any case, also an alias's."""
    found = client.call("POST", "/users/find_by_address", {"address": address})

    assert (found.status, found.json["id"]) == (200, 70001)


def test_find_an_unknown_address(client: Client) -> None:
    """An address that nobody has is 404."""
    body = {"address": "nobody@acme.example"}

    assert client.call("POST", "/users/find_by_address", body).status == 404


def test_find_no_address(client: Client) -> None:
    """A blank address is 422."""
    assert client.call("POST", "/users/find_by_address", {"address": " "}).status == 422


@pytest.mark.parametrize(
    "path",
    [
        "/resellers/401",
        "/customers/5901",
        "/domains/9901",
        "/domains/9901/allow_block_rules",
        "/domains/9901/configuration",
        "/user_groups/3901",
        "/users/79001",
    ],
)
@pytest.mark.parametrize("status", ["404", "403"])
def test_another_reseller_is_invisible(serve: Serve, path: str, status: str) -> None:
    """What belongs to another reseller answers with the status that `foreign_entity` names."""
    assert serve(switches={"foreign_entity": status}).get(path).status == int(status)


def test_lists_leave_out_another_reseller(client: Client) -> None:
    """No list of domains names what belongs to another reseller."""
    names = {row["name"] for row in client.get("/domains?per_page=100").json}

    assert "cobaltprint.example" not in names


def test_nobody_is_found_at_another_reseller(client: Client) -> None:
    """An address at another reseller is 404."""
    body = {"address": "ruth.adler@cobaltprint.example"}

    assert client.call("POST", "/users/find_by_address", body).status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/resellers"),
        ("GET", "/customers"),
        ("GET", "/users"),
        ("GET", "/user_groups"),
        ("GET", "/allow_block_rules/610001"),
        ("PUT", "/allow_block_rules/610001"),
        ("PATCH", "/allow_block_rules/610001"),
        ("DELETE", "/domains/9101/configuration"),
        ("DELETE", "/domains/9101/allow_block_rules"),
        ("GET", "/users/70001/domains"),
        ("GET", "/domains/5001"),
        ("GET", "/domains/acme.example"),
        ("GET", "/domains/"),
        ("GET", "/logs"),
        ("GET", "/messages"),
        ("GET", "/messages/1985000110"),
        ("DELETE", "/messages/1985000110"),
        ("GET", "/nothing/1"),
    ],
)
def test_calls_that_are_not_documented(client: Client, method: str, path: str) -> None:
    """What the reference does not document, or leaves to other parts, is 404."""
    assert client.send(method, path).status == 404


def test_resellers_of_the_provider(client: Client) -> None:
    """The list of a provider's resellers is not for this role."""
    assert client.get("/providers/60/resellers").status == 403


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", "Basic {key}"])
def test_no_entry_without_the_key(client: Client, authorization: str | None) -> None:
    """A missing or wrong key is 401, before anything else is looked at."""
    text = (authorization or "").format(key=client.service.api_key)
    headers = {} if authorization is None else {"Authorization": text}

    assert client.send("GET", "/nothing", headers=headers).status == 401
