"""Settings are written by an array of operations (sections 4.5 to 4.8)."""

import json
from typing import Any

import pytest

from tests.sandbox.stalwart.conftest import Serve
from tests.sandbox.stalwart.talk import Client, delete, insert

MALFORMED = {
    "type": "about:blank",
    "status": 400,
    "title": "Invalid parameters",
    "detail": "JSON deserialization failed",
}
DONE = {"data": None}


def test_the_documented_insert(client: Client) -> None:
    """An insert answers null and stores what it says, and nothing becomes live."""
    body = (
        b'[{"type":"insert","prefix":null,"values":[["lookup.mpctl.block.domain.spam.example",'
        b'"mpctl"]],"assert_empty":false}]'
    )

    reply = client.send("POST", "/settings", body)

    assert (reply.status, reply.body) == (200, b'{"data":null}')
    assert client.settings("lookup.mpctl")["block.domain.spam.example"] == "mpctl"
    assert "block.domain.spam.example" not in client.state.live_entries("mpctl")


def test_the_documented_delete_and_clear(client: Client) -> None:
    """A delete takes exact keys, a clear all that start with its text."""
    client.state.add_entry("mpctl", "block.domain.old.example")
    body = (
        b'[{"type":"delete","keys":["lookup.mpctl.block.domain.old.example"]},'
        b'{"type":"clear","prefix":"spam-filter.rule.mpctl_access."}]'
    )

    assert client.send("POST", "/settings", body).json == DONE
    assert "block.domain.old.example" not in client.settings("lookup.mpctl")
    assert client.settings("spam-filter.rule.mpctl_access") == {}
    assert client.settings("spam-filter.rule.stwt_blocked_domain") != {}


def test_the_clear_of_the_seed(client: Client) -> None:
    """The only documented example of the vendor is a clear."""
    operation = {"type": "clear", "prefix": "spam-filter.rule.stwt_trusted_domain."}

    assert client.update(operation) == DONE
    assert client.settings("spam-filter.rule.stwt_trusted_domain") == {}


def test_a_prefix_is_put_in_front(client: Client) -> None:
    """With a prefix each key becomes prefix, dot and key."""
    client.update(insert(("a.b", "1"), prefix="lookup.other"))

    assert client.settings("lookup.other") == {"a.b": "1"}


def test_an_insert_overwrites(client: Client) -> None:
    """An insert of a key that exists replaces its value without a word."""
    assert client.update(insert(("spam-filter.score.spam", "4.5"))) == DONE
    assert client.settings("spam-filter.score")["spam"] == "4.5"


@pytest.mark.parametrize(
    ("operation", "refused"),
    [
        (insert(("new", ""), prefix="lookup.mpctl", assert_empty=True), True),
        (insert(("new", ""), prefix="lookup.mp", assert_empty=True), False),
        (insert(("lookup.mpctl._keep", ""), ("lookup.x.y", ""), assert_empty=True), True),
        (insert(("lookup.x.y", ""), ("lookup.mpctl._keep", ""), assert_empty=True), False),
        (insert(assert_empty=True), False),
    ],
)
def test_assert_empty(client: Client, operation: Any, refused: bool) -> None:  # noqa: FBT001
    """An asserting insert looks below its prefix, or at its first key only; refused with 200."""
    before = client.state.settings()
    reply = client.post("/settings", [operation])

    assert reply.status == 200
    assert (reply.body == b'{"error":"assertFailed"}') is refused
    assert not refused or client.state.settings() == before


def test_a_missing_key_is_deleted_without_an_error(client: Client) -> None:
    """A delete of what is not there is done."""
    assert client.update(delete("lookup.mpctl.nothing")) == DONE


def test_a_delete_is_no_prefix(client: Client) -> None:
    """A key that ends in a dot is taken literally."""
    before = client.state.settings()

    assert client.update(delete("lookup.mpctl.")) == DONE
    assert client.state.settings() == before


def test_a_clear_appends_no_dot(client: Client) -> None:
    """A clear without a dot at its end also takes keys that begin alike."""
    client.state.set_settings({"lookup.mpother.x": ""})

    client.update({"type": "clear", "prefix": "lookup.mp"})

    assert client.settings("lookup.mpother") == client.settings("lookup.mpctl") == {}


def test_an_empty_clear_erases_everything(client: Client) -> None:
    """The empty prefix is a loaded gun: database and local file are empty."""
    assert client.update({"type": "clear", "prefix": ""}) == DONE
    assert client.state.settings() == {}


@pytest.mark.parametrize(("text", "left"), [("maja", 1), ("203.0", 1), ("Maja", 2), ("", 0)])
def test_a_filtered_clear(client: Client, text: str, left: int) -> None:
    """A filter is looked for in lower-cased key or value, and is not lower-cased itself."""
    client.update({"type": "clear", "prefix": "server.blocked-ip.", "filter": text})

    assert len(client.settings("server.blocked-ip")) == left


