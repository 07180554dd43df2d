"""What an apply does to a server, call by call: stages, reloads, what is put back, what is left."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from mpctl.core.capabilities import Known
from mpctl.core.change import SettingChange
from mpctl.core.outcome import Status
from mpctl.core.rule import Action
from mpctl.diagnostics import Code, ExitCode
from mpctl.providers.stalwart.capabilities import CAPABILITIES, NOT_LIVE
from mpctl.providers.stalwart.plumbing import wanted
from mpctl.sandbox import Fault
from mpctl.transport import CallForbidden
from tests.clock import FakeClock
from tests.conformance.mailserver import SERVER
from tests.conformance.running import Bench
from tests.conformance.service import Choice
from tests.conformance.table import Stage
from tests.providers.stalwart.world import LISTED, Host, calls, outcomes, ready, session


def test_one_write_and_one_reload_where_no_setting_changes() -> None:
    """Rules alone: one POST, a lookup reload, and the note that all is live taken away."""
    with (host := ready()).open() as sandbox:
        bench = Bench(host, sandbox)
        stage = Stage("x", allow=("friend.example",), block=("spam.example", "203.0.112.0/23"))
        result = bench.apply(stage.desired(host, bench.entity))

        assert result.exit_code is ExitCode.DONE
        assert calls(sandbox) == [
            "GET /reload",  # dry: what is stored must not wait for a permission
            "POST /settings",
            "GET /reload/lookup",
            "POST /settings",
        ]
        assert sandbox.stalwart.state.live_entries("mpctl") == {
            "_keep": "mpctl: not live",  # as it was when the list was loaded
            "allow.domain.friend.example": "mpctl",
            "block.domain.spam.example": "mpctl",
            "block.ip.203.0.112.*": "mpctl: 203.0.112.0/23",
            "block.ip.203.0.113.*": "mpctl: 203.0.112.0/23",
        }


def test_a_new_server_gets_the_plumbing_once_the_list_is_finished() -> None:
    """The rule goes live after the list, so that what leaves the list never counts."""
    host = Host({})
    host.entries = LISTED
    with host.open() as sandbox:
        bench = Bench(host, sandbox)
        desired = Stage("x", block=("spam.example",)).desired(host, bench.entity)
        assert bench.apply(desired).exit_code is ExitCode.DONE
        assert calls(sandbox) == [
            "GET /reload",
            "POST /settings",
            "GET /reload",
            "GET /reload/lookup",
            "GET /reload",
            "POST /settings",
        ]
        assert sandbox.stalwart.state.settings().items() >= wanted().items()
        assert not bench.plan(desired).changed


def test_a_setting_becomes_live_between_what_comes_and_what_goes() -> None:
    """Entries in, the setting, entries out: each live before the next is written."""
    with (host := ready()).open() as sandbox:
        bench = Bench(host, sandbox)
        seen: list[tuple[set[str], str]] = []
        state = sandbox.stalwart.state

        def look() -> None:
            rules = {entry for entry in state.live_entries("mpctl") if entry != "_keep"}
            threshold = state.live_settings().get("spam-filter.score.reject", "0")
            if not seen or seen[-1] != (rules, threshold):
                seen.append((rules, threshold))

        for number in range(1, 40):
            sandbox.meanwhile("*", ".", look, nth=number)
        stage = Stage("x", allow=("friend.example",), block=("spam.example",), setting=0)
        assert bench.apply(stage.desired(host, bench.entity)).exit_code is ExitCode.DONE
        look()

        old = {"block.domain.old.example", "allow.domain.older.example"}
        new = {"block.domain.spam.example", "allow.domain.friend.example"}
        assert seen == [(old, "0"), (old | new, "0"), (old | new, "7.5"), (new, "7.5")]


@pytest.mark.parametrize(
    ("network", "reload"),
    [("198.51.100.7", "/reload/server.blocked-ip"), ("198.51.100.0/24", "/reload")],
)
def test_connections_are_refused_by_choice(network: str, reload: str) -> None:
    """With the option, blocks of addresses go to server.blocked-ip, with our mark."""
    with (host := ready("connection")).open() as sandbox:
        bench = Bench(host, sandbox)
        desired = Stage("x", allow=None, block=(network, "old.example")).desired(host, bench.entity)
        assert bench.apply(desired).exit_code is ExitCode.DONE
        assert sandbox.stalwart.state.blocked() == {network}
        assert sandbox.stalwart.state.settings("server.blocked-ip.") == {
            f"server.blocked-ip.{network}": "mpctl"
        }
        assert f"GET {reload}" in calls(sandbox)
        assert not bench.plan(desired).changed

        gone = Stage("y", allow=None, block=("old.example",)).desired(host, bench.entity)
        assert bench.apply(gone).exit_code is ExitCode.DONE
        assert sandbox.stalwart.state.blocked() == set()


def test_a_ban_of_the_server_is_nobodys_rule() -> None:
    """It is not drift, fulfils a declaration as it stands, and is neither adopted nor removed."""
    with (host := ready("connection")).open() as sandbox:
        bench = Bench(host, sandbox)
        sandbox.stalwart.state.auto_ban("198.51.100.7")
        nothing = Stage("x", allow=None, block=("old.example",)).desired(host, bench.entity)
        assert not bench.plan(nothing).changed

        both = ("198.51.100.7", "old.example")
        declared = Stage("y", allow=None, block=both).desired(host, bench.entity)
        assert not bench.plan(declared).changed
        assert bench.apply(nothing).exit_code is ExitCode.DONE
        assert sandbox.stalwart.state.settings("server.blocked-ip.") == {
            "server.blocked-ip.198.51.100.7": ""
        }


def test_a_block_moves_when_the_option_changes() -> None:
    """What stands in the other place is shown as it is, and goes after the new one came."""
    with (host := ready("connection")).open() as sandbox:
        sandbox.stalwart.state.add_entry("mpctl", "block.ip.198.51.100.7")
        bench = Bench(host, sandbox)
        desired = Stage("x", allow=None, block=("198.51.100.7",)).desired(host, bench.entity)
        assert bench.apply(desired).exit_code is ExitCode.DONE
        assert sandbox.stalwart.state.blocked() == {"198.51.100.7"}
        assert set(sandbox.stalwart.state.live_entries("mpctl")) == {
            "_keep",
            "allow.domain.older.example",
        }


@pytest.mark.parametrize("option", ["mail", "connection"])
def test_a_block_that_moves_holds_at_every_moment(option: str) -> None:
    """From the list to the connections or back, the one is live before the other goes."""
    with (host := ready(option)).open() as sandbox:
        state = sandbox.stalwart.state
        if option == "mail":
            state.set_settings({"server.blocked-ip.198.51.100.7": "mpctl"})
        else:
            state.add_entry("mpctl", "block.ip.198.51.100.7")
        bench, seen = Bench(host, sandbox), list[tuple[bool, bool]]()

        def look() -> None:
            listed = "block.ip.198.51.100.7" in state.live_entries("mpctl")
            seen.append((listed, bool(state.blocked())))

        for number in range(1, 40):
            sandbox.meanwhile("*", ".", look, nth=number)
        desired = Stage("x", allow=None, block=("198.51.100.7", "old.example"))
        assert bench.apply(desired.desired(host, bench.entity)).exit_code is ExitCode.DONE
        look()
        assert (False, False) not in seen
        assert seen[-1] == (option == "mail", option == "connection")


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ("127.0.0.1", "it contains the server itself"),
        ("::1", "it contains the server itself"),
        ("10.0.0.0/7", "the server takes networks of 8 bits and more"),
        ("192.0.2.0/24", "server.allowed-ip has 192.0.2.250"),
    ],
)
def test_a_connection_that_must_stay_is_not_refused(network: str, words: str) -> None:
    """Who would lock out the server, its friends or everybody is told so, and nothing is sent."""
    allowed = {"server.allowed-ip.192.0.2.250": ""}
    with (host := ready("connection", **allowed)).open() as sandbox:
        bench = Bench(host, sandbox)
        result = bench.apply(Stage("x", block=(network,)).desired(host, bench.entity))
        assert result.exit_code is ExitCode.STOPPED
        assert [p.summary for p in result.plan.problems] == [
            f"connections from {network} cannot be refused: {words}"
        ]
        assert calls(sandbox) == []


@pytest.mark.parametrize("world", ["score", "address"])
def test_a_foreign_error_is_said_in_the_servers_words(world: str) -> None:
    """Stored, but not live; and once it is gone, the next run makes it live."""
    with (host := ready()).open({"foreign_error": world}) as sandbox:
        bench = Bench(host, sandbox)
        desired = Stage("x", setting=0).desired(host, bench.entity)
        result = bench.apply(desired)
        setting, *others = outcomes(result)
        assert (setting.status, setting.code) == (Status.FAILED, Code.NOT_LIVE)
        assert setting.detail.startswith("stored, but not live: ")
        assert {other.code for other in others} == {Code.NOT_LIVE}
        assert result.exit_code is ExitCode.PARTIAL
        assert sandbox.stalwart.state.live_settings().get("spam-filter.score.reject") is None

        (again,) = bench.plan(desired).changed
        assert ("plumbing", NOT_LIVE) in {
            (change.name, change.before)
            for change in again.changes
            if isinstance(change, SettingChange)
        }


def test_an_error_of_ours_is_put_back() -> None:
    """Everything that was stored is as before, and nothing is live."""
    with (host := ready()).open() as sandbox:
        bench = Bench(host, sandbox)
        before = sandbox.stalwart.state.settings()

        def spoil() -> None:
            key = "spam-filter.score.reject"
            sandbox.stalwart.state.set_settings({key: "many"}, live=False)

        sandbox.meanwhile("GET", "^/reload$", spoil, nth=2)
        desired = Stage("x", allow=("older.example",), block=("old.example",), setting=0)
        result = bench.apply(desired.desired(host, bench.entity))
        (end,) = outcomes(result)
        assert end.status is Status.FAILED
        assert "spam-filter.score.reject: Invalid floating point value" in end.detail
        assert end.detail.endswith("everything was put back as it was")
        after = sandbox.stalwart.state.settings()
        assert after == before


def test_an_error_of_ours_that_cannot_be_put_back_is_left_and_said() -> None:
    """Then this run did write, and everybody's reloads may be blocked: exit code 5."""
    with (host := ready()).open() as sandbox:
        bench = Bench(host, sandbox)

        def spoil() -> None:
            key = "spam-filter.score.reject"
            sandbox.stalwart.state.set_settings({key: "many"}, live=False)

        sandbox.meanwhile("GET", "^/reload$", spoil, nth=2)
        sandbox.inject(Fault.parse("POST ^/settings$ 403 nth=2 times=forever"))
        desired = Stage("x", allow=("older.example",), block=("old.example",), setting=0)
        result = bench.apply(desired.desired(host, bench.entity))

        (end,) = outcomes(result)
        assert (end.status, end.touched, result.exit_code) == (
            Status.FAILED,
            True,
            ExitCode.PARTIAL,
        )
        assert "could not be put back" in end.detail
        assert end.detail.endswith("look at the server's settings")


