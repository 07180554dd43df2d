"""Stored is not live: what each of the reloads refreshes, and what it reports (section 5)."""

import pytest

from mpctl.sandbox.stalwart import SampleData
from tests.sandbox.stalwart.conftest import Serve
from tests.sandbox.stalwart.talk import Client, delete, insert

NEW = ("lookup.mpctl.block.domain.new.example", "mpctl")
NOTHING: dict[str, object] = {"warnings": {}, "errors": {}}


def test_the_documented_answer(client: Client) -> None:
    """A bad score is reported by its key, with 200."""
    client.update(insert(("spam-filter.list.scores.MPCTL_BLOCK", "maybe")))

    assert client.get("/reload").body == (
        b'{"data":{"warnings":{},"errors":{"spam-filter.list.scores.MPCTL_BLOCK":'
        b'{"type":"parse","error":"Invalid score: invalid float literal"}}}}'
    )


@pytest.mark.parametrize("path", ["", "/", "/lookup", "/server.blocked-ip", "/certificate", "/x"])
def test_a_good_reload(client: Client, path: str) -> None:
    """Every reload answers with warnings and errors, here none."""
    assert client.data(f"/reload{path}") == NOTHING


def test_a_full_reload_does_not_refresh_a_loaded_list(client: Client) -> None:
    """Only the lookup reload refreshes a list that is there."""
    client.update(insert(NEW))
    client.reload()
    after_full = client.state.live_entries("mpctl")
    client.reload("lookup")

    assert "block.domain.new.example" not in after_full
    assert "block.domain.new.example" in client.state.live_entries("mpctl")


def test_a_full_reload_loads_a_new_list(client: Client) -> None:
    """A list that is not loaded comes in with a full reload."""
    client.update(insert(("lookup.fresh.x", "")))
    client.reload()

    assert client.state.live_entries("fresh") == {"x": ""}


def test_a_lookup_reload_refreshes_lists_only(client: Client) -> None:
    """Thresholds, rules and blocks wait for the full reload."""
    client.update(insert(("spam-filter.score.spam", "4.0"), ("server.blocked-ip.192.0.2.7", "")))
    before = (client.state.live_settings(), client.state.blocked())
    client.reload("lookup")

    assert (client.state.live_settings(), client.state.blocked()) == before


def test_a_lookup_reload_never_drops_a_list(client: Client) -> None:
    """A list whose last key was deleted keeps its old contents until a restart."""
    client.update({"type": "clear", "prefix": "lookup.mpctl."})
    old = client.state.live_entries("mpctl")
    client.reload()
    client.reload("lookup")
    still = client.state.live_entries("mpctl")
    client.state.restart()

    assert (still == old != {}, client.state.live_entries("mpctl")) == (True, {})


def test_a_permanent_key_keeps_a_list_fresh(client: Client) -> None:
    """With one key left the list is emptied by a lookup reload."""
    keys = [f"lookup.mpctl.{entry}" for entry in client.state.entries("mpctl")]
    client.update(delete(*(key for key in keys if not key.endswith("_keep"))))
    client.reload("lookup")

    assert client.state.live_entries("mpctl") == {"_keep": "mpctl"}


def test_a_blocked_ip_reload(client: Client) -> None:
    """It refreshes single addresses; networks wait for a full reload."""
    client.update(
        insert(("192.0.2.7", "mpctl"), ("192.0.2.128/25", "mpctl"), prefix="server.blocked-ip")
    )
    client.reload("server.blocked-ip")
    singles = client.state.blocked()
    client.reload()

    assert ("192.0.2.7" in singles, "192.0.2.128/25" in singles) == (True, False)
    assert {"192.0.2.7", "192.0.2.128/25"} <= client.state.blocked()


def test_other_words_are_a_full_reload(client: Client) -> None:
    """`/reload/server.allowed-ip` is the full reload."""
    client.update(insert(("spam-filter.score.spam", "4.0")))
    client.reload("server.allowed-ip")

    assert client.state.live_settings()["spam-filter.score.spam"] == "4.0"


def test_an_error_anywhere_applies_nothing(client: Client) -> None:
    """With an error in a key of somebody else the old configuration keeps running."""
    client.update(
        insert(
            ("spam-filter.score.spam", "4.0"),
            ("spam-filter.list.scores.ODD", "x"),
            ("lookup.fresh.x", ""),
            ("server.blocked-ip.192.0.2.7", ""),
        )
    )
    before = (client.state.live_settings(), client.state.blocked())
    reply = client.get("/reload")

    assert (reply.status, list(reply.json["data"]["errors"])) == (
        200,
        ["spam-filter.list.scores.ODD"],
    )
    assert (client.state.live_settings(), client.state.blocked()) == before
    assert client.state.live_entries("fresh") == {}
    assert client.settings("spam-filter.score")["spam"] == "4.0"


