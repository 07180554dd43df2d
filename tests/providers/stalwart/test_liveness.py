"""What may not be live is noted at the server, until it is; and nothing is built on it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import pytest

from mpctl.core.outcome import Outcome, Status
from mpctl.core.schedule import Operation
from mpctl.diagnostics import Code, ExitCode
from mpctl.providers.stalwart.applying import Liveness, _end, _is_ours
from mpctl.providers.stalwart.editing import Edit, Reload
from mpctl.providers.stalwart.reloading import Reloading
from mpctl.providers.stalwart.stored import Stored
from mpctl.sandbox import Fault, Sandbox
from tests.conformance.running import Bench
from tests.conformance.table import Stage
from tests.providers.stalwart.workbench import batch, block, setting
from tests.providers.stalwart.world import LISTED, Host, calls, outcomes, ready, session

NOTED = "mpctl: not live"
SCORE = "stored, but not live: spam-filter.list.scores."
RULES = Stage("rules", allow=("friend.example",), block=("spam.example",))
ALL = Stage("all", allow=("friend.example",), block=("spam.example",), setting=0)


def note(sandbox: Sandbox) -> str:
    """What the sentinel says."""
    return sandbox.stalwart.state.settings()["lookup.mpctl._keep"]


def words(ends: list[Outcome]) -> set[tuple[str, str, Code | None]]:
    """What was changed, how it ended, and the code."""
    return {(getattr(e.operation.change, "shown", "setting"), e.status.value, e.code) for e in ends}


@pytest.mark.parametrize("status", ["500", "403"])
def test_what_cannot_be_read_back_stays_noted(status: str) -> None:
    """Nobody knows whether it is live, so the next run reloads."""
    with (host := ready()).open() as sandbox:
        bench = Bench(host, sandbox)
        sandbox.inject(Fault.parse(f"GET ^/settings/keys {status} nth=4 times=forever"))
        result = bench.apply(RULES.desired(host, bench.entity))
        assert {end.status for end in outcomes(result)} == {Status.UNKNOWN}
        assert result.exit_code is ExitCode.PARTIAL
        assert note(sandbox) == NOTED

        sandbox.clear_faults()
        assert bench.apply(RULES.desired(host, bench.entity)).exit_code is ExitCode.DONE
        assert note(sandbox) == "mpctl"


def test_nothing_is_built_on_what_is_not_live() -> None:
    """Entries come, the setting does not become live, and so no entry goes."""
    with (host := ready()).open({"foreign_error": "score"}) as sandbox:
        bench = Bench(host, sandbox)
        result = bench.apply(ALL.desired(host, bench.entity))

        assert words(outcomes(result)) == {
            ("friend.example", "applied", None),
            ("spam.example", "applied", None),
            ("setting", "failed", Code.NOT_LIVE),
            ("older.example", "not attempted", None),
            ("old.example", "not attempted", None),
        }
        assert result.exit_code is ExitCode.PARTIAL
        assert set(LISTED) < set(sandbox.stalwart.state.live_entries("mpctl"))
        assert note(sandbox) == NOTED


def test_no_reload_follows_one_that_failed() -> None:
    """What was to be live before is not, so the list stays as it was."""
    with (host := ready()).open({"foreign_error": "score"}) as sandbox:
        bench = Bench(host, sandbox)
        result = bench.apply(Stage("x", setting=0).desired(host, bench.entity))

        assert calls(sandbox) == ["GET /reload", "POST /settings", "GET /reload"]
        assert {end.code for end in outcomes(result)} == {Code.NOT_LIVE}
        assert set(LISTED) == set(sandbox.stalwart.state.live_entries("mpctl"))


def test_one_reload_for_two_kinds_of_blocks_fails_for_both() -> None:
    """A single address goes live with the networks, where those need the full reload."""
    with (host := ready("connection")).open({"foreign_error": "score"}) as sandbox:
        bench = Bench(host, sandbox)
        blocks = ("198.51.100.7", "203.0.113.0/24", "old.example")
        result = bench.apply(Stage("x", allow=None, block=blocks).desired(host, bench.entity))

        assert all(SCORE in end.detail for end in outcomes(result))
        assert {end.code for end in outcomes(result)} == {Code.NOT_LIVE}
        assert sandbox.stalwart.state.blocked() == set()


def test_an_entry_without_its_rule_is_not_live() -> None:
    """The list is loaded, and nothing asks it as long as the rule is not."""
    with (host := Host({})).open({"foreign_error": "score"}) as sandbox:
        bench = Bench(host, sandbox)
        result = bench.apply(Stage("x", block=("spam.example",)).desired(host, bench.entity))

        assert words(outcomes(result)) == {
            ("spam.example", "failed", Code.NOT_LIVE),
            ("setting", "failed", Code.NOT_LIVE),
        }
        assert all(SCORE in end.detail for end in outcomes(result))


@pytest.mark.parametrize(("kind", "ends"), [("403", Status.FAILED), ("500", Status.FAILED)])
def test_plumbing_that_stays_noted_is_not_done(kind: str, ends: Status) -> None:
    """Everything is live, but the next plan would say otherwise."""
    with (host := Host({})).open() as sandbox:
        bench = Bench(host, sandbox)
        sandbox.inject(Fault.parse(f"POST ^/settings$ {kind} nth=2 times=forever"))
        result = bench.apply(Stage("x", block=("spam.example",)).desired(host, bench.entity))

        assert words(outcomes(result)) == {
            ("spam.example", "applied", None),
            ("setting", ends.value, None),
        }
        (told,) = [end.detail for end in outcomes(result) if end.detail]
        assert told.startswith("it is live, but that could not be noted: ")
        assert note(sandbox) == NOTED


def test_whether_a_key_may_reload_is_asked_once() -> None:
    """Of a provider that writes twice, only the first write asks."""
    with (host := ready()).open() as sandbox:
        bench = Bench(host, sandbox)
        with host.connect(sandbox, bench.clock, writable=True) as provider:
            provider.apply(batch([block("one.example")]))
            provider.apply(batch([block("two.example")]))
        assert calls(sandbox).count("GET /reload") == 1


def test_batches_of_one_server_go_one_after_the_other() -> None:
    """A reload starts from what it finds; a batch that comes meanwhile waits for the end (11.6)."""
    with (host := ready()).open() as sandbox, ThreadPoolExecutor() as pool:
        bench, late = Bench(host, sandbox), list[Future[Sequence[Outcome]]]()
        with host.connect(sandbox, bench.clock, writable=True) as provider:
            second = batch([block("two.example")])
            sandbox.meanwhile(
                "POST", "^/settings$", lambda: late.append(pool.submit(provider.apply, second))
            )
            (first,) = provider.apply(batch([block("one.example")]))
            ends = [first, *late[0].result()]

        assert {end.status for end in ends} == {Status.APPLIED}
        once = ["POST /settings", "GET /reload/lookup", "POST /settings"]
        assert calls(sandbox) == ["GET /reload", *once, *once]


def test_what_an_earlier_run_left_becomes_live_too() -> None:
    """A note says that any reload may be missing, so all are asked for before it goes."""
    with (host := ready()).open() as sandbox:
        sandbox.stalwart.state.add_entry("mpctl", "_keep", NOTED, live=False)
        sandbox.stalwart.state.add_entry("mpctl", "block.domain.left.example", live=False)
        bench = Bench(host, sandbox)
        with host.connect(sandbox, bench.clock, writable=True) as provider:
            (end,) = provider.apply(batch([setting("reject_threshold", "7.5")]))

        assert end.status is Status.APPLIED
        assert "block.domain.left.example" in sandbox.stalwart.state.live_entries("mpctl")
        assert note(sandbox) == "mpctl"


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        (setting("reject_threshold", "7.5"), "GET reload/lookup 403 times=forever"),
        (setting("reject_threshold", "7.5"), "GET reload/lookup drop-before times=forever"),
        (block("spam.example"), "GET ^/reload$ 403 nth=3 times=forever"),
        (block("spam.example"), "GET ^/reload$ drop-after nth=3 times=forever"),
    ],
)
def test_a_note_stays_where_a_reload_failed_that_only_it_asked_for(
    operation: Operation, fault: str
) -> None:
    """What this run wrote is live; what the earlier one left may not be, and the next run asks."""
    with (host := ready()).open() as sandbox:
        sandbox.stalwart.state.add_entry("mpctl", "_keep", NOTED, live=False)
        sandbox.inject(Fault.parse(fault))
        bench = Bench(host, sandbox)
        with host.connect(sandbox, bench.clock, writable=True) as provider:
            (end,) = provider.apply(batch([operation]))

        assert end.status is Status.APPLIED
        assert note(sandbox) == NOTED


@pytest.mark.parametrize(
    ("operation", "fault", "status"),
    [
        (block("spam.example"), "GET reload/lookup drop-after times=forever", Status.UNKNOWN),
        (block("spam.example"), "GET reload/lookup 403 times=forever", Status.FAILED),
        (
            setting("reject_threshold", "7.5"),
            "GET ^/reload$ drop-after nth=3 times=forever",
            Status.UNKNOWN,
        ),
    ],
)
def test_a_reload_whose_answer_is_lost_may_have_been_done(
    operation: Operation, fault: str, status: Status
) -> None:
    """Nobody knows whether it is live; where the reload was refused, it is known not to be."""
    with (host := ready()).open() as sandbox:
        sandbox.inject(Fault.parse(fault))
        bench = Bench(host, sandbox)
        with host.connect(sandbox, bench.clock, writable=True) as provider:
            (end,) = provider.apply(batch([operation]))

        assert (end.status, end.code, end.touched) == (status, Code.NOT_LIVE, True)
        assert note(sandbox) == NOTED


def test_a_write_of_which_nobody_can_tell_is_unknown() -> None:
    """The answer is lost, and nothing can be read back."""
    with (host := ready()).open() as sandbox:
        sandbox.inject(Fault.parse("POST ^/settings$ drop-after times=forever"))
        sandbox.inject(Fault.parse("GET ^/settings/keys 500 nth=2 times=forever"))
        bench = Bench(host, sandbox)
        with host.connect(sandbox, bench.clock, writable=True) as provider:
            (end,) = provider.apply(batch([block("spam.example")]))

        assert end.status is Status.UNKNOWN
        assert "it cannot be read back" in end.detail


@pytest.mark.parametrize(
    ("key", "words", "ours"),
    [
        ("spam-filter.rule.mpctl_access.enable", "", True),
        ("spam-filter.rule.mpctl_access", "", True),
        ("spam-filter.rule.mpctl", "", False),
        ("spam-filter.score.gone", "", False),
        ("server.blocked-ip", 'invalid address "198.51.100.7"', True),
        ("server.blocked-ip", 'invalid address "198.51.100.70"', False),
        ("server.blocked-ip", "invalid address", False),
    ],
)
def test_whose_fault_an_error_is(key: str, words: str, *, ours: bool) -> None:
    """Only an error about what this edit wrote is a reason to put it back."""
    values = {
        "spam-filter.rule.mpctl_access.enable": "true",
        "spam-filter.score.gone": None,
        "server.blocked-ip.198.51.100.7": "mpctl",
    }
    edit = Edit(Stored({"spam-filter.score.gone": "1"}), {}, values)

    assert _is_ours(key, words, edit) is ours


@pytest.mark.parametrize(
    ("reloads", "status"),
    [
        ([Reload.LOOKUP], Status.UNKNOWN),
        ([Reload.LOOKUP, Reload.FULL], Status.FAILED),
        ([Reload.FULL, Reload.LOOKUP], Status.FAILED),
    ],
)
def test_what_another_reload_was_needed_for_is_known_not_to_be_live(
    reloads: list[Reload], status: Status
) -> None:
    """Only the reload whose answer was lost may have run; those after it were not asked for."""
    wanted = block("spam.example")
    listed = "lookup.mpctl.block.domain.spam.example"
    values = {listed: "mpctl", "spam-filter.rule.mpctl_access.enable": "true"}
    edit = Edit(Stored({}), {wanted: (listed,)}, values)
    liveness = Liveness()
    liveness.fail(reloads, "the answer was lost", unsure=True)

    end = _end(wanted, edit, Stored(values), None, liveness)

    assert (end.status, end.code, end.touched) == (status, Code.NOT_LIVE, True)


def test_nothing_is_written_for_what_is_so_already() -> None:
    """Not even the note."""
    assert Edit(Stored({"a": "1"}), {}, {"a": "1", "b": None}).values == {}


@pytest.mark.parametrize("spelled", ["198.51.100.7", "198.51.100.7/32"])
def test_a_ban_that_came_in_between_is_not_taken_over(spelled: str) -> None:
    """What somebody else blocked meanwhile is left as it is, and the rule holds."""
    with (host := ready("connection")).open() as sandbox:
        sandbox.stalwart.state.set_settings({f"server.blocked-ip.{spelled}": ""})
        bench = Bench(host, sandbox)
        with host.connect(sandbox, bench.clock, writable=True) as provider:
            (end,) = provider.apply(batch([block("198.51.100.7")]))

        assert (end.status, end.detail.partition(":")[0]) == (
            Status.APPLIED,
            "somebody else blocks it already, perhaps the server itself",
        )
        assert sandbox.stalwart.state.settings("server.blocked-ip.") == {
            f"server.blocked-ip.{spelled}": ""
        }


def test_a_reload_that_is_asked_for_takes_the_note_away() -> None:
    """Only when nothing failed."""
    for foreign, left in (("score", NOTED), ("off", "mpctl")):
        with (host := ready()).open({"foreign_error": foreign}) as sandbox:
            sandbox.stalwart.state.add_entry("mpctl", "_keep", NOTED, live=False)
            bench = Bench(host, sandbox)
            with closing(session(sandbox, bench.clock)) as opened:
                Reloading(opened).reload()
            assert note(sandbox) == left
            assert calls(sandbox)[:2] == ["GET /reload", "GET /reload/lookup"]
