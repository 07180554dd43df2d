"""From the bytes of a file to its text: UTF-8, of bounded size, without a byte order mark."""

from __future__ import annotations

import codecs
from typing import Final

from mpctl.diagnostics import Code, Diagnostic, MpctlError, Origin

MAX_BYTES: Final = 32 * 1024 * 1024

_WIDE_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_WHY: Final = "A policy is UTF-8 text, so that every name in it means the same everywhere."


def decode(data: bytes, path: str) -> str:
    """Read UTF-8; a byte order mark is accepted and dropped.

    Raises MpctlError for a file that is too large or not UTF-8.
    """
    if len(data) > MAX_BYTES:
        raise MpctlError(_too_large(path))
    if data.startswith(_WIDE_MARKS) or b"\0" in data:
        raise MpctlError(_wrong("the file is UTF-16 or binary, not UTF-8", Origin(path, 1, 1)))
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        place = _place(error.object[: error.start], path)
        byte = error.object[error.start]
        raise MpctlError(_wrong(f"the byte 0x{byte:02x} is not UTF-8", place)) from error


def _place(before: bytes, path: str) -> Origin:
    text = before.decode("utf-8")
    return Origin(path, text.count("\n") + 1, len(text) - text.rfind("\n"))


def _wrong(summary: str, origin: Origin) -> Diagnostic:
    fix = "Save the file in the encoding UTF-8."
    return Diagnostic(Code.WRONG_ENCODING, summary, _WHY, fix, origin)


def _too_large(path: str) -> Diagnostic:
    return Diagnostic(
        Code.TOO_LARGE,
        f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB",
        "Reading it could take all the memory of this machine.",
        "Split it into several files.",
        Origin(path, 1, 1),
    )
