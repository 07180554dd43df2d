"""The line that tells a person at a terminal how far a run has come."""

from __future__ import annotations

import io
import sys
from itertools import count

import pytest

from mpctl.cli.console import Console
from mpctl.cli.progress import TerminalProgress, progress_for
from mpctl.diagnostics import Code, Diagnostic, Severity
from mpctl.transport import Clock
from tests.cli.conftest import Mpctl
from tests.clock import START, FakeClock

LOADING = ["Reading policies"]
ADDED = ["add-rule", "domains/acme.example", "x.example", "--block", "--offline"]


@pytest.fixture
def clock() -> FakeClock:
    """Time that passes only where a test says so."""
    return FakeClock()


@pytest.fixture
def terminal() -> io.StringIO:
    """What is written to it, with the moves of its cursor."""
    return io.StringIO()


@pytest.fixture
def progress(clock: FakeClock, terminal: io.StringIO) -> TerminalProgress:
    """A line that may be shown after three tenths of a second."""
    made = TerminalProgress(terminal, clock.monotonic, delay=0.3)
    made._timer.cancel()
    return made


def test_what_ends_soon_shows_nothing(progress: TerminalProgress, terminal: io.StringIO) -> None:
    """A short run does not flicker."""
    progress.expect("Reading policies", 2)
    progress.advance()
    progress.advance()
    progress.rest()

    assert terminal.getvalue() == ""


def test_a_long_run_is_counted(
    progress: TerminalProgress, terminal: io.StringIO, clock: FakeClock
) -> None:
    """One line is written over and over, ten times a second at most, and then taken away."""
    progress.expect("Reading policies", 100)
    for _ in range(50):
        clock.sleep(0.01)
        progress.advance()
    progress.rest()

    assert terminal.getvalue() == (
        "\rReading policies ... 30 of 100"
        "\rReading policies ... 40 of 100"
        "\rReading policies ... 50 of 100"
        "\r                              \r"
    )


def test_a_long_stage_says_when_it_will_end(
    progress: TerminalProgress, terminal: io.StringIO, clock: FakeClock
) -> None:
    """From three seconds on, if it goes on as it went; the rest of a longer line is blanked."""
    progress.expect("Reading acme", 40)
    for _ in range(5):
        clock.sleep(1)
        progress.advance()
    progress.expect("Reading", 0)

    assert terminal.getvalue().split("\r") == [
        "",
        "Reading acme ... 1 of 40",
        "Reading acme ... 2 of 40",
        "Reading acme ... 3 of 40, 37 s left",
        "Reading acme ... 4 of 40, 36 s left",
        "Reading acme ... 5 of 40, 35 s left",
        f"Reading ...{' ' * 24}",
    ]


def test_the_next_stage_is_shown_at_once(
    progress: TerminalProgress, terminal: io.StringIO, clock: FakeClock
) -> None:
    """Whoever has seen the line once need not wait for it again."""
    clock.sleep(0.3)
    progress.expect("Reading policies", 1)
    progress.rest()
    progress.advance()
    progress.expect("Reading acme", 3)

    assert terminal.getvalue() == (
        "\rReading policies ... 0 of 1\r                           \r\rReading acme ... 0 of 3"
    )


def test_a_first_step_that_takes_long_is_named(
    progress: TerminalProgress, terminal: io.StringIO, clock: FakeClock
) -> None:
    """When the time has come nobody may be there to count; nothing is said of no stage."""
    progress._speak_up()
    progress.expect("Reading acme", 3)
    progress._speak_up()
    progress._speak_up()

    assert terminal.getvalue() == "\rReading acme ... 0 of 3"
    assert clock.slept == []


def test_the_time_comes_by_itself(terminal: io.StringIO, clock: FakeClock) -> None:
    """A thread of its own waits for it."""
    progress = TerminalProgress(terminal, clock.monotonic, delay=0.01)
    progress.expect("Reading acme", 3)
    progress._timer.join()

    assert terminal.getvalue() == "\rReading acme ... 0 of 3"


