"""The live state: for tests in memory, for the command line in a file."""

import json
from pathlib import Path

import pytest

from mpctl.sandbox import SampleBuilder, SampleData, Sandbox, StateFileError
from tests.sandbox.conftest import Serve
from tests.sandbox.talk import Client

FILE = "mailprotector.json"


def test_state_outlives_the_sandbox(serve: Serve, tmp_path: Path) -> None:
    """A sandbox in the same folder goes on where the last one stopped."""
    first = serve(tmp_path)
    first.add("new.example")
    first.remove(610003)
    first.allow_spam_release(to=True)

    assert serve(tmp_path).state.snapshot() == first.state.snapshot()


def test_ids_outlive_the_sandbox(serve: Serve, tmp_path: Path) -> None:
    """An id that was given and deleted is not given again after a restart."""
    first = serve(tmp_path)
    gone = first.add("new.example").json["id"]
    first.remove(gone)

    assert serve(tmp_path).add("new.example").json["id"] > gone


def test_reading_writes_no_file(serve: Serve, tmp_path: Path) -> None:
    """A sandbox that was only read leaves no state file."""
    serve(tmp_path).get("/domains")

    assert not (tmp_path / FILE).exists()


def test_reset(serve: Serve, tmp_path: Path) -> None:
    """A reset goes back to the sample data, on disk too."""
    client = serve(tmp_path)
    before = client.state.snapshot()
    client.add("new.example")
    client.allow_spam_release(to=True)

    client.sandbox.reset()

    assert client.state.snapshot() == before
    assert serve(tmp_path).state.snapshot() == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"format": 2}',
        b'{"format": 1, "next_rule_id": 1, "rules": [{}], "configuration": {}}',
        json.dumps(
            {"format": 1, "next_rule_id": 1, "rules": [], "configuration": {"domains/1": {}}}
        ).encode(),
    ],
)
def test_a_state_file_that_makes_no_sense(tmp_path: Path, content: bytes) -> None:
    """A state file that cannot be read is named, with the advice to delete it, and stays."""
    (tmp_path / FILE).write_bytes(content)

    with pytest.raises(StateFileError, match="delete this file") as caught:
        Sandbox(tmp_path)

    assert str(tmp_path / FILE) in str(caught.value)
    assert (tmp_path / FILE).read_bytes() == content


def test_text_beyond_ascii(serve: Serve, tmp_path: Path) -> None:
    """The file is UTF-8 and keeps what is planted."""
    serve(tmp_path).state.add_rule("domains", 9101, "bücher.example", "block")

    assert "bücher.example" in (tmp_path / FILE).read_text(encoding="utf-8")
    assert "bücher.example" in [r.value for r in serve(tmp_path).state.rules_of("domains", 9101)]


def test_planted_rules_are_served(client: Client) -> None:
    """What a test plants is listed, also a value that the service would refuse."""
    client.state.add_rule("domains", 9101, "*.odd.example", "Allow")

    assert "*.odd.example" in client.values()


def test_removed_rules_are_not_served(client: Client) -> None:
    """What a test removes is not listed."""
    (first, *_) = client.state.rules_of("domains", 9101)

    client.state.remove_rule(first.id)

    assert first.value not in client.values()


def test_planted_permissions_are_served(client: Client) -> None:
    """What a test sets is read, and nothing else is set."""
    client.state.set_permission("domains", 9203, allow_policy_release=True)

    assert client.permissions("domains/9203")["allow_policy_release"]
    assert client.state.local_configuration("domains", 9203) == {
        "permissions": {"messages": {"allow_policy_release": True}}
    }


def test_an_unknown_entity(client: Client) -> None:
    """An entity that is not there is a KeyError that names it."""
    with pytest.raises(KeyError, match="domains/1"):
        client.state.rules_of("domains", 1)


def test_a_snapshot_has_no_ids(client: Client) -> None:
    """A rule that is deleted and created again leaves the snapshot equal."""
    before = client.state.snapshot()
    row = client.rules()[0]

    client.remove(row["id"])
    gone = client.state.snapshot()
    client.add(row["value"], row["rule_type"])

    assert (gone == before, client.state.snapshot() == before) == (False, True)


def test_a_snapshot_is_a_copy(client: Client) -> None:
    """Changing a snapshot changes nothing live."""
    before = client.state.snapshot()
    client.state.snapshot()["configuration"]["domains/9101"].clear()
    client.state.local_configuration("domains", 9101)["permissions"].clear()

    assert client.state.snapshot() == before


def test_tiny() -> None:
    """A tiny data set has the domains that it is given, with their rules."""
    data = SampleData.tiny({"a.example": {"allow": ["b.example"], "block": ["c@d.example"]}})

    assert [entity.name for entity in data.entities][-1] == "a.example"
    assert {(rule.value, str(rule.rule_type)) for rule in data.rules} == {
        ("b.example", "Allow"),
        ("c@d.example", "Block"),
    }


def test_big() -> None:
    """A big data set has as many domains and rules as it is asked for."""
    data = SampleData.big(domains=25, rules=4)

    assert sum(entity.key.scope == "domains" for entity in data.entities) == 25
    assert len(data.rules) == 100


def test_an_id_twice() -> None:
    """The builder refuses to give an id twice."""
    builder = SampleBuilder()
    builder.reseller("One", id_=1)

    with pytest.raises(ValueError, match="resellers/1 twice"):
        builder.reseller("Two", id_=1)
