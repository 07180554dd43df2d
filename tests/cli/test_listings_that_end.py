"""A long listing is brought to a proper end by signals, and quietly by a reader who has enough."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mpctl.cli.console import Console
from mpctl.cli.signals import Interruption, interruption
from mpctl.cli.sinks import End, Shown, _StreamSink
from mpctl.diagnostics import ExitCode
from mpctl.render.rows import JsonObject
from mpctl.sandbox import Sandbox
from tests.cli.around import result_validator
from tests.cli.processes import Site

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as on POSIX")

MANY = ("logs", "domains/acme.example", "--page-size", "5")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Policies, and a service with two thousand messages that is reached like a live one."""
    with Sandbox() as sandbox:
        state = sandbox.mailprotector.state
        newest = state.held("domains", 9101)[-1]
        for number in range(2_000):
            received = newest.received + timedelta(minutes=number)
            state.add_mail(replace(newest, received=received, subject=f"mail {number}"))
        site = Site(tmp_path, sandbox)
        site.set_up()
        yield site


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_object_is_closed(site: Site, number: signal.Signals) -> None:
    """The object of an interrupted listing is valid, holds what was read, and says so."""
    site.signal_at("GET", 5, number)

    ran = site.run(*MANY, "--format", "json")

    result_validator().validate(ran.json)
    assert ran.code == ran.json["exit_code"] == 130
    assert ran.json["complete"] is False
    assert 0 < len(ran.json["entries"]) <= 20
    assert [one["code"] for one in ran.json["diagnostics"]] == ["interrupted"]


def test_lines_are_whole(site: Site) -> None:
    """Every line that an interrupted stream wrote is an object."""
    site.signal_at("GET", 6, signal.SIGINT)

    ran = site.run(*MANY, "--format", "jsonl")

    assert ran.code == 130
    assert ran.out.endswith("}\n")
    assert all(json.loads(line)["id"] for line in ran.out.splitlines())
    assert "error[interrupted]" in ran.err


def test_a_table_of_what_was_read(site: Site) -> None:
    """A person sees the rows that were read, and that it is not all."""
    site.signal_at("GET", 6, signal.SIGINT)

    ran = site.run(*MANY, "--limit", "1000")

    assert ran.code == 130
    assert "log entries, not all" in ran.out
    assert "error[interrupted]" in ran.out


def test_nothing_was_read(site: Site) -> None:
    """Where there is no row yet, there is no table."""
    site.signal_at("GET", 1, signal.SIGINT)

    ran = site.run(*MANY)

    assert (ran.code, ran.out) == (130, "")
    assert "interrupted" in ran.err


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "text"])
def test_a_reader_who_has_enough(site: Site, form: str) -> None:
    """When the reader goes, reading ends, without a word and without an error."""
    arguments = ("logs", "domains/acme.example", "--limit", "2000", "--format", form)
    with site.start(*arguments) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(100)
        process.stdout.close()
        error = process.stderr.read()

    assert (process.returncode, error) == (0, "")
    if form != "text":
        assert len(site.sandbox.requests) < 40


def test_a_signal_while_a_row_is_written() -> None:
    """A row is written whole, and whatever comes last is written once more."""
    written: list[str] = []

    def write(text: str) -> None:
        signal.raise_signal(signal.SIGINT)
        written.append(text)

    with interruption() as signals:
        sink = _StreamSink(Console(format="json"), JsonObject("logs", "LIVE"), write, signals)
        with pytest.raises(KeyboardInterrupt):
            sink.put(Shown({"id": "1"}, ()))
        signals.shield()
        sink.close(End(exit_code=ExitCode.INTERRUPTED))

    assert json.loads("".join(written))["entries"] == [{"id": "1"}]


def test_a_signal_within_a_row() -> None:
    """What must not be left half done is finished first; then the signal has its effect."""
    done = []

    def row(signals: Interruption) -> None:
        with signals.held_off():
            signal.raise_signal(signal.SIGINT)
            done.append("row")

    with interruption() as signals, pytest.raises(KeyboardInterrupt):
        row(signals)
    assert done == ["row"]
