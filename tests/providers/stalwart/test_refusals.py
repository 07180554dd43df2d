"""Keys and servers that cannot do what is asked: a clear error, and the exit code that is true."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from mpctl.core.outcome import ApplyResult, Status
from mpctl.diagnostics import Code, ExitCode
from mpctl.providers.stalwart.service import SERVICE
from mpctl.providers.stalwart.settings import Settings
from mpctl.sandbox import Fault
from mpctl.transport import Limits, Session
from tests.clock import FakeClock
from tests.conformance.running import Bench
from tests.conformance.service import Choice
from tests.conformance.table import Stage
from tests.providers.stalwart.world import calls, outcomes, ready

STAGE = Stage("x", allow=("older.example",), block=("old.example", "spam.example"), setting=0)


def applied(choice: Choice) -> tuple[ApplyResult, bool, list[str]]:
    """How an apply ends, whether what is stored is as before, and what was written."""
    with (host := ready()).open(choice) as sandbox:
        bench = Bench(host, sandbox)
        before = sandbox.stalwart.state.settings()
        result = bench.apply(STAGE.desired(host, bench.entity))
        return result, sandbox.stalwart.state.settings() == before, calls(sandbox)


@pytest.mark.parametrize("version", ["0.11", "0.13", "0.15"])
@pytest.mark.parametrize("permission", ["settings-update", "settings-reload"])
def test_a_key_that_may_not_write_writes_nothing(permission: str, version: str) -> None:
    """The permission is named, nothing is stored, and the exit code says so."""
    result, untouched, _ = applied({"missing_permission": permission, "version": version})

    assert (result.exit_code, untouched) == (ExitCode.STOPPED, True)
    assert {end.status for end in outcomes(result)} == {Status.FAILED}
    assert all(f"needs the permission {permission}" in end.detail for end in outcomes(result))


@pytest.mark.parametrize("permission", ["authenticate", "settings-list"])
def test_a_key_that_may_not_read_plans_nothing(permission: str) -> None:
    """The fix names both permissions that a reading takes."""
    result, untouched, written = applied({"missing_permission": permission})

    assert (result.exit_code, untouched, written) == (ExitCode.STOPPED, True, [])
    (problem,) = result.plan.problems
    assert problem.code is Code.REFUSED_BY_SERVICE
    assert problem.fix.startswith("Give the key settings-list, and authenticate")


@pytest.mark.parametrize(
    ("permission", "version"), [("spam-filter-train", "0.13"), ("spam-filter-test", "0.15")]
)
def test_a_key_that_may_not_ask_the_filter_is_told(permission: str, version: str) -> None:
    """What was written is live; that it could not be asked, and why, is said."""
    result, _, _ = applied({"missing_permission": permission, "version": version})

    assert result.exit_code is ExitCode.DONE
    details = [end.detail for end in outcomes(result) if end.detail]
    assert len(details) == 1
    assert permission in details[0]


def test_a_newer_version_is_not_written_to() -> None:
    """v0.16 answers 404 to everything."""
    result, untouched, written = applied({"version": "0.16"})

    assert (result.exit_code, untouched, written) == (ExitCode.STOPPED, True, [])
    assert "v0.16 or later" in result.plan.problems[0].summary


def test_a_reload_that_fails_for_a_foreign_reason_is_said() -> None:
    """Something was stored and is not live: the server's words, and exit code 5."""
    result, untouched, _ = applied({"foreign_error": "address"})

    assert (result.exit_code, untouched) == (ExitCode.PARTIAL, False)
    (told,) = {end.detail for end in outcomes(result) if end.code is Code.NOT_LIVE}
    assert told.startswith("stored, but not live: server.allowed-ip: ")
    assert result.findings == ()


def test_a_reload_that_is_refused_in_between_is_nobody_elses_doing() -> None:
    """The note that something is not live is our own: it is not said that somebody wrote here."""
    with (host := ready()).open() as sandbox:
        bench = Bench(host, sandbox)
        sandbox.inject(Fault.parse("GET reload/lookup 403 times=forever"))

        result = bench.apply(STAGE.desired(host, bench.entity))

        assert {end.code for end in outcomes(result) if end.wrote} == {Code.NOT_LIVE}
        assert (result.findings, result.exit_code) == ((), ExitCode.PARTIAL)


def test_a_note_that_cannot_be_taken_away_is_said() -> None:
    """All is live, and the next plan shows plumbing all the same; nobody else is blamed alone."""
    with (host := ready()).open() as sandbox:
        bench = Bench(host, sandbox)
        sandbox.inject(Fault.parse("POST ^/settings$ 403 nth=2 times=forever"))

        desired = Stage("x", block=("spam.example",)).desired(host, bench.entity)
        result = bench.apply(desired)

        assert {end.status for end in outcomes(result)} == {Status.APPLIED}
        assert [(f.code, f.summary) for f in result.findings] == [
            (
                Code.NOT_CONVERGED,
                "what makes the rules count is not as it has to be: update plumbing",
            )
        ]
        assert result.exit_code is ExitCode.PARTIAL
        sandbox.clear_faults()
        assert bench.apply(desired).exit_code is ExitCode.DONE


@pytest.mark.parametrize(("limit", "waits"), [("4", False), ("1", True)])
def test_parallel_requests_stay_within_the_servers_limit(limit: str, *, waits: bool) -> None:
    """Four at once are what it takes by default; where it takes fewer, the refused ones wait."""
    with (host := ready()).open({"concurrency": limit}) as sandbox:
        clock = FakeClock()
        simulator = sandbox.stalwart
        opened = Session(
            simulator.base_url,
            authorize=SERVICE.authorization({"token": simulator.api_token}, clock.clock),
            calls=SERVICE.calls,
            limits=Limits(connections=host.capabilities.concurrency, attempts=SERVICE.attempts),
            clock=clock.clock,
            dialect=SERVICE.dialect,
        )
        with closing(opened), ThreadPoolExecutor(8) as pool:
            read = list(pool.map(lambda _: Settings(opened).read().hostname, range(24)))
        assert set(read) == {"mx.harbor.example"}
        assert waits or not clock.slept