@pytest.mark.parametrize(
    "document",
    [
        {},
        None,
        "text",
        {"type": "delete", "keys": ["x"]},
        ["delete"],
        [{"keys": ["x"]}],
        [{"type": "upsert", "values": []}],
        [{"type": "delete"}],
        [{"type": "delete", "keys": "x"}],
        [{"type": "delete", "keys": [1]}],
        [{"type": "clear"}],
        [{"type": "clear", "prefix": None}],
        [{"type": "clear", "prefix": "x", "filter": 1}],
        [{"type": "insert", "values": []}],
        [{"type": "insert", "values": [], "assertEmpty": False}],
        [{"type": "insert", "assert_empty": False}],
        [{"type": "insert", "values": [], "assert_empty": "false"}],
        [insert(("k", 5.0))],
        [insert(("k", True))],
        [insert(("k", None))],
        [insert(prefix=1)],  # type: ignore[arg-type]
        [{"type": "insert", "values": [["k"]], "assert_empty": False}],
        [{"type": "insert", "values": {"k": "v"}, "assert_empty": False}],
    ],
)
def test_a_malformed_body_changes_nothing(client: Client, document: Any) -> None:
    """The whole array is decoded first: one bad operation is a 400 and nothing is done."""
    before = client.state.snapshot()
    good = [delete("lookup.mpctl._keep")]
    reply = client.post("/settings", good + document if isinstance(document, list) else document)

    assert (reply.status, reply.json) == (400, MALFORMED)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert client.state.snapshot() == before


@pytest.mark.parametrize("body", [b"", b"[", b"\xff"])
def test_a_body_that_is_no_json(client: Client, body: bytes) -> None:
    """An empty body is malformed too."""
    assert client.send("POST", "/settings", body).json == MALFORMED


def test_unknown_members_are_ignored(client: Client) -> None:
    """What an operation does not know it does not read; an absent prefix is none."""
    operation = {"type": "insert", "values": [["lookup.x.y", ""]], "assert_empty": False, "z": 1}

    assert client.update(operation) == DONE


def test_a_body_over_the_limit(client: Client) -> None:
    """A body over 1 MiB counts as empty: 400, and nothing is changed."""
    before = client.state.snapshot()
    pairs = [(f"lookup.big.{number}", "x" * 1000) for number in range(1100)]

    reply = client.post("/settings", [insert(*pairs)])

    assert (reply.status, reply.json) == (400, MALFORMED)
    assert client.state.snapshot() == before


def test_operations_are_not_one_transaction(client: Client) -> None:
    """When an operation is refused those before it stay, and those after it are not done."""
    answer = client.update(
        insert(("lookup.x.one", "")),
        insert(("lookup.mpctl._keep", ""), assert_empty=True),
        insert(("lookup.x.two", "")),
    )

    assert answer == {"error": "assertFailed"}
    assert client.settings("lookup.x") == {"one": ""}


def test_operations_run_in_order(client: Client) -> None:
    """A later operation sees what an earlier one did."""
    client.update(
        insert(("lookup.x.y", "1")), {"type": "clear", "prefix": "lookup.x."}, delete("oauth.key")
    )

    assert client.settings("lookup.x") == {}
    assert "oauth.key" not in client.state.settings()


def test_a_filter_is_compared_with_lower_case(client: Client) -> None:
    """Key and value are lower-cased before the filter is looked for."""
    client.update(insert(("lookup.x.ABC", ""), ("lookup.x.d", "ABC"), ("lookup.x.e", "")))
    client.update({"type": "clear", "prefix": "lookup.x.", "filter": "abc"})

    assert client.settings("lookup.x") == {"e": ""}


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_the_content_type_is_ignored(client: Client, content_type: str) -> None:
    """The body is parsed as JSON, whatever it is said to be."""
    headers = {**client.headers, "Content-Type": content_type}
    body = json.dumps([delete("oauth.key")]).encode()

    assert client.send("POST", "/settings", body, headers).json == DONE


def test_delete_one(client: Client) -> None:
    """DELETE takes one exact key, percent-decoded, and needs a permission of its own."""
    path = "/settings/server.blocked-ip.203.0.113.192%2F26"

    assert client.send("DELETE", path).status == 403
    assert client.send("DELETE", path, headers=client.admin).json == DONE
    assert client.settings("server.blocked-ip") == {"198.51.100.99": ""}


def test_writes_are_recorded(client: Client) -> None:
    """The log says of each write whether it changed anything."""
    client.update(delete("lookup.mpctl.nothing"))
    client.update(delete("lookup.mpctl._keep"))
    client.get("/settings/keys")

    assert [(r.method, r.path, r.changed) for r in client.sandbox.writes()] == [
        ("POST", "/settings", False),
        ("POST", "/settings", True),
    ]


def test_a_thousand_entries(serve: Serve) -> None:
    """One operation may hold thousands of pairs."""
    client = serve()

    client.update(
        insert(*((f"lookup.mpctl.block.domain.d{n}.example", "mpctl") for n in range(4000)))
    )

    assert client.data("/settings/list?prefix=lookup.mpctl&limit=1")["total"] == 4010
