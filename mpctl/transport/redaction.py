"""Taking our secrets out of what a service sent, however it spells them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

REDACTED: Final = "[redacted]"
# Half a key is no key; but from so many characters on, a key that was cut is taken out as well.
_TELLING: Final = 4
_PLAIN_HEADERS: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    }
)
_NAMED: Final[Mapping[str, bytes]] = {"&": b"&amp;", "<": b"&lt;", ">": b"&gt;", '"': b"&quot;"}
_HALF_AN_ESCAPE: Final = rb"(?:\\(?:u[0-9a-fA-F]{0,3})?|%[0-9a-fA-F]?|&#?x?[0-9a-fA-F]{0,4})?\Z"


def proofs(headers: Mapping[str, str | bytes]) -> Iterator[str]:
    """What the headers of a request prove its sender by: their values, and the parts of these."""
    for name, value in headers.items():
        if name.lower() not in _PLAIN_HEADERS:
            text = value if isinstance(value, str) else value.decode("latin-1")
            yield text
            yield text.rpartition(" ")[2]
            yield text.rpartition(":")[2]


def redacted(content: bytes, secrets: Iterable[str], *, cut: bool = False) -> bytes:
    """Replace the secrets, also where they are spelled with escapes of JSON, HTML or URLs.

    With `cut`, `content` ends too early, and the beginning of a secret at its end goes as well.
    """
    for secret in sorted(set(filter(None, secrets)), key=len, reverse=True):
        spelled = [_spelled(character) for character in secret]
        content = re.sub(b"".join(spelled), REDACTED.encode(), content)
        if cut:
            content = _without_beginning(content, spelled)
    return content


def _without_beginning(content: bytes, spelled: list[bytes]) -> bytes:
    for length in range(len(spelled) - 1, _TELLING - 1, -1):
        begun = re.compile(b"".join(spelled[:length]) + _HALF_AN_ESCAPE)
        if found := begun.search(content, max(0, len(content) - 8 * len(spelled))):
            return content[: found.start()] + REDACTED.encode()
    return content


def _spelled(character: str) -> bytes:
    """The ways to write one character, as a pattern."""
    plain = character.encode()
    code = ord(character)
    ways = [
        re.escape(plain),
        rb"\\+" + re.escape(plain) if character in '/"\\' else b"",
        rb"\\+u(?i:%04x)" % code if code <= 0xFFFF else b"",  # noqa: PLR2004 - no surrogates
        b"(?i:%s)" % b"".join(b"%%%02x" % byte for byte in plain),
        b"(?i:&#(?:x0*%x|0*%d);)" % (code, code),
        _NAMED.get(character, b""),
    ]
    return b"(?:" + b"|".join(filter(None, ways)) + b")"
