"""A file with one line as a source."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.credentials.bench import KEY, Bench, no_key, text

UNSET = "the variable MAILPROTECTOR_API_KEY is not set; the file"
SET = "Set MAILPROTECTOR_API_KEY."

posix = pytest.mark.skipif(os.name != "posix", reason="the rights of others are POSIX's")


@pytest.mark.parametrize(
    "content",
    [
        KEY.encode(),
        f"\r\n {KEY} \r\n".encode(),
        KEY.encode("utf-8-sig"),
        f"{KEY}\r\n".encode("utf-16"),
        b"\xfe\xff" + KEY.encode("utf-16-be"),
    ],
)
def test_a_file_holds_the_key(bench: Bench, content: bytes) -> None:
    """The one line is the key, also as Windows programs write it."""
    bench.target(file="keys/acme")
    bench.write("policies/keys/acme", content)

    assert bench.key() == (KEY, "the file policies/keys/acme")


def test_a_path_below_the_home_folder(bench: Bench) -> None:
    """`~` is the home folder."""
    bench.target(file="~/acme")
    home = Path.home()
    (home / "acme").write_text(KEY)
    (home / "acme").chmod(0o600)

    assert bench.key() == (KEY, f"the file {(home / 'acme').as_posix()}")


def test_an_absent_file(bench: Bench) -> None:
    """A relative path is looked up beside mpctl.yaml, never below the vault."""
    bench.target(file="keys/acme")
    bench.environment["MPCTL_VAULT"] = "vault"
    bench.write("vault/keys/acme", KEY)

    assert bench.problem() == no_key(f"{UNSET} policies/keys/acme does not exist", SET)


@pytest.mark.parametrize("written", ["~nobody-of-this-name/key", "nul\0byte"])
def test_a_path_that_cannot_be(bench: Bench, written: str) -> None:
    """A home that nobody has, or a character that no path has, is a file that does not exist."""
    bench.target(file=written)

    assert bench.problem() == no_key(f"{UNSET} policies/{written} does not exist", SET)


@posix
def test_an_unreadable_file(bench: Bench) -> None:
    """What the operating system says is passed on."""
    bench.target(file=".")

    assert bench.problem() == no_key(f"{UNSET} policies cannot be read (Is a directory)", SET)


@pytest.mark.parametrize(
    ("content", "reason", "hint"),
    [
        ("", "nothing", ""),
        ("\n\n", "nothing", ""),
        ("one\ntwo\n", "several lines", " The key must be the only line."),
        (
            "api_key: value",
            "characters that cannot be in a header",
            " A key is printable ASCII without spaces.",
        ),
    ],
)
def test_a_file_that_holds_no_key(bench: Bench, content: str, reason: str, hint: str) -> None:
    """A file with anything but one usable line gives nothing."""
    bench.target(file="acme")
    bench.write("policies/acme", content)

    assert bench.problem() == no_key(f"{UNSET} policies/acme holds {reason}", f"{SET}{hint}")


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o440])
def test_a_file_that_others_can_read_is_warned_of(bench: Bench, mode: int) -> None:
    """The key is used all the same, and the way to protect it is said."""
    bench.target(file="acme")
    bench.write("policies/acme", KEY, mode)

    found = bench.find()

    assert found.secrets["api_key"].reveal() == KEY
    assert [text(warning) for warning in found.warnings] == [
        (
            "warning[exposed-key]: the file policies/acme can be read by others on this machine\n"
            "Whoever reads it can do all that the key permits.\n"
            "Run chmod 600 policies/acme."
        )
    ]
