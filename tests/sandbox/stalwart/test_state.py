"""The state of the simulated Stalwart: for tests in memory, for the command line in a file."""

import json
from pathlib import Path
from typing import Any

import pytest

from mpctl.sandbox import Sandbox, StateFileError
from mpctl.sandbox.stalwart import SampleData, harbor_mail
from tests.sandbox.stalwart.conftest import Serve
from tests.sandbox.stalwart.talk import Client, insert

FILE = "stalwart.json"
GOOD: dict[str, Any] = {
    "format": 1, "local": {}, "db": {}, "nodes": [], "queue": [], "queue_runs": True,
    "trained": [],
}  # fmt: skip


def busy(client: Client) -> None:
    """Leave a trace in every part of the state."""
    client.update(insert(("lookup.mpctl.block.domain.stored.example", ""), ("server.x", "y")))
    client.state.add_entry("mpctl", "block.domain.bücher.example")
    client.update(insert(("lookup.mpctl.block.domain.later.example", "")))
    client.state.auto_ban("198.51.100.23")
    client.send("DELETE", "/queue/messages/217700302698266624")
    client.send("PATCH", "/queue/status/stop")
    client.send("POST", "/spam-filter/train/ham", b"From: a@b.example\n\n")


def test_state_outlives_the_sandbox(serve: Serve, tmp_path: Path) -> None:
    """A sandbox in the same folder goes on where the last one stopped, stored and live."""
    first = serve(tmp_path)
    busy(first)
    second = serve(tmp_path)

    assert second.state.snapshot() == first.state.snapshot()
    assert second.tags("a@prize-draw.example") == {"MPCTL_BLOCK"}
    assert "block.domain.later.example" not in second.state.live_entries("mpctl")
    assert second.data("/queue/messages?values=1") == first.data("/queue/messages?values=1")
    assert second.tags(ip="198.51.100.23") == {"IP_BLOCKED"}


def test_what_a_switch_planted_is_not_saved(serve: Serve, tmp_path: Path) -> None:
    """Without the switch the next sandbox is free of it."""
    serve(tmp_path, shadow="threshold").update(insert(("lookup.mpctl.x", "")))
    client = serve(tmp_path)

    assert client.settings("spam-filter.score") == {"spam": "6.0"}
    assert "x" in client.settings("lookup.mpctl")


def test_a_cluster_outlives_the_sandbox(serve: Serve, tmp_path: Path) -> None:
    """Each node has live state of its own."""
    first = serve(tmp_path, cluster="standby")
    first.update(insert(("lookup.mpctl.x", "")))
    first.reload("lookup")

    second = serve(tmp_path, cluster="standby")

    assert ["x" in second.state.live_entries("mpctl", node=n) for n in (0, 1)] == [True, False]


def test_reading_writes_no_file(serve: Serve, tmp_path: Path) -> None:
    """A sandbox that was only read leaves no state file."""
    client = serve(tmp_path)
    client.settings("lookup")
    client.classify()
    client.reload()

    assert not (tmp_path / FILE).exists()


def test_reset(serve: Serve, tmp_path: Path) -> None:
    """A reset goes back to the sample data, on disk too."""
    client = serve(tmp_path)
    before = client.state.snapshot()
    busy(client)
    changed = client.state.snapshot()
    client.sandbox.reset()

    assert changed != before
    assert client.state.snapshot() == serve(tmp_path).state.snapshot() == before


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        json.dumps({**GOOD, "format": 2}),
        json.dumps({**GOOD, "db": {"key": 1}}),
        json.dumps({**GOOD, "local": ["x"]}),
        json.dumps({**GOOD, "nodes": [{"lists": {}}]}),
        json.dumps({**GOOD, "nodes": [{"lists": {}, "settings": {}, "banned": ["x"]}]}),
        json.dumps({**GOOD, "queue": [{"id": 1}]}),
        json.dumps({**GOOD, "trained": [["ham"]]}),
    ],
)
def test_a_state_file_that_makes_no_sense(tmp_path: Path, content: str) -> None:
    """A state file that cannot be read is named, with the advice to delete it, and stays."""
    (tmp_path / FILE).write_text(content, encoding="utf-8")

    with pytest.raises(StateFileError, match="delete this file") as caught:
        Sandbox(tmp_path)

    assert str(tmp_path / FILE) in str(caught.value)
    assert (tmp_path / FILE).read_text(encoding="utf-8") == content


