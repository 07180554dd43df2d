"""Signals and kills in the middle of a release: what runs is finished, and the journal tells."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mpctl.core.outcome import Status
from mpctl.sandbox import Sandbox
from tests.cli.processes import Site
from tests.conformance.releases import world

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as on POSIX")

FIRST = "1985000110"
ALL = ("release-many", "domains/acme.example", "--all", "--sender", "news@vendor.example")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A service with held mail that is reached like a live one."""
    with Sandbox(data=world()) as sandbox:
        site = Site(tmp_path, sandbox)
        site.set_up()
        yield site


def deliveries(site: Site) -> list[int]:
    """What was delivered, in that order."""
    return [one.message for one in site.sandbox.mailprotector.state.deliveries]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_release_that_is_under_way_is_finished(site: Site, number: signal.Signals) -> None:
    """It is sent, judged, recorded and shown; the code is 130."""
    site.signal_at("POST", 1, number)

    ran = site.run("release", FIRST, "--confirm", "--format", "json")

    assert ran.code == ran.json["exit_code"] == 130
    assert [row["fate"] for row in ran.json["release"]["messages"]] == ["released"]
    (run,) = site.runs
    assert [acted.status for acted in run.acts] == [Status.APPLIED]
    assert run.end is not None
    assert (run.end.exit_code, run.end.interrupted) == (130, True)


def test_what_has_not_begun_is_not_attempted(site: Site) -> None:
    """The running call of many ends; a call that it would have been halved into is not sent."""
    switches = {"deliver_many_denied": "403"}
    with Sandbox(data=world(), switches=switches) as sandbox:
        site = Site(site.folder, sandbox)
        site.signal_at("POST", 2, signal.SIGTERM)

        ran = site.run(*ALL, "--confirm", "--format", "json")

        assert ran.code == 130
        told = {row["id"]: row["fate"] for row in ran.json["release"]["messages"]}
        assert set(told.values()) <= {"released", "not attempted"}
        went = {number for number, fate in told.items() if fate == "released"}
        assert went == {str(number) for number in deliveries(site)}
        assert "not attempted" in told.values()
        assert {acted.act.subject: acted.status for acted in site.runs[0].acts} == {
            number: Status.APPLIED if number in went else Status.NOT_ATTEMPTED for number in told
        }


def test_before_the_first_call_nothing_is_sent_or_recorded(site: Site) -> None:
    """While messages are looked up a signal ends the command."""
    site.signal_at("GET", 1, signal.SIGINT)

    assert site.run(*ALL, "--confirm").code == 130
    assert (deliveries(site), site.runs) == ([], [])


def test_killed_in_the_middle_the_journal_tells(site: Site) -> None:
    """Each message that may have gone is named as unknown; the next release warns, and no plan."""
    site.signal_at("POST", 1, signal.SIGKILL)
    assert site.run(*ALL, "--confirm").code == -signal.SIGKILL

    (run,) = site.runs
    assert run.unfinished
    assert {str(number) for number in deliveries(site)} <= {one.act.subject for one in run.acts}
    assert {one.status for one in run.acts} == {Status.UNKNOWN}
    assert site.run("rollback", run.id, "--confirm").code == 1

    again = site.run(*ALL, "--confirm", "--lock-timeout", "0", "--format", "json")
    assert f"warning[unfinished-run]: run {run.id}" in again.err
    assert [d["code"] for d in again.json["diagnostics"]] == ["already-released"]
    assert (again.code, len(deliveries(site))) == (1, 4)

    assert site.run(*ALL, "--confirm", "--again").code == 1
    assert sorted(deliveries(site)) == sorted(set(deliveries(site)))
    assert "unfinished-run" not in site.run(*ALL).err
