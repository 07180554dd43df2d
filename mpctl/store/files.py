"""Writing files so that a failure is an error with a place, and is found out in time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mpctl.diagnostics import Code, Diagnostic, MpctlError


def ensure_writable(path: Path | None) -> None:
    """Find out before the work whether its result can be written.

    Raises MpctlError when it cannot.
    """
    if path is not None:
        try:
            with path.open("a", encoding="utf-8"):
                pass
        except OSError as error:
            raise _unwritable(path, error) from error


def write_file(path: Path, text: str, *, private: bool = False) -> None:
    """Write UTF-8 text; with `private`, readable for the owner only.

    Raises MpctlError when the file cannot be written.
    """
    write_bytes(path, text.encode(), private=private)


def write_bytes(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write these very bytes; with `private`, readable for the owner only.

    Raises MpctlError when the file cannot be written.
    """
    mode = 0o600 if private else 0o666
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags, mode)
        with os.fdopen(descriptor, "wb") as file:
            if private:
                path.chmod(mode)
            file.write(content)
    except OSError as error:
        raise _unwritable(path, error) from error


@contextmanager
def writing(path: Path) -> Iterator[Callable[[str], None]]:
    """Give what writes UTF-8 text to a file, piece by piece; the file begins empty.

    Raises MpctlError when the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:

            def write(text: str) -> None:
                file.write(text)

            yield write
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> MpctlError:
    return MpctlError(
        Diagnostic(
            Code.UNWRITABLE_FILE,
            f"{path} cannot be written: {error.strerror}",
            fix="Choose another place for it.",
        )
    )


def private_folder(path: Path) -> None:
    """Make sure that a folder of mpctl's own state exists; what is new is for the owner only.

    Raises MpctlError when it cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise unusable_state(path, error) from error


def unusable_state(path: Path, error: OSError) -> MpctlError:
    """The error of a state folder in which nothing can be kept."""
    return MpctlError(
        Diagnostic(
            Code.UNUSABLE_STATE,
            f"{path} cannot be used: {error.strerror}",
            why="The lock and the journal are kept there, and nothing is written without them.",
            fix="Make it writable, or name another folder with MPCTL_STATE.",
        )
    )