def test_settings_are_set_and_removed(client: Client) -> None:
    """What a test sets is read, and live unless it says otherwise."""
    client.state.set_settings({"spam-filter.score.spam": "3.0"})
    client.state.set_settings({"spam-filter.score.reject": "30.0"}, live=False)
    live = client.state.live_settings()
    client.state.remove_settings("spam-filter.score.spam", live=False)

    assert live["spam-filter.score.spam"] == "3.0"
    assert "spam-filter.score.reject" not in live
    assert client.state.settings("spam-filter.score.") == {"spam-filter.score.reject": "30.0"}
    assert client.state.live_settings() == live


def test_entries_are_added_and_removed(client: Client) -> None:
    """What a test adds to a list is stored and live, also what no client would write."""
    client.state.add_entry("mpctl", "block.recipient.x", "odd")
    client.state.add_entry("mpctl", "stored.only", live=False)
    client.state.remove_entry("mpctl", "_keep", live=False)

    assert client.state.entries("mpctl")["block.recipient.x"] == "odd"
    assert client.state.live_entries("mpctl")["block.recipient.x"] == "odd"
    assert "stored.only" not in client.state.live_entries("mpctl")
    assert "_keep" not in client.state.entries("mpctl")
    assert "_keep" in client.state.live_entries("mpctl")


def test_every_node_goes_live(serve: Serve) -> None:
    """What a test makes live is live on the whole cluster."""
    client = serve(cluster="standby")
    client.state.add_entry("mpctl", "x")

    assert ["x" in client.state.live_entries("mpctl", node=n) for n in (0, 1)] == [True, True]


def test_the_revision(client: Client) -> None:
    """It grows with a change, and only with one."""
    before = client.service.revision
    client.state.set_settings({"spam-filter.score.spam": "6.0"})
    same = client.service.revision
    client.state.auto_ban("198.51.100.23")

    assert (same, client.service.revision) == (before, before + 1)


def test_a_snapshot_is_a_copy(client: Client) -> None:
    """Changing a snapshot changes nothing."""
    before = client.state.snapshot()
    taken = client.state.snapshot()
    taken["db"].clear()
    taken["nodes"][0]["lists"]["mpctl"].clear()
    client.state.settings().clear()
    client.state.live_entries("mpctl").clear()
    client.state.live_settings().clear()

    assert client.state.snapshot() == before


def test_tiny() -> None:
    """A tiny server has the lists that it is given."""
    data = SampleData.tiny({"mpctl": ["_keep", "allow.ip.192.0.2.1"]}, {"a.b": "c"})

    assert data.settings == {
        "server.hostname": "mx.harbor.example",
        "lookup.mpctl._keep": "mpctl",
        "lookup.mpctl.allow.ip.192.0.2.1": "mpctl",
        "a.b": "c",
    }


def test_the_sample(client: Client) -> None:
    """The sample server reloads without errors, and everything stored is live."""
    before = client.state.snapshot()

    assert client.errors() == {}
    client.state.restart()
    assert client.state.snapshot() == before
    assert client.state.settings() == dict(sorted(harbor_mail().settings.items()))


def test_the_sample_has_foreign_parts(client: Client) -> None:
    """There is an auto-ban, a block by hand, a vendor's list, and a rule of somebody else."""
    settings = client.state.settings()

    assert settings["server.blocked-ip.198.51.100.99"] == ""
    assert settings["server.blocked-ip.203.0.113.192/26"] == "by hand, Maja"
    assert settings["lookup.trusted-domains.paypal.example"] == ""
    assert settings["spam-filter.rule.harbor_invoice.enable"] == "false"
