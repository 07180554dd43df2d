"""The live state: for tests in memory, for the command line in a file."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mpctl.sandbox import Sandbox, StateFileError
from mpctl.sandbox.mailbaby import Rule, SampleBuilder, SampleData
from tests.sandbox.mailbaby.conftest import Serve
from tests.sandbox.mailbaby.talk import Client, two_orders

FILE = "mailbaby.json"
EMPTY: dict[str, Any] = {
    "format": 1,
    "next_rule_id": 1,
    "orders": dict.fromkeys(("mb33", "mb39", "mb41", "mb77"), "active"),
    "rules": [],
    "flags": [],
}


def test_planted_rules_are_served(client: Client) -> None:
    """What a test plants is listed, also what the service would refuse."""
    client.state.clock = lambda: datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC).timestamp()

    rule = client.state.add_rule("mb41", "odd", "*.x")

    assert rule == Rule(17, "mb41", "odd", "*.x", "2026-02-03 04:05:06")
    assert client.rules()[-1] == {
        "id": 17,
        "user": "mb41",
        "type": "odd",
        "data": "*.x",
        "created": "2026-02-03 04:05:06",
    }


def test_removed_rules_are_not_served(client: Client) -> None:
    """What a test removes is not listed."""
    assert client.state.remove_rule(14).data == "of-mb39@bad.com"
    assert client.data() == ["of-mb41@bad.com"]


def test_rules_of_every_order_can_be_read(client: Client) -> None:
    """A test sees the rules of inactive orders and of other accounts too."""
    assert [client.state.rules_of(name)[0].id for name in ("mb33", "mb39", "mb77")] == [13, 14, 16]


def test_every_change_is_counted_and_kept(serve: Serve, tmp_path: Path) -> None:
    """Each change of state raises the revision, and is on disk at once."""
    client = serve(two_orders(), folder=tmp_path)
    state = client.state
    changes: list[Callable[[], object]] = [
        lambda: state.add_rule("mb39", "email", "a@b.com"),
        lambda: state.remove_rule(14),
        lambda: state.set_status("mb41", "canceled"),
        lambda: state.flag("mb39", "local", "u@d.com"),
        lambda: state.delist("u@d.com"),
    ]

    for number, change in enumerate(changes, start=1):
        change()
        kept = Sandbox(tmp_path, mailbaby=two_orders()).mailbaby.state.snapshot()
        assert (state.revision, kept) == (number, state.snapshot())


def test_unknown_names(client: Client) -> None:
    """An order that is not there is a KeyError that names it, and so is a rule."""
    for call in (
        lambda: client.state.rules_of("mb5"),
        lambda: client.state.status("mb5"),
        lambda: client.state.add_rule("mb5", "email", "a@b.com"),
        lambda: client.state.flag("mb5", "local", "a@b.com"),
    ):
        with pytest.raises(KeyError, match="no order mb5"):
            call()
    with pytest.raises(KeyError, match="99"):
        client.state.remove_rule(99)


def test_a_name_need_not_follow_from_the_id(serve: Serve) -> None:
    """The username of an order is what it is, whatever its id."""
    builder = SampleBuilder()
    builder.order(39, username="mb40")

    client = serve(builder.build())
    client.add("email", "a@b.com", "mb40")

    assert client.get("/mail").json == [{"id": 39, "status": "active", "username": "mb40"}]
    assert client.rules()[0]["user"] == "mb40"


def test_a_snapshot_has_no_ids(client: Client) -> None:
    """A rule that is deleted and created again leaves the snapshot equal."""
    before = client.state.snapshot()

    client.remove(14)
    gone = client.state.snapshot()
    client.add("email", "of-mb39@bad.com")

    assert (gone == before, client.state.snapshot() == before) == (False, True)


def test_a_snapshot_is_a_copy(client: Client) -> None:
    """Changing a snapshot changes nothing live."""
    before = client.state.snapshot()
    for part in client.state.snapshot().values():
        part.clear()

    assert client.state.snapshot() == before


def test_state_outlives_the_sandbox(serve: Serve, tmp_path: Path) -> None:
    """A sandbox in the same folder goes on where the last one stopped."""
    first = serve(two_orders(flags=[("local", "u@d.com")]), folder=tmp_path)
    first.add("email", "bücher@bad.com")
    first.state.add_rule("mb39", "email", "bücher@bad.com")
    first.remove(15)
    first.state.set_status("mb41", "canceled")
    first.state.flag("mb39", "mbtrap", None, days_ago=2)

    second = serve(two_orders(), folder=tmp_path)

    assert second.state.snapshot() == first.state.snapshot()
    assert second.rules() == first.rules()
    assert "bücher" in (tmp_path / FILE).read_text(encoding="utf-8")


def test_ids_outlive_the_sandbox(serve: Serve, tmp_path: Path) -> None:
    """An id that was given and deleted is not given again after a restart."""
    first = serve(two_orders(), folder=tmp_path)
    gone = first.add("email", "new@bad.com").json["text"]
    first.remove(gone)

    assert serve(two_orders(), folder=tmp_path).add("email", "new@bad.com").json["text"] > gone


def test_reading_writes_no_file(serve: Serve, tmp_path: Path) -> None:
    """A sandbox that was only read leaves no state file."""
    serve(folder=tmp_path).get("/mail/rules")

    assert not (tmp_path / FILE).exists()


def test_reset(serve: Serve, tmp_path: Path) -> None:
    """A reset goes back to the sample data, on disk too."""
    client = serve(two_orders(flags=[("local", "u@d.com")]), folder=tmp_path)
    before = client.state.snapshot()
    client.add("email", "new@bad.com")
    client.state.set_status("mb39", "canceled")
    client.state.delist("u@d.com")

    client.sandbox.reset()

    assert client.state.snapshot() == before
    assert serve(two_orders(), folder=tmp_path).state.snapshot() == before


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"format": 2}',
        json.dumps({**EMPTY, "rules": [{}]}),
        json.dumps({**EMPTY, "flags": [{"store": "attic"}]}),
        json.dumps({**EMPTY, "orders": {**EMPTY["orders"], "mb5": "active"}}),
        json.dumps({**EMPTY, "orders": {"mb39": "active"}}),
        json.dumps({**EMPTY, "flags": [{"username": "mb5", "store": "local", "sender": None}]}),
        json.dumps(
            {
                **EMPTY,
                "rules": [{"id": 1, "username": "mb5", "type": "x", "data": "", "created": ""}],
            }
        ),
    ],
)
def test_a_state_file_that_makes_no_sense(tmp_path: Path, content: str) -> None:
    """A state file that cannot be read is named, with the advice to delete it, and stays."""
    (tmp_path / FILE).write_text(content, encoding="utf-8")

    with pytest.raises(StateFileError, match="delete this file") as caught:
        Sandbox(tmp_path, mailbaby=two_orders())

    assert str(tmp_path / FILE) in str(caught.value)
    assert (tmp_path / FILE).read_text(encoding="utf-8") == content


def test_an_empty_state_file_is_one(tmp_path: Path) -> None:
    """A state without rules and flags is read as such."""
    (tmp_path / FILE).write_text(json.dumps(EMPTY), encoding="utf-8")

    assert Sandbox(tmp_path, mailbaby=two_orders()).mailbaby.state.rules_of("mb39") == ()


def test_tiny() -> None:
    """A tiny data set has the orders that it is given, with their rules."""
    data = SampleData.tiny({"mb39": {"email": ["a@b.example"]}, "mb40": {"domain": ["c.com"]}})

    assert [(order.id, order.username) for order in data.orders] == [(39, "mb39"), (40, "mb40")]
    assert [(rule.username, rule.type, rule.data) for rule in data.rules] == [
        ("mb39", "email", "a@b.example"),
        ("mb40", "domain", "c.com"),
    ]


def test_big() -> None:
    """A big data set has as many orders and rules as it is asked for."""
    data = SampleData.big(orders=3, rules=4)

    assert (len(data.orders), len(data.rules)) == (3, 12)


def test_names_and_ids_twice() -> None:
    """The builder refuses to give a username or an id twice."""
    builder = SampleBuilder()
    builder.rule(builder.order(39), "email", "a@b.com", id_=14)

    with pytest.raises(ValueError, match="mb39 twice"):
        builder.order(39)
    with pytest.raises(ValueError, match="rule 14 twice"):
        builder.rule("mb39", "email", "a@b.com", id_=14)
