"""From what a source answered to a key: one line that can stand in a header."""

from __future__ import annotations

import codecs
import re
from typing import Final

from mpctl.credentials.source import Nothing

_LONGEST: Final = 4096
_KEY: Final = re.compile(r"[!-~]+")
_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")


def key_in(answer: str, verb: str) -> str:
    """The only line of an answer that is not blank; `verb` says how the source has it.

    Raises Nothing with words about the answer's shape and none of its content.
    """
    lines = [line for line in map(str.strip, _LINE_BREAK.split(answer)) if line]
    if not lines:
        raise Nothing(f"{verb} nothing")
    if len(lines) > 1:
        raise Nothing(f"{verb} several lines", "The key must be the only line.")
    if len(lines[0]) > _LONGEST:
        raise Nothing(f"{verb} more than {_LONGEST} characters")
    if not _KEY.fullmatch(lines[0]):
        raise Nothing(
            f"{verb} characters that cannot be in a header",
            "A key is printable ASCII without spaces.",
        )
    return lines[0]


def decoded(answer: bytes) -> str:
    """Bytes as text: UTF-8, or the UTF-16 that PowerShell writes; never an error."""
    wide = answer.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return answer.decode("utf-16" if wide else "utf-8-sig", "replace")
