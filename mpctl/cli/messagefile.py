"""A message on the command line: a file, or - for the standard input."""

from __future__ import annotations

from pathlib import Path

import click

from mpctl.diagnostics import Code, Diagnostic, MpctlError

# What a server takes as a request, less its wrapping.
AT_MOST = 900_000


def read_message(name: str) -> str:
    """Read a raw message.

    Raises MpctlError when it cannot be read, is empty, or larger than a server takes.
    """
    try:
        with click.open_file(name, "rb") as stream:
            raw: bytes = stream.read(AT_MOST + 1)
    except OSError as error:
        raise _unreadable(f"{Path(name).as_posix()} cannot be read: {error.strerror}") from error
    if not raw.strip():
        raise _unreadable(f"{Path(name).as_posix()} holds no message")
    if len(raw) > AT_MOST:
        raise _unreadable(f"{Path(name).as_posix()} is larger than {AT_MOST} bytes")
    return raw.decode("utf-8", "replace")


def _unreadable(summary: str) -> MpctlError:
    fix = "Give a message with its headers, as a mail program saves it."
    return MpctlError(Diagnostic(Code.UNREADABLE_FILE, summary, fix=fix))
