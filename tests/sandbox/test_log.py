"""Every request is recorded, and no key with it."""

import json
from pathlib import Path

import pytest

from mpctl.sandbox import Fault
from tests.sandbox.conftest import Serve
from tests.sandbox.talk import Client


def test_a_record(client: Client) -> None:
    """A record has number, method, path, query, body and status."""
    client.get("/domains?page=2&name=x")
    client.add("new.example")

    first, second = client.sandbox.requests
    assert (first.number, first.method, first.path) == (1, "GET", "/domains")
    assert (first.query, first.body, first.status) == ("page=2&name=x", None, 200)
    assert (second.number, second.path) == (2, "/domains/9101/allow_block_rules")
    assert (second.body, second.status) == ({"value": "new.example", "rule_type": "block"}, 201)


def test_writes(client: Client) -> None:
    """A write is what is documented as one, refused or not; finding a user is a read."""
    client.get("/domains/9101/allow_block_rules")
    client.call("POST", "/users/find_by_address", {"address": "carol@globex.example"})
    created = client.add("new.example").json
    client.add("not valid")
    client.allow_spam_release(to=True)
    client.remove(created["id"])
    client.send("PATCH", f"/allow_block_rules/{created['id']}")

    assert [(r.method, r.status, r.changed) for r in client.sandbox.writes()] == [
        ("POST", 201, True),
        ("POST", 422, False),
        ("PUT", 200, True),
        ("DELETE", 204, True),
        ("PATCH", 404, False),
    ]


@pytest.mark.parametrize(("kind", "changed"), [("drop-before", False), ("drop-after", True)])
def test_dropped_requests(serve: Serve, kind: str, changed: bool) -> None:  # noqa: FBT001 - fact
    """A request whose answer was dropped has no status, and the record knows the effect."""
    client = serve(faults=[Fault.parse(f"POST . {kind}")])

    with pytest.raises(ConnectionError):
        client.add("new.example")

    (record,) = client.sandbox.requests
    assert (record.status, record.write, record.changed) == (None, True, changed)


def test_the_key_is_not_recorded(serve: Serve, tmp_path: Path) -> None:
    """Neither memory nor the file holds the key, right or wrong."""
    client = serve(tmp_path)
    client.get("/domains")
    client.send("GET", "/domains", headers={"authorization": "Bearer wrong-key"})

    text = (tmp_path / "requests.jsonl").read_text(encoding="utf-8")
    for secret in (client.service.api_key, "wrong-key"):
        assert secret not in text
        assert secret not in repr(client.sandbox.requests)
    assert client.sandbox.requests[0].headers["authorization"] == "(redacted)"


def test_the_file(serve: Serve, tmp_path: Path) -> None:
    """With a folder, each record is a line of JSON in `requests.jsonl`."""
    client = serve(tmp_path)
    client.add("new.example")

    (line,) = (tmp_path / "requests.jsonl").read_text(encoding="utf-8").splitlines()
    record = json.loads(line)
    assert (record["method"], record["write"], record["status"]) == ("POST", True, 201)


def test_numbers_go_on(serve: Serve, tmp_path: Path) -> None:
    """The numbers of a second sandbox in the same folder follow those of the first."""
    serve(tmp_path).get("/domains")
    second = serve(tmp_path)
    second.get("/domains")

    assert [record.number for record in second.sandbox.requests] == [2]


def test_no_folder_no_file(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder nothing is written to disk."""
    monkeypatch.chdir(tmp_path)

    client.add("new.example")

    assert list(tmp_path.iterdir()) == []
