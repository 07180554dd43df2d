"""Words of a command line that somebody copies, whatever shell they use.

Between double quotes, sh, PowerShell and cmd.exe agree on everything but a few characters. A text
for people does without these; any other text that has one is quoted as sh reads it.
"""

from __future__ import annotations

import re
import shlex
from typing import Final

_BARE: Final = re.compile(r"[A-Za-z0-9_./:=+-]+")
# Quotes (PowerShell takes the curly ones for straight), variables, escapes, the history of bash.
_SPECIAL: Final = re.compile('["$`\\\\!%\u201c-\u201f]')
_DOUBLE: Final = re.compile('["\u201c-\u201f]')


def word(text: str) -> str:
    """A text as one word of a command line."""
    if _BARE.fullmatch(text):
        return text
    if text.isprintable() and not _SPECIAL.search(text):
        return f'"{text}"'
    return shlex.quote(text)


def sentence(text: str) -> str:
    """A text for people as one word; characters that a shell could take for its own go."""
    single = "".join(c if c.isprintable() else " " for c in _DOUBLE.sub("'", text))
    return word(" ".join(_SPECIAL.sub(" ", single).split()))