@pytest.mark.parametrize("hidden", ["rule", "score"])
def test_a_shadowed_key_is_named(hidden: str) -> None:
    """What the local file hides does not change, and nobody calls it done."""
    with (host := Host({})).open({"shadow": hidden}) as sandbox:
        bench = Bench(host, sandbox)
        plan = Stage("x", allow=("friend.example",), block=("spam.example",), setting=0)
        result = bench.apply(plan.desired(host, bench.entity))
        assert Code.SHADOWED in {one.code for one in outcomes(result)}
        assert result.exit_code is ExitCode.PARTIAL


def problem(choice: Choice) -> Any:
    """What keeps a plan from being made."""
    with (host := ready()).open(choice) as sandbox:
        bench = Bench(host, sandbox)
        plan = bench.plan(Stage("x").desired(host, bench.entity))
        return plan.problems[0]


def test_a_later_version_is_recognised() -> None:
    """Version 0.16 answers 404, and the error says what that means."""
    found = problem({"version": "0.16"})
    assert found.code is Code.NOT_FOUND
    assert "v0.16 or later" in found.summary


def test_a_missing_permission_is_explained() -> None:
    """A 403 does not say which; the error names those that mpctl needs."""
    found = problem({"missing_permission": "settings-list"})
    assert found.code is Code.REFUSED_BY_SERVICE
    assert "settings-list" in found.fix


