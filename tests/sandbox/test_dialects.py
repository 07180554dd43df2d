"""Switches that change how an answer is written, not what it says."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sandbox.conftest import Serve

NEW_YEAR = datetime(2028, 1, 1, tzinfo=UTC).timestamp()
MISSING = "/domains/1"


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        ("message", {"message": "value is invalid"}),
        ("error", {"error": "value is invalid"}),
        ("errors_map", {"errors": {"value": ["is invalid"]}}),
        ("errors_list", {"errors": ["value is invalid"]}),
    ],
)
def test_error_body(serve: Serve, shape: str, body: object) -> None:
    """`error_body` chooses the JSON of an error."""
    assert serve(switches={"error_body": shape}).add("*").json == body


@pytest.mark.parametrize(
    ("shape", "content_type", "body"),
    [
        ("text", "text/plain", b"Not found"),
        ("html", "text/html", b"<!DOCTYPE html><html><body><h1>Not found</h1></body></html>"),
    ],
)
def test_error_body_without_json(serve: Serve, shape: str, content_type: str, body: bytes) -> None:
    """`error_body` may also be text or a page."""
    reply = serve(switches={"error_body": shape}).get(MISSING)

    assert (reply.status, reply.body) == (404, body)
    assert reply.headers["Content-Type"].startswith(content_type)


@pytest.mark.parametrize(
    ("envelope", "wrapped"),
    [
        ("documented", {"get"}),
        ("all_wrapped", {"get", "put", "list", "one"}),
        ("none_wrapped", set()),
    ],
)
def test_envelope(serve: Serve, envelope: str, wrapped: set[str]) -> None:
    """`envelope` chooses which answers are wrapped; by default the GET of a configuration."""
    client = serve(switches={"envelope": envelope})
    answers = {
        "get": (client.get("/domains/9101/configuration").json, "configuration"),
        "put": (client.allow_spam_release(to=True).json, "configuration"),
        "list": (client.get("/domains").json, "domains"),
        "one": (client.get("/domains/9101").json, "domain"),
    }

    found = {name for name, (document, noun) in answers.items() if list(document) == [noun]}

    assert found == wrapped


def test_id_type(serve: Serve) -> None:
    """`id_type=string` writes every id as text."""
    client = serve(switches={"id_type": "string"})

    domain = client.get("/domains/9101").json
    rule = client.rules()[0]

    assert (domain["id"], domain["account"]["id"], domain["domain_status"]["id"]) == (
        "9101",
        "5001",
        "2",
    )
    assert (type(rule["id"]), rule["entity"]["id"]) == (str, "9101")


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("Title", ("Allow", "Domain")),
        ("lower", ("allow", "domain")),
        ("UPPER", ("ALLOW", "DOMAIN")),
    ],
)
def test_rule_type_case(serve: Serve, case: str, words: tuple[str, str]) -> None:
    """`rule_type_case` writes the types of rules and entities."""
    created = serve(switches={"rule_type_case": case}).add("new.example", "allow").json

    assert (created["rule_type"], created["entity"]["entity_type"]) == words


@pytest.mark.parametrize(
    ("style", "false", "true"), [("json", False, True), ("int", 0, 1), ("string", "false", "true")]
)
def test_bool_style(serve: Serve, style: str, false: Any, true: Any) -> None:
    """`bool_style` writes booleans."""
    shown = serve(switches={"bool_style": style}).permissions()

    assert (shown["allow_spam_release"], shown["allow_policy_release"]) == (false, true)
    assert type(shown["allow_policy_release"]) is type(true)


@pytest.mark.parametrize(
    ("codes", "statuses"),
    [("documented", (201, 200, 204)), ("all200", (200, 200, 200)), ("all204", (204, 204, 204))],
)
def test_write_codes(serve: Serve, codes: str, statuses: tuple[int, int, int]) -> None:
    """`write_codes` chooses the codes of writes; what was asked for is done anyway."""
    client = serve(switches={"write_codes": codes})
    old = client.rules()[0]["id"]

    created = client.add("new.example")
    put = client.allow_spam_release(to=True)
    deleted = client.remove(old)

    assert (created.status, put.status, deleted.status) == statuses
    assert codes != "all204" or created.body + put.body + deleted.body == b""
    assert "new.example" in client.values()


def test_write_codes_leave_reads_alone(serve: Serve) -> None:
    """`write_codes=all204` does not empty the answer of a read by POST."""
    client = serve(switches={"write_codes": "all204"})

    found = client.call("POST", "/users/find_by_address", {"address": "carol@globex.example"})

    assert (found.status, found.json["id"]) == (200, 71001)


def test_sparse(serve: Serve) -> None:
    """`sparse=on` leaves what is needed to know a thing, and nothing else."""
    client = serve(switches={"sparse": "on"})

    assert client.get("/domains/9101").json == {"id": 9101, "name": "acme.example"}
    assert set(client.get("/domains/9102").json) == {"id", "name", "parent"}
    assert set(client.rules()[0]) == {"id", "entity", "value", "rule_type"}


@pytest.mark.parametrize(
    ("form", "header"),
    [("seconds", "1"), ("date", "Sat, 01 Jan 2028 00:00:02 GMT"), ("absent", None)],
)
def test_rate_limit(serve: Serve, form: str, header: str | None) -> None:
    """`rate_limit=2` refuses the third request of a second; `retry_after` says when to come."""
    client = serve(switches={"rate_limit": "2", "retry_after": form})
    client.service.pace.clock = lambda: NEW_YEAR

    statuses = [client.get("/domains").status for _ in range(2)]
    refused = client.get("/domains")

    assert (statuses, refused.status) == ([200, 200], 429)
    assert refused.headers.get("Retry-After") == header


def test_rate_limit_passes(serve: Serve) -> None:
    """A second later there is room again."""
    client = serve(switches={"rate_limit": "1"})
    moments = iter([NEW_YEAR, NEW_YEAR + 0.9, NEW_YEAR + 1])
    client.service.pace.clock = lambda: next(moments)

    assert [client.get("/domains").status for _ in range(3)] == [200, 429, 200]


def test_a_refused_request_does_nothing(serve: Serve) -> None:
    """A request that is refused with 429 is not carried out."""
    client = serve(switches={"rate_limit": "1"})
    client.service.pace.clock = lambda: NEW_YEAR
    client.get("/domains")
    before = client.state.snapshot()

    assert client.add("new.example").status == 429
    assert client.state.snapshot() == before
