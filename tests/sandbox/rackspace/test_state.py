"""The live state: for tests in memory, for the command line in a file."""

import json
from pathlib import Path

import pytest

from mpctl.sandbox import Sandbox, StateFileError
from mpctl.sandbox.rackspace import SampleBuilder, SampleData
from tests.sandbox.rackspace.conftest import Serve
from tests.sandbox.rackspace.talk import ALEX, DOMAIN, JO_RS, Client

FILE = "rackspace.json"
MAILBOX = ("ex_mailboxes", "alex.smith@example.com")


def test_state_outlives_the_sandbox(rack: Serve, tmp_path: Path) -> None:
    """A sandbox in the same folder goes on where the last one stopped."""
    first = rack(folder=tmp_path)
    first.put(f"{ALEX}/blocklist", addList="@new.example,@%.newer.example")
    first.put(f"{JO_RS}/settings", filterlevel="off")
    first.put(f"{DOMAIN}/ipsafelist", addList="192.0.2.%")

    assert rack(folder=tmp_path).state.snapshot() == first.state.snapshot()


def test_reading_writes_no_file(rack: Serve, tmp_path: Path) -> None:
    """A sandbox that was only read leaves no state file."""
    rack(folder=tmp_path).get(f"{ALEX}/blocklist")

    assert not (tmp_path / FILE).exists()


def test_reset(rack: Serve, tmp_path: Path) -> None:
    """A reset goes back to the sample data, on disk too."""
    client = rack(folder=tmp_path)
    before = client.state.snapshot()
    client.put(f"{ALEX}/blocklist", addList="@new.example")
    client.put(f"{ALEX}/settings", filterlevel="off")

    client.sandbox.reset()

    assert client.state.snapshot() == before
    assert rack(folder=tmp_path).state.snapshot() == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"format": 2, "lists": {}, "settings": {}}',
        b'{"format": 1, "lists": {"ex_mailboxes/alex.smith@example.com": {"greylist": []}}}',
        json.dumps({"format": 1, "lists": {}, "settings": {"domains/x.example": {}}}).encode(),
        json.dumps({"format": 1, "lists": {"shoes/x.example": {}}, "settings": {}}).encode(),
    ],
)
def test_a_state_file_that_makes_no_sense(tmp_path: Path, content: bytes) -> None:
    """A state file that cannot be read is named, with the advice to delete it, and stays."""
    (tmp_path / FILE).write_bytes(content)

    with pytest.raises(StateFileError, match="delete this file") as caught:
        Sandbox(tmp_path)

    assert str(tmp_path / FILE) in str(caught.value)
    assert (tmp_path / FILE).read_bytes() == content


def test_planting(client: Client) -> None:
    """Entries are added and removed one by one, whatever they are, and then served."""
    client.state.add_entry(*MAILBOX, "blacklist", "*.odd")
    client.state.add_entry(*MAILBOX, "blocklist", "*.odd")
    client.state.add_entry(*MAILBOX, "blocklist", "@a.example")
    client.state.remove_entry(*MAILBOX, "blocklist", "*.odd")

    assert client.get(f"{ALEX}/blocklist").json == {"addresses": ["*.odd", "@a.example"]}


def test_removing_what_is_not_there(client: Client) -> None:
    """Taking away what is not there is a ValueError."""
    with pytest.raises(ValueError, match="not in list"):
        client.state.remove_entry(*MAILBOX, "blocklist", "@a.example")


def test_planted_settings(client: Client) -> None:
    """Settings are set in the shape of an answer, in parts."""
    owner = ("rs_mailboxes", "jo@example.org")
    client.state.set_settings(*owner, rsEmailSettings={"spamHandling": "delete"})
    client.state.set_settings(*owner, filterLevel="off")

    shown = client.get(f"{JO_RS}/settings").json

    assert shown == client.state.settings_of(*owner)
    assert (shown["filterLevel"], shown["rsEmailSettings"]["spamHandling"]) == ("off", "delete")
    assert shown["rsEmailSettings"]["spamFolderAgeLimit"] == 0


def test_what_changes_counts(client: Client) -> None:
    """The revision grows with changes, not with writes that change nothing."""
    state = client.state
    start = state.revision

    state.set_entries(*MAILBOX, "safelist", [])
    state.set_settings(*MAILBOX, filterLevel="on")
    same = state.revision
    state.set_entries(*MAILBOX, "safelist", ["@a.example"])
    state.set_settings(*MAILBOX, filterLevel="off")

    assert (same - start, state.revision - start) == (0, 2)


def test_copies(client: Client) -> None:
    """Changing what was given out changes nothing live."""
    before = client.state.snapshot()
    client.state.snapshot()["domains/example.com"]["settings"].clear()
    client.state.settings_of("domains", "example.com")["exchangeSettings"].clear()

    assert client.state.snapshot() == before


def test_settling(rack: Serve) -> None:
    """A test can end the lag of reads; the truth is seen without any."""
    client = rack({"read_lag": "5"})
    client.put(f"{ALEX}/blocklist", addList="@a.example")
    late = client.get(f"{ALEX}/blocklist").json["addresses"]
    client.state.settle()

    assert (late, client.stored()) == ([], ["@a.example"])
    assert client.get(f"{ALEX}/blocklist").json["addresses"] == ["@a.example"]


@pytest.mark.parametrize(
    ("scope", "name", "error"),
    [
        ("ex_mailboxes", "nobody@example.com", KeyError),
        ("rs_mailboxes", "alex.smith@example.com", KeyError),
        ("shoes", "example.com", ValueError),
    ],
)
def test_an_unknown_entity(client: Client, scope: str, name: str, error: type[Exception]) -> None:
    """An entity that is not there is an error that names it."""
    with pytest.raises(error, match=r"nobody|alex|shoes"):
        client.state.lists_of(scope, name)


def test_names_have_no_case(client: Client) -> None:
    """An entity is found by its name in any case."""
    assert client.state.entries("ex_mailboxes", "Alex.Smith@Example.com", "safelist") == ()


def test_big(rack: Serve) -> None:
    """A big data set has as many mailboxes and entries as it is asked for."""
    client = rack(data=SampleData.big(mailboxes=300, rules=4))

    assert client.get("/domains/acme.example/ex/mailboxes").json["total"] == 300
    assert len(client.state.entries("ex_mailboxes", "u00299@acme.example", "blocklist")) == 4


def test_an_address_twice() -> None:
    """The builder refuses one address for two mailboxes of any kind, and unknown services."""
    world = SampleBuilder("1", "One")
    domain = world.domain("a.example")
    world.ex_mailbox("jo", domain)

    with pytest.raises(ValueError, match=r"jo@a\.example twice"):
        world.rs_mailbox("Jo", domain)
    with pytest.raises(ValueError, match="choose from exchange"):
        world.domain("b.example", service="pigeon")
