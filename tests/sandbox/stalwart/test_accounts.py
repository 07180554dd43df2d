"""Credentials, permissions and problem documents (sections 2 and 3)."""

import base64
from collections.abc import Mapping

import pytest

from mpctl.sandbox.stalwart import SampleData
from mpctl.sandbox.stalwart.accounts import KEY
from tests.sandbox.stalwart.conftest import Serve
from tests.sandbox.stalwart.talk import Client, basic

UNAUTHORIZED = {
    "type": "about:blank",
    "status": 401,
    "title": "Unauthorized",
    "detail": "You have to authenticate first.",
}
PATH = "/settings/keys?keys=server.hostname"


def bearer(text: str, start: str = "api_") -> dict[str, str]:
    """Return the header of an API key."""
    return {"Authorization": "Bearer " + start + base64.b64encode(text.encode()).decode()}


@pytest.mark.parametrize(
    "headers",
    [
        bearer(":".join(KEY)),
        basic(*KEY),
        basic("admin", "sandbox-password-of-harbor-mail"),
        basic(" ADMIN ", "sandbox-password-of-harbor-mail"),
    ],
)
def test_ways_in(client: Client, headers: Mapping[str, str]) -> None:
    """An API key opens as a bearer token or by Basic, an account by Basic; case is no matter."""
    assert client.send("GET", PATH, headers=headers).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer x"},
        {"Authorization": "Digest x"},
        bearer("mpctl:wrong"),
        bearer(":".join(KEY), start=""),
        bearer("admin:sandbox-password-of-harbor-mail"),
        basic("admin", "wrong"),
        basic("admin", ""),
        basic("", ""),
    ],
)
def test_no_way_in(client: Client, headers: Mapping[str, str]) -> None:
    """Without good credentials every call is a 401, and since v0.13 without a challenge."""
    reply = client.send("GET", PATH, headers=headers)

    assert (reply.status, reply.json) == (401, UNAUTHORIZED)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert "WWW-Authenticate" not in reply.headers


@pytest.mark.parametrize(("version", "authorization"), [("0.12", ""), ("0.13", "Basic ???")])
def test_challenges(serve: Serve, version: str, authorization: str) -> None:
    """Up to v0.12, and for a header that cannot be decoded, there are two challenges."""
    client = serve(version=version)
    client.connection.request("GET", client.url.path + PATH, None, {"Authorization": authorization})
    response = client.connection.getresponse()

    assert (response.status, response.headers.get_all("WWW-Authenticate")) == (
        401,
        ['Bearer realm="Stalwart Server"', 'Basic realm="Stalwart Server"'],
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"),
        ("GET", "/settings"),
        ("POST", "/settings/"),
        ("PUT", "/settings"),
        ("POST", "/reload"),
        ("GET", "/settings/list/"),
        ("GET", "/spam-filter/classify"),
        ("GET", "/telemetry/x"),
    ],
)
def test_unknown_paths(client: Client, method: str, path: str) -> None:
    """An unknown path, or a known one with another method, is a 404."""
    reply = client.send(method, path, b"[]")

    assert (reply.status, reply.json["title"]) == (404, "Not Found")


def test_unknown_paths_need_credentials(client: Client) -> None:
    """Who nobody knows learns nothing of paths."""
    assert client.send("GET", "/nothing", headers={}).status == 401


@pytest.mark.parametrize(
    ("permission", "method", "path"),
    [
        ("settings-list", "GET", "/settings/list"),
        ("settings-list", "GET", "/settings/group"),
        ("settings-list", "GET", "/settings/keys"),
        ("settings-update", "POST", "/settings"),
        ("settings-reload", "GET", "/reload"),
        ("settings-reload", "GET", "/reload/lookup"),
        ("settings-reload", "GET", "/reload/server.blocked-ip"),
        ("spam-filter-train", "POST", "/spam-filter/classify"),
        ("spam-filter-train", "POST", "/spam-filter/train/spam"),
        ("message-queue-list", "GET", "/queue/messages"),
        ("message-queue-get", "GET", "/queue/messages/217700302698266624"),
        ("message-queue-update", "PATCH", "/queue/messages/217700302698266624"),
        ("message-queue-delete", "DELETE", "/queue/messages/217700302698266624"),
        ("message-queue-delete", "DELETE", "/queue/messages"),
        ("domain-list", "GET", "/principal?types=domain"),
        ("authenticate-oauth", "POST", "/oauth"),
        ("authenticate", "GET", "/settings/keys"),
    ],
)
def test_permissions(serve: Serve, permission: str, method: str, path: str) -> None:
    """Each call needs its permission; a 403 does not say which."""
    client = serve(missing_permission=permission)
    before = client.state.snapshot()
    reply = client.send(method, path, b"[]")

    assert (reply.status, reply.json["title"]) == (403, "Forbidden")
    assert permission not in reply.json["detail"]
    assert client.state.snapshot() == before