def test_a_line_is_never_wider_than_the_terminal(
    progress: TerminalProgress, terminal: io.StringIO, clock: FakeClock
) -> None:
    """It would be broken into two, of which one would stay."""
    clock.sleep(1)
    progress.expect("R" * 100, 3)

    assert terminal.getvalue() == f"\r{'R' * 79}"


class Gone(io.StringIO):
    """A terminal that was closed."""

    def write(self, _: str) -> int:
        """Fail as the system does."""
        raise OSError(5, "Input/output error")


@pytest.mark.parametrize("terminal", [Gone()])
def test_a_terminal_that_is_gone_stops_nothing(
    progress: TerminalProgress, clock: FakeClock
) -> None:
    """Whoever counts is in the middle of reading, or of writing to the service."""
    clock.sleep(1)
    progress.expect("Applying", 2)
    clock.sleep(1)
    progress.advance()
    progress.rest()


@pytest.fixture
def _watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person at a terminal, and a second between any two looks at the clock."""
    seconds = map(float, count())
    ticking = Clock(seconds.__next__, lambda _: None, lambda: START)
    monkeypatch.setattr("mpctl.cli.progress.system_clock", lambda: ticking)
    monkeypatch.setattr("mpctl.cli.progress._columns", lambda _: 80)
    monkeypatch.setattr("mpctl.cli.progress.age_of_process", lambda: 0.0)


@pytest.mark.usefixtures("_watched")
def test_what_is_said_meanwhile_has_a_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A warning does not stand behind the count, and the count comes back after it."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    console = Console(color="never")
    warning = Diagnostic(Code.USELESS_EXCEPT, "nothing is excepted", severity=Severity.WARNING)
    with progress_for(console) as progress:
        progress.expect("Reading acme", 2)
        console.warn((warning,))
        progress.advance()

    assert capsys.readouterr().err == (
        "\rReading acme ... 0 of 2\r                       \r"
        "mpctl: warning[useless-except]: nothing is excepted\n"
        "\rReading acme ... 1 of 2\r                       \r"
    )


@pytest.mark.usefixtures("_watched")
def test_a_command_has_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Policies and targets are read one after the other: the second need not wait to be shown."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    console = Console()
    with progress_for(console) as policies:
        pass
    with progress_for(console) as targets:
        assert targets is policies


@pytest.mark.usefixtures("sample", "_watched")
@pytest.mark.parametrize(
    ("command", "stages"),
    [
        (["validate"], LOADING),
        (["lint"], LOADING),
        (
            ["add-rule", "domains/acme.example", "x.example", "--block", "--offline"],
            LOADING,
        ),
        (
            ["drift", "--sandbox", "--target", "mailprotector"],
            [*LOADING, "Reading mailprotector"],
        ),
        (["why", "alice.ng@acme.example", "--offline"], LOADING),
    ],
)
def test_every_command_that_reads_policies_says_how_far_it_is(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, command: list[str], stages: list[str]
) -> None:
    """File by file, and then what is live."""
    monkeypatch.setattr("mpctl.cli.progress.sys.stderr.isatty", lambda: True, raising=False)
    lines = mpctl(*command).err.split("\r")
    named = [line.partition(" ...")[0] for line in lines if " ... " in line]

    assert list(dict.fromkeys(named)) == stages


@pytest.mark.usefixtures("sample", "_watched")
@pytest.mark.parametrize("option", ["--quiet", "--verbose"])
def test_who_wants_none_or_sees_the_requests_gets_none(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    """Neither does a file, which is no terminal."""
    assert mpctl("validate").err == ""
    monkeypatch.setattr("mpctl.cli.progress.sys.stderr.isatty", lambda: True, raising=False)

    assert mpctl("validate", option).err == ""
