"""Keys, routes, bodies and writes (the MailBaby reference, sections 2 and 3)."""

from collections.abc import Mapping

import pytest

from mpctl.sandbox import Fault, FaultKind
from mpctl.sandbox.mailbaby import SampleBuilder
from mpctl.sandbox.mailbaby.orders import SMTP_PASSWORD
from tests.sandbox.mailbaby.conftest import Serve
from tests.sandbox.mailbaby.talk import Client

NO_ROUTE = {"code": 404, "msg": "404 Not Found", "data": []}
BOUNDARY = (
    b'--b\r\nContent-Disposition: form-data; name="type"\r\n\r\nemail\r\n'
    b'--b\r\nContent-Disposition: form-data; name="data"\r\n\r\na+b@bad.com\r\n--b--\r\n'
)


@pytest.mark.parametrize("where", ["query", "cookie", "authorization"])
def test_a_key_elsewhere(client: Client, where: str) -> None:
    """A key counts in its header only."""
    key = client.service.api_key
    headers = {"cookie": {"Cookie": f"X-API-KEY={key}"}, "authorization": {"Authorization": key}}
    path = f"/mail?X-API-KEY={key}" if where == "query" else "/mail"

    assert client.send("GET", path, headers=headers.get(where, {})).status == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/mail"),
        ("GET", "/mail/39"),
        ("POST", "/mail/rules"),
        ("DELETE", "/mail/rules/x"),
        ("GET", "/mail/blocks"),
        ("POST", "/mail/blocks/delete"),
    ],
)
def test_the_key_comes_first(client: Client, method: str, path: str) -> None:
    """Every call of an account is 401 without its key, whatever else is wrong."""
    assert client.send(method, path, headers={"Accept": "application/json"}).status == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/mail/"),
        ("PUT", "/mail/rules"),
        ("PATCH", "/mail/rules/14"),
        ("GET", "/mail/rules/14"),
        ("DELETE", "/mail/rules"),
        ("GET", "/mail/blocks/delete"),
        ("POST", "/mail"),
        ("POST", "/mail/send"),
        ("GET", "/mail/log"),
    ],
)
def test_unknown_routes(client: Client, method: str, path: str) -> None:
    """A wrong method, a wrong path and what is not simulated have no route, not even a 401."""
    before = client.state.snapshot()

    reply = client.send(method, path, headers={"Accept": "application/json"})

    assert (reply.status, reply.json) == (200, NO_ROUTE)
    assert client.state.snapshot() == before


def test_one_order_holds_a_secret(client: Client) -> None:
    """The order with its password is there to be avoided, and the list does not have it."""
    assert client.get("/mail/39").json == {
        "id": 39,
        "status": "active",
        "username": "mb39",
        "password": SMTP_PASSWORD,
    }
    assert SMTP_PASSWORD.encode() not in client.get("/mail").body


@pytest.mark.parametrize("id_", [77, 5])
def test_one_order_of_others(client: Client, id_: int) -> None:
    """An order that the key does not see is an error that nobody caught."""
    assert client.get(f"/mail/{id_}").json == {"code": 500, "msg": "Server internal error"}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"type":"email","data":"a+b@bad.com","more":1}'),
        ("application/vnd.x+JSON; charset=utf-8", b'{"type":"email","data":"a+b@bad.com"}'),
        ("application/x-www-form-urlencoded", b"type=email&data=a%2Bb%40bad.com&more=1"),
        ("", b"type=email&data=a%2Bb%40bad.com"),
        ("text/plain", b"type=domain&type=email&data=a%2Bb%40bad.com"),
        ("multipart/form-data; boundary=b", BOUNDARY),
    ],
)
def test_bodies(client: Client, content_type: str, body: bytes) -> None:
    """JSON, forms and multipart forms are read; a type that is unknown counts as a form."""
    headers = {**client.headers, "Content-Type": content_type}

    reply = client.send("POST", "/mail/rules", body, headers)

    assert reply.json["status"] == "ok"
    assert client.data()[-1] == "a+b@bad.com"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"type=email&data=a@bad.com"),
        ("application/json", b'{"type":"email","data":"a@bad.com"'),
        ("application/json", b'["email","a@bad.com"]'),
        ("application/x-www-form-urlencoded", b'{"type":"email","data":"a@bad.com"}'),
        ("multipart/form-data", BOUNDARY),
    ],
)
def test_bodies_of_another_type(client: Client, content_type: str, body: bytes) -> None:
    """A body that does not parse as what it is called counts as empty."""
    headers = {**client.headers, "Content-Type": content_type}

    reply = client.send("POST", "/mail/rules", body, headers)

    assert (reply.status, reply.json["message"]) == (400, "Invalid value for type.")


