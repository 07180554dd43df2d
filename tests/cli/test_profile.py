"""`--profile`: where the time of a command went."""

from __future__ import annotations

import re

import click
import pytest

from mpctl.__main__ import root
from mpctl.cli import clock
from mpctl.cli.lazy import COMMANDS
from mpctl.cli.profiling import Profiler
from mpctl.core.stage import Stage
from mpctl.stages import during
from mpctl.transport import Clock
from tests.cli.around import BANNER, FAULTS, assert_valid
from tests.cli.conftest import Mpctl
from tests.clock import FakeClock

pytestmark = pytest.mark.usefixtures("sample", "_at_rest")


@pytest.fixture
def _at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time passes only while somebody sleeps, and a process is half a second old."""
    hands = FakeClock()

    def clock_of_ours() -> Clock:
        return hands.clock

    monkeypatch.setattr("mpctl.cli.profiling.system_clock", clock_of_ours)
    monkeypatch.setattr("mpctl.cli.targets.system_clock", clock_of_ours)
    monkeypatch.setattr("mpctl.cli.profiling.age_of_process", lambda: 0.5)
    monkeypatch.setattr("mpctl.cli.profiling.processor_time", lambda: 0.25)


def test_a_plan_says_where_its_time_went(mpctl: Mpctl) -> None:
    """Each stage has a line, the longest first."""
    ran = mpctl("plan", "--sandbox", "--only", "domains/acme.example", "--profile", "--quiet")

    assert re.sub(r"\d+ requests", "N requests", ran.err).splitlines() == [
        f"Where the time went: 0.50 s; at work on the processor: 0.25 s   {BANNER}",
        "  start-up      0.50 s  100.0%",
        "  connect       0.00 s    0.0%",
        "  keys          0.00 s    0.0%",
        "  YAML          0.00 s    0.0%",
        "  schema        0.00 s    0.0%",
        "  compile       0.00 s    0.0%",
        "  network       0.00 s    0.0%  N requests, 0.00 s one by one",
        "  answers       0.00 s    0.0%",
        "  diff          0.00 s    0.0%",
        "  lint          0.00 s    0.0%",
        "  render        0.00 s    0.0%",
        "  the rest      0.00 s    0.0%",
    ]


def test_waiting_for_the_pace_is_told_from_waiting_for_the_service(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service that asks to slow down for a while is given it, and that is waiting."""
    monkeypatch.setenv(FAULTS, "GET /domains 429")
    ran = mpctl("plan", "--sandbox", "--only", "domains/acme.example", "--profile")

    assert "  waiting       5.00 s   90.9%  1 pause, 5.00 s one by one" in ran.err.splitlines()


def test_a_request_took_the_seconds_before_its_end() -> None:
    """What goes on meanwhile in the main thread is the network's time, and nothing after it."""
    hands = FakeClock()
    profiler = Profiler(hands.clock, 1.0)
    with profiler.listening():
        with during(Stage.YAML):
            hands.sleep(2)
        with during(Stage.ANSWERS):
            hands.sleep(4)
        profiler.asked(3)
        hands.sleep(5)

    assert profiler.profile().shares == {
        Stage.START: 1,
        Stage.YAML: 2,
        Stage.ANSWERS: 1,
        Stage.NETWORK: 3,
        Stage.REST: 5,
    }


@pytest.mark.parametrize(("told", "age"), [(0.0, 2.5), (40.0, 40.0)])
def test_a_process_is_as_old_as_the_system_says(
    monkeypatch: pytest.MonkeyPatch, told: float, age: float
) -> None:
    """Where it says nothing, at least as old as it has been at work."""
    monkeypatch.setattr("mpctl.cli.clock._age_told", lambda: told)
    monkeypatch.setattr("mpctl.cli.clock.processor_time", lambda: 2.5)

    assert clock.age_of_process() == age


def test_the_result_stays_as_it_is(mpctl: Mpctl) -> None:
    """The profile goes to stderr, in every format."""
    arguments = ("validate", "--format", "json")
    ran = mpctl(*arguments, "--profile")

    assert_valid(ran, 0)
    assert ran.out == mpctl(*arguments).out
    assert ran.err.startswith("Where the time went: 0.50 s; ")


def test_it_is_the_last_word_also_after_an_error(mpctl: Mpctl) -> None:
    """What stopped a command comes first."""
    ran = mpctl("validate", "--policies", "nowhere", "--profile")

    assert ran.code == 1
    assert ran.err.startswith("mpctl: error[no-policy-root]")
    assert ran.err.splitlines()[-1].startswith("  the rest ")


def test_it_is_not_said_unasked(mpctl: Mpctl) -> None:
    """A command before that asked for it changes nothing."""
    mpctl("validate", "--profile")

    assert mpctl("validate").err == ""


def test_every_command_that_can_be_verbose_can_be_profiled() -> None:
    """The option stands beside the others about output."""
    context = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        options = {option for parameter in command.params for option in parameter.opts}
        assert ("--profile" in options) is ("--verbose" in options), name
