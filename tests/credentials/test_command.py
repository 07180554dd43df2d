"""What a program prints as a source."""

from __future__ import annotations

from typing import Any

import pytest

from mpctl.credentials import Finished
from mpctl.credentials.command import split_line
from tests.credentials.bench import KEY, Bench, no_key

UNSET = "the variable MAILPROTECTOR_API_KEY is not set; the command"
SET = "Set MAILPROTECTOR_API_KEY."


@pytest.fixture
def desk(bench: Bench) -> Bench:
    """A target whose key is printed by `pass`."""
    bench.target(command=["pass", "show", "mail protector"])
    return bench


@pytest.mark.parametrize("printed", [KEY, f"{KEY}\n", f"\n  {KEY}\r\n\r\n", f"\ufeff{KEY}"])
def test_a_command_prints_the_key(desk: Bench, printed: str) -> None:
    """The one line that is not blank is the key."""
    desk.answers["pass"] = Finished(0, printed.encode())

    assert desk.key() == (KEY, "the command 'pass'")


@pytest.mark.parametrize(
    "written", [["pass", "show", "mail protector"], 'pass show "mail protector"']
)
def test_a_command_is_split_into_words_and_runs_beside_the_configuration(
    bench: Bench, written: Any
) -> None:
    """A list is taken as it stands, a line is split as a shell would; no shell sees either."""
    bench.target(command=written)
    bench.answers["pass"] = Finished(0, KEY.encode())
    bench.find()

    assert bench.ran == [(("pass", "show", "mail protector"), bench.folder)]


@pytest.mark.parametrize(
    ("system", "word"), [("posix", "C:toolsget.exe"), ("nt", r"C:\tools\get.exe")]
)
def test_a_path_of_windows_in_a_line(system: str, word: str) -> None:
    """On Windows a backslash is a part of a path; elsewhere it escapes, as in a shell."""
    assert split_line(r"C:\tools\get.exe 'a b'", system) == [word, "a b"]


@pytest.mark.parametrize("printed", ["", "\n", " \t\r\n"])
def test_a_command_that_prints_nothing(desk: Bench, printed: str) -> None:
    """Success without a line is not a key."""
    desk.answers["pass"] = Finished(0, printed.encode(), b"not logged in")

    assert desk.problem() == no_key(f"{UNSET} 'pass' printed nothing", SET)


def test_a_command_that_prints_two_lines(desk: Bench) -> None:
    """Which of two lines is the key is not guessed."""
    desk.answers["pass"] = Finished(0, b"one\ntwo\n")

    assert desk.problem() == no_key(
        f"{UNSET} 'pass' printed several lines", f"{SET} The key must be the only line."
    )


@pytest.mark.parametrize("printed", [b"two words", b"\xff\xfe\x00", "schlüssel".encode()])
def test_a_command_that_prints_something_else(desk: Bench, printed: bytes) -> None:
    """What cannot stand in a header is not a key."""
    desk.answers["pass"] = Finished(0, printed)

    assert desk.problem() == no_key(
        f"{UNSET} 'pass' printed characters that cannot be in a header",
        f"{SET} A key is printable ASCII without spaces.",
    )


@pytest.mark.parametrize(
    ("status", "how"), [(1, "failed with exit status 1"), (-15, "was ended by signal 15")]
)
def test_a_command_that_fails(desk: Bench, status: int, how: str) -> None:
    """What a failed command printed is neither used nor repeated."""
    desk.answers["pass"] = Finished(status, KEY.encode(), KEY.encode())

    assert desk.problem() == no_key(
        f"{UNSET} 'pass' {how}",
        f"{SET} Run the command yourself to see what it says: mpctl never repeats that.",
    )


def test_a_command_that_hangs(desk: Bench) -> None:
    """A command that waits for something is given up."""
    desk.answers["pass"] = TimeoutError("did not end within 30 seconds")

    assert desk.problem() == no_key(
        f"{UNSET} 'pass' did not end within 30 seconds",
        f"{SET} It must not ask: its input is closed.",
    )


def test_a_command_that_does_not_exist(desk: Bench) -> None:
    """The program is named, its arguments are not."""
    assert desk.problem() == no_key(f"{UNSET} 'pass' was not found", SET)


def test_a_command_that_cannot_be_started(desk: Bench) -> None:
    """What the operating system says about the program is passed on."""
    desk.answers["pass"] = PermissionError(13, "Permission denied")

    assert desk.problem() == no_key(f"{UNSET} 'pass' cannot be started (Permission denied)", SET)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ('pass "show', "has a quotation that is not closed"),
        ("", "names no program"),
        ("  ", "names no program"),
        ([], "names no program"),
    ],
)
def test_a_line_that_is_no_command(bench: Bench, written: Any, reason: str) -> None:
    """A line without words, or with half a quotation, runs nothing."""
    bench.target(command=written)

    assert bench.problem() == no_key(f"{UNSET} {reason}", SET)
    assert bench.ran == []