@pytest.mark.parametrize(
    ("version", "permission", "status"),
    [
        ("0.14", "spam-filter-train", 403),
        ("0.14", "spam-filter-test", 200),
        ("0.15", "spam-filter-train", 200),
        ("0.15", "spam-filter-test", 403),
    ],
)
def test_classify_by_version(serve: Serve, version: str, permission: str, status: int) -> None:
    """Since v0.15 classify needs a permission of its own."""
    client = serve(version=version, missing_permission=permission)
    document = {
        "message": "From: a@b.example\n\n", "remoteIp": "192.0.2.1", "envFrom": "",
        "envFromFlags": 0, "envRcptTo": [],
    }  # fmt: skip

    assert client.post("/spam-filter/classify", document).status == status


def test_an_administrator_may_do_everything(serve: Serve) -> None:
    """What the API key lacks is no matter to the administrator."""
    client = serve(missing_permission="settings-list")

    assert client.send("GET", PATH, headers=client.admin).status == 200


def test_a_code_is_missing(serve: Serve) -> None:
    """With TOTP the right password alone is a 402; with the code behind a dollar it opens."""
    client = serve(totp="on")
    name, secret = client.service.username, client.service.password
    without = client.send("GET", PATH, headers=basic(name, secret))

    assert (without.status, without.json["title"]) == (402, "TOTP code required")
    assert client.send("GET", PATH, headers=basic(name, f"{secret}$424242")).status == 200
    assert client.send("GET", PATH, headers=basic(name, f"{secret}$000000")).status == 401
    assert client.get(PATH).status == 200


def test_failed_logins_lead_to_a_ban(serve: Serve) -> None:
    """Above 100 a day the address is banned: one 429, and then nobody answers."""
    client = serve(client="outside")
    statuses = [client.send("GET", PATH, headers=basic("x", "y")).status for _ in range(101)]

    assert statuses == [401] * 100 + [429]
    assert client.state.settings("server.blocked-ip.203.0.113.77") == {
        "server.blocked-ip.203.0.113.77": ""
    }
    with pytest.raises(ConnectionError):
        client.get(PATH)


def test_loopback_is_never_banned(client: Client) -> None:
    """Loopback counts as allowed."""
    statuses = {client.send("GET", PATH, headers=basic("x", "y")).status for _ in range(102)}

    assert statuses == {401}


def test_an_allowed_address_is_never_banned(serve: Serve) -> None:
    """`server.allowed-ip` exempts from bans."""
    data = SampleData.tiny(settings={"server.allowed-ip.203.0.113.77": ""})
    client = serve(data=data, client="outside")

    assert {client.send("GET", PATH, headers=basic("x", "y")).status for _ in range(102)} == {401}


@pytest.mark.parametrize(("version", "last"), [("0.13", 429), ("0.12", 200)])
def test_bearer_counts_as_anonymous(serve: Serve, version: str, last: int) -> None:
    """Since v0.13 more than 100 bearer requests of an address in a minute are refused."""
    client = serve(client="outside", version=version)
    client.service.pace.clock = lambda: 0.0
    statuses = [client.get(PATH).status for _ in range(101)]

    assert statuses == [200] * 100 + [last]
    assert client.send("GET", PATH, headers=client.admin).status == 200


def test_the_rate_limit(serve: Serve) -> None:
    """Too many requests of an account are a 429 without Retry-After, until a minute is over."""
    client = serve(rate_limit="20")
    now = [0.0]
    client.service.pace.clock = lambda: now[0]
    statuses = [client.get(PATH).status for _ in range(21)]
    reply = client.get(PATH)
    now[0] = 61.0

    assert statuses == [200] * 20 + [429]
    assert (reply.json["title"], "Retry-After" in reply.headers) == ("Too Many Requests", False)
    assert client.get(PATH).status == 200


def test_administrators_have_no_rate_limit(serve: Serve) -> None:
    """Accounts with `unlimited-requests` are exempt."""
    client = serve(rate_limit="1")

    assert {client.send("GET", PATH, headers=client.admin).status for _ in range(5)} == {200}