def test_a_plus_in_a_form(client: Client) -> None:
    """A plus sign that is not escaped is a space, and the address is refused."""
    headers = {**client.headers, "Content-Type": "application/x-www-form-urlencoded"}

    reply = client.send("POST", "/mail/rules", b"type=email&data=a+b@bad.com", headers)

    assert reply.json["message"] == "Invalid email address in data."


def test_an_empty_field_of_a_form(client: Client) -> None:
    """A username that is there and empty is a wrong one."""
    fields = {"type": "email", "data": "a@bad.com", "username": ""}

    reply = client.post_form("/mail/rules", fields)

    assert reply.json["message"] == "Invalid or Inactive Username."


def test_slashes_are_escaped(serve: Serve) -> None:
    """Slashes are escaped, and Unicode is not."""
    client = serve(switches={"validation": "off"})
    client.add("email", "bü/cher@bad.com", "mb20682")

    assert r'"bü\/cher@bad.com"'.encode() in client.get("/mail/rules").body


def test_the_list_of_orders_does_not_escape(serve: Serve) -> None:
    """A comment with a slash comes as it is."""
    builder = SampleBuilder()
    builder.order(39, comment="either/or")

    assert b'"comment":"either/or"' in serve(builder.build()).get("/mail").body


def test_writes(client: Client) -> None:
    """Creating, deleting and delisting are writes, refused or not; so is what is not documented."""
    calls: Mapping[tuple[str, str], bool] = {
        ("GET", "/ping"): False,
        ("GET", "/mail"): False,
        ("GET", "/mail/39"): False,
        ("GET", "/mail/rules"): False,
        ("GET", "/mail/blocks"): False,
        ("GET", "/mail/log"): False,
        ("POST", "/mail/rules"): True,
        ("DELETE", "/mail/rules/x"): True,
        ("POST", "/mail/blocks/delete"): True,
        ("POST", "/mail/send"): True,
        ("PUT", "/mail"): True,
    }
    for method, path in calls:
        client.send(method, path)

    logged = {(each.method, each.path): each.write for each in client.sandbox.requests}
    assert logged == calls


def test_changes_are_recorded(client: Client) -> None:
    """The log knows which write had an effect, and whose service it was."""
    client.add("email", "new@bad.com")
    client.add("email", "no address")
    client.remove(14)
    client.remove(14)

    writes = client.sandbox.writes()
    assert [write.changed for write in writes] == [True, False, True, False]
    assert {write.service for write in writes} == {"mailbaby"}


def test_the_key_is_not_recorded(client: Client) -> None:
    """The log does not hold the key."""
    client.get("/mail")

    assert client.service.api_key not in repr(client.sandbox.requests)


@pytest.mark.parametrize(
    ("kind", "done"), [(FaultKind.STATUS, False), (FaultKind.STATUS_AFTER, True)]
)
def test_a_framework_error_at_any_call(client: Client, kind: FaultKind, done: bool) -> None:  # noqa: FBT001 - fact
    """A fault may put a 200 that is an error at any call, before or after its effect."""
    body = '{"code":500,"msg":"Server internal error"}'
    client.sandbox.inject(Fault("POST", "/mail/rules", kind, nth=2, status=200, body=body))

    codes = [client.add("email", f"{n}@bad.com").json.get("code") for n in range(3)]

    assert codes == [None, 500, None]
    assert ("1@bad.com" in client.data()) is done