def test_partial_reloads_apply_what_parses(client: Client) -> None:
    """The lookup and the address reload apply the rest and report."""
    client.update(
        insert(NEW, ("lookup.odd", ""), ("server.blocked-ip.0", "192.0.2.8"),
               ("server.blocked-ip.192.0.2.7", ""))
    )  # fmt: skip

    assert client.reload("lookup")["errors"] == {
        "odd": {"type": "parse", "error": "Invalid lookup key format"}
    }
    assert client.reload("server.blocked-ip")["errors"] == {
        "server.blocked-ip": {"type": "parse", "error": 'Invalid IP address value "0".'}
    }
    assert "block.domain.new.example" in client.state.live_entries("mpctl")
    assert "192.0.2.7" in client.state.blocked()


RULE = "spam-filter.rule.mpctl_access."


@pytest.mark.parametrize(
    ("key", "value", "reported", "text"),
    [
        (RULE + "condition.0.if", "x", RULE + "condition.0.if",
         'Invalid variable or constant "x"'),
        (RULE + "condition.0.if", "(true", RULE + "condition.0.if",
         "Unmatched open parenthesis"),
        (RULE + "scope", "x", RULE + "scope", 'Invalid type "x".'),
        (RULE + "priority", "high", RULE + "priority", 'Invalid integer value "high".'),
        (RULE + "enable", "on", RULE + "enable", 'Invalid boolean value "on".'),
        ("spam-filter.list.scores.X", "1.0.0", "spam-filter.list.scores.X",
         "Invalid score: invalid float literal"),
        ("spam-filter.score.spam", "x", "spam-filter.score.spam",
         'Invalid floating point value "x".'),
        ("server.blocked-ip.x", "", "server.blocked-ip", 'Invalid IP address value "x".'),
        ("server.blocked-ip.x/8", "", "server.blocked-ip", 'Invalid IP address "x/8"'),
        ("server.blocked-ip.10.0.0.0/7", "", "server.blocked-ip",
         'Invalid IP address "10.0.0.0/7"'),
        ("server.allowed-ip.0", "1.2.3.4", "server.allowed-ip", 'Invalid IP address value "0".'),
        ("lookup.foo", "", "foo", "Invalid lookup key format"),
    ],
)  # fmt: skip
def test_the_table_of_errors(
    client: Client, key: str, value: str, reported: str, text: str
) -> None:
    """Each documented cause is reported under its documented key, with its text."""
    client.update(insert((key, value)))

    assert client.errors() == {reported: {"type": "parse", "error": text}}


def test_a_missing_else(client: Client) -> None:
    """An if-chain without an else is an error of the rule's condition."""
    client.update(delete(RULE + "condition.2.else"))

    assert client.errors() == {RULE + "condition": {"type": "parse", "error": "Missing 'else'"}}


def test_a_rule_without_a_condition(client: Client) -> None:
    """It is no error: the rule is skipped without a word."""
    client.update(insert(("spam-filter.rule.idle.scope", "any")))

    assert client.errors() == {}


@pytest.mark.parametrize("value", ["nan", "inf", "-1e3", "5", ".5"])
def test_odd_numbers(client: Client, value: str) -> None:
    """The server accepts numbers that a client had better not send."""
    client.update(insert(("spam-filter.score.spam", value)))

    assert client.errors() == {}


@pytest.mark.parametrize("value", ["true", "false", "0"])
def test_a_dry_run(client: Client, value: str) -> None:
    """Any value makes it a dry run, also `false`; single blocked addresses are refreshed."""
    client.update(insert(("spam-filter.score.spam", "4.0"), ("server.blocked-ip.192.0.2.7", "")))

    assert client.data(f"/reload?dry-run={value}") == NOTHING
    assert client.state.live_settings()["spam-filter.score.spam"] == "6.0"
    assert "192.0.2.7" in client.state.blocked()


@pytest.mark.parametrize("query", ["?dry-run", "?dry-run="])
def test_an_empty_dry_run_is_real(client: Client, query: str) -> None:
    """An empty parameter is dropped, so the reload is a real one."""
    client.update(insert(("spam-filter.score.spam", "4.0")))
    client.data(f"/reload{query}")

    assert client.state.live_settings()["spam-filter.score.spam"] == "4.0"


def test_a_restart_starts_with_whatever_parses(client: Client) -> None:
    """After a restart the stored state is live, but for what has an error."""
    client.update(insert(("spam-filter.score.spam", "4.0"), ("spam-filter.score.reject", "x")))
    client.state.restart()

    assert client.state.live_settings()["spam-filter.score.spam"] == "4.0"


def test_there_is_no_restart_call(client: Client) -> None:
    """`GET /restart` is refused with 200."""
    reply = client.get("/restart")

    assert (reply.status, reply.json["error"]) == (200, "unsupported")


def test_reloads_are_writes(client: Client) -> None:
    """A reload is a GET that acts, and is recorded as a write, a dry run too."""
    client.update(insert(("spam-filter.score.spam", "4.0")))
    client.reload()
    client.reload()
    client.reload("lookup")
    client.errors()

    assert [(r.method, r.changed) for r in client.sandbox.writes()] == [
        ("POST", True),
        ("GET", True),
        ("GET", False),
        ("GET", False),
        ("GET", False),
    ]


def test_a_server_without_rules(serve: Serve) -> None:
    """A server that never saw the vendor's rules reloads without errors."""
    assert serve(data=SampleData.tiny()).reload() == NOTHING
