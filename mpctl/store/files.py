"""Writing files so that a failure is an error with a place, and is found out in time."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mpctl.diagnostics import Code, Diagnostic, MpctlError

_WRITABLE: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


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


class NotReplaced(Exception):
    """A file that is not exchanged for another content; the message says why."""


def ensure_replaceable(path: Path, before: bytes | None) -> None:
    """Raise NotReplaced unless a file still holds `before`, is no link, and may be written.

    `before` is None for a file that must not exist.
    """
    try:
        if before is None:
            if os.path.lexists(path):
                raise NotReplaced("it exists by now")
        elif path.is_symlink():
            raise NotReplaced("it is a link to another file")
        elif not path.stat().st_mode & _WRITABLE or not os.access(path, os.W_OK):
            raise NotReplaced("it is read-only")
        elif path.read_bytes() != before:
            raise NotReplaced("it was changed since it was read")
    except OSError as error:
        raise NotReplaced(f"it cannot be read: {error.strerror}") from error


def replace_file(path: Path, before: bytes | None, after: bytes) -> None:
    """Exchange the content of a file in one step, and keep its mode; None is no file.

    Raises NotReplaced, with the file as it was.
    """
    ensure_replaceable(path, before)
    beside = path.with_name(f".{path.name}.{os.urandom(4).hex()}.tmp")
    try:
        try:
            with beside.open("xb") as file:
                file.write(after)
                file.flush()
                os.fsync(file.fileno())
            if before is not None:
                beside.chmod(stat.S_IMODE(path.stat().st_mode))
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise NotReplaced(f"it cannot be written: {error.strerror}") from error


def remove_file(path: Path, before: bytes) -> None:
    """Delete a file that still holds `before`; raises NotReplaced."""
    ensure_replaceable(path, before)
    try:
        path.unlink()
    except OSError as error:
        raise NotReplaced(f"it cannot be deleted: {error.strerror}") from error


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
