"""Every example of the MailBaby reference, byte by byte."""

from datetime import UTC, datetime

import pytest

from mpctl.sandbox.mailbaby import SampleBuilder
from tests.sandbox.mailbaby.conftest import Serve
from tests.sandbox.mailbaby.talk import FORM, Client

AUGUST = datetime(2023, 8, 7, 12, tzinfo=UTC).timestamp()


@pytest.fixture
def documented(serve: Serve) -> Client:
    """Return a client of the account that the examples show."""
    builder = SampleBuilder()
    builder.order(39)
    builder.order(33, status="canceled", comment="old")
    builder.rule("mb39", "email", "spammer@bad.com", id_=14, created="2022-03-22 19:16:35")
    builder.flag(
        "mb39", "local", "u@d.com", subject="Hi", to=["c@s.com"], message_id="x@d.com", days_ago=0
    )
    builder.flag("mb39", "subject", "u@d.com", subject="Hi")
    client = serve(builder.build(next_rule_id=41125))
    client.state.clock = lambda: AUGUST
    return client


def test_the_worked_request(documented: Client) -> None:
    """The headers of section 2 are accepted, also where nothing but the name's case differs."""
    headers = {
        "x-api-key": f" {documented.service.api_key}\t",
        "Accept": "application/json",
        "User-Agent": "mpctl/0.1",
    }

    assert documented.send("GET", "/mail/rules", headers=headers).status == 200


def test_ping(documented: Client) -> None:
    """Section 2: a health check without a key, called HTML."""
    reply = documented.send("GET", "/ping", headers={})

    assert (reply.status, reply.body) == (200, b"Server is up and running")
    assert reply.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("key", [None, "", "mbk_wrong", "Bearer mbk_wrong", "\u00e9"])
def test_no_key(documented: Client, key: str | None) -> None:
    """Section 2: a missing, an empty and a wrong key are the same 401."""
    headers = {"Accept": "application/json"} | ({} if key is None else {"X-API-KEY": key})

    reply = documented.send("GET", "/mail/rules", headers=headers)

    assert (reply.status, reply.headers["Content-Type"]) == (401, "application/json")
    assert reply.body == b'{"code":401,"message":"API key is missing or invalid"}'


def test_orders(documented: Client) -> None:
    """Section 4.1: orders, a comment only where there is one."""
    assert documented.get("/mail").body == (
        b'[{"id":39,"status":"active","username":"mb39"},'
        b'{"id":33,"status":"canceled","username":"mb33","comment":"old"}]'
    )


def test_rules(documented: Client) -> None:
    """Section 4.2: a rule."""
    assert documented.get("/mail/rules").body == (
        b'[{"id":14,"user":"mb39","type":"email","data":"spammer@bad.com",'
        b'"created":"2022-03-22 19:16:35"}]'
    )


def test_blocks(documented: Client) -> None:
    """Section 4.3: the three categories."""
    assert documented.get("/mail/blocks").body == (
        b'{"local":[{"date":"2023-08-07","from":"u@d.com","messageId":"x@d.com","subject":"Hi",'
        b'"to":"[\'c@s.com\']"}],"mbtrap":[],"subject":[{"from":"u@d.com","subject":"Hi"}]}'
    )


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (
            "application/json",
            b'{"type":"email","data":"spammer@bad.com","username":"mb39","user":"mb39"}',
        ),
        (FORM, b"type=email&data=spammer%40bad.com&username=mb39&user=mb39"),
    ],
)
def test_create(documented: Client, content_type: str, body: bytes) -> None:
    """Section 5.1: a new rule, as JSON and as a form."""
    headers = {**documented.headers, "Content-Type": content_type}

    reply = documented.send("POST", "/mail/rules", body, headers)

    assert (reply.status, reply.body) == (200, b'{"status":"ok","text":41125}')
    assert documented.rules()[-1] == {
        "id": 41125,
        "user": "mb39",
        "type": "email",
        "data": "spammer@bad.com",
        "created": "2023-08-07 12:00:00",
    }


def test_delete(documented: Client) -> None:
    """Section 5.2: the answer of a delete."""
    reply = documented.remove(14)

    assert (reply.status, reply.body) == (200, b'{"status":"ok","text":"record deleted"}')
    assert documented.rules() == []


def test_delete_what_is_no_id(documented: Client) -> None:
    """Section 5.2: an id that is no integer."""
    reply = documented.remove("5abc")

    assert (reply.status, reply.body) == (
        400,
        b'{"code":400,"message":"The specified ID was invalid."}',
    )


def test_delist(documented: Client) -> None:
    """Section 5.3: the answer of a delisting, after which the blocks are empty."""
    reply = documented.post("/mail/blocks/delete", {"email": "u@d.com"})

    assert (reply.status, reply.body) == (200, b'{"status":"ok","text":"record deleted"}')
    assert documented.get("/mail/blocks").body == b'{"local":[],"mbtrap":[],"subject":[]}'


@pytest.mark.parametrize("path", ["/mail/rules", "/mail/blocks"])
def test_no_active_order(documented: Client, path: str) -> None:
    """Sections 4.2 and 4.3: without an active order there is nothing to read."""
    documented.state.set_status("mb39", "canceled")

    reply = documented.get(path)

    assert (reply.status, reply.body) == (400, b'{"code":400,"message":"No active mail orders."}')


def test_the_body_of_the_vendors_python_client(documented: Client) -> None:
    """Section 8: JSON is announced, nothing is sent, and the type is missing."""
    headers = {**documented.headers, "Content-Type": "application/json"}

    reply = documented.send("POST", "/mail/rules", b"", headers)

    assert reply.body == b'{"code":400,"message":"Invalid value for type."}'


@pytest.mark.parametrize(
    ("accept", "status", "content_type", "body"),
    [
        (
            "application/json",
            200,
            "application/json",
            b'{"code":404,"msg":"404 Not Found","data":[]}',
        ),
        ("*/*", 404, "text/html;charset=utf-8", None),
    ],
)
def test_no_such_route(
    documented: Client, accept: str, status: int, content_type: str, body: bytes | None
) -> None:
    """Section 3.1: an unknown route is a success for those who accept JSON, else a page."""
    reply = documented.send("GET", "/mail/log", headers={**documented.headers, "Accept": accept})

    assert (reply.status, reply.headers["Content-Type"]) == (status, content_type)
    assert reply.body == body or b"<html>" in reply.body


@pytest.mark.parametrize(
    ("accept", "status", "body"),
    [
        ("application/json", 200, b'{"code":500,"msg":"Server internal error"}'),
        ("*/*", 500, b"Server internal error"),
    ],
)
def test_an_uncaught_error(serve: Serve, accept: str, status: int, body: bytes) -> None:
    """Section 3.1: an error of the framework is a success for those who accept JSON."""
    client = serve(switches={"framework_error": "500"})

    reply = client.send("GET", "/mail", headers={**client.headers, "Accept": accept})

    assert (reply.status, reply.body) == (status, body)