def test_a_filter_that_is_off_is_said() -> None:
    """Then no rule has an effect."""
    with (host := ready(**{"spam-filter.enable": "false"})).open() as sandbox:
        bench = Bench(host, sandbox)
        (entity,) = bench.plan(Stage("x").desired(host, bench.entity)).entities
        assert [finding.code for finding in entity.findings] == [Code.INACTIVE]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/settings/list"),
        ("GET", "/settings/group"),
        ("DELETE", "/queue/messages"),
        ("PATCH", "/queue/messages"),
        ("GET", "/principal"),
        ("GET", "/principal/maja"),
        ("DELETE", "/principal/maja"),
    ],
)
def test_what_shows_secrets_or_acts_on_everything_is_never_sent(method: str, path: str) -> None:
    """Not even by a session that may write."""
    with SERVER.open() as sandbox, closing(session(sandbox, FakeClock())) as opened:
        with pytest.raises(CallForbidden):
            opened.request(method, path)
        assert sandbox.requests == []


@pytest.mark.parametrize("path", ["/reload", "/reload/lookup", "/oauth"])
def test_a_reload_is_a_write(path: str) -> None:
    """The HTTP method proves nothing."""
    with SERVER.open() as sandbox:
        opened = session(sandbox, FakeClock(), writable=False)
        with closing(opened), pytest.raises(CallForbidden):
            opened.request("GET", path, params={"dry-run": "true"})
        assert sandbox.requests == []


def test_semantics_are_data() -> None:
    """What the table of services shows of this one."""
    assert CAPABILITIES.wins is Action.ALLOW
    assert CAPABILITIES.semantics.domain_covers_subdomains is Known.NO
