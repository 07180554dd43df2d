r"""Faults: what goes wrong on the way, on purpose.

A fault is written on one line; a word with spaces in it is quoted:

    METHOD PATH KIND [option=value ...]

    POST /allow_block_rules drop-after nth=2
    GET /allow_block_rules\?.*page=2 503 times=forever
    * ^/domains$ 429 retry-after=1

METHOD is an HTTP method or `*`. PATH is a regular expression, searched in the path below the
service's base URL, and in that path with its query. KIND is one of

    STATUS         answer with this code (400 to 599); nothing was done
    STATUS-after   the same, though the request was carried out
    drop-before    close the connection without an answer; nothing was done
    drop-after     close the connection without an answer, though the request was carried out
    reset-before   reset the connection without an answer; nothing was done
    reset-after    reset the connection without an answer, though the request was carried out
    delay          carry the request out and answer after `seconds`
    slow           answer in small pieces over `seconds`
    malformed      answer with half of the JSON, of a correct length
    truncated      announce the whole body, send half of it and close
    empty          200 without a body
    html           200 with a page of HTML
    redirect       302 to another host, `to`; nothing was done
    huge           append `bytes` of white space to the body

Options of all kinds: `nth` (the first matching call that is hit, default 1) and `times` (how many
from there on, a number or `forever`, default 1). Options of some: `retry-after` (seconds or an HTTP
date) and `body` with a status; `seconds` (default 1) with delay and slow; `to`; `bytes` (default
64 MiB).
"""

import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Self

from mpctl.sandbox.exchange import Request


class FaultKind(StrEnum):
    """What happens to the request or to its answer."""

    STATUS = "status"
    STATUS_AFTER = "status-after"
    DROP_BEFORE = "drop-before"
    DROP_AFTER = "drop-after"
    RESET_BEFORE = "reset-before"
    RESET_AFTER = "reset-after"
    DELAY = "delay"
    SLOW = "slow"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    HTML = "html"
    REDIRECT = "redirect"
    HUGE = "huge"
    MEANWHILE = "meanwhile"


PREVENTS = frozenset(
    {FaultKind.STATUS, FaultKind.DROP_BEFORE, FaultKind.RESET_BEFORE, FaultKind.REDIRECT}
)
METHODS = ("*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
STATUS = re.compile(r"([45]\d\d)(-after)?", re.ASCII)
WRITABLE_KINDS = tuple(
    kind.value
    for kind in FaultKind
    if kind not in (FaultKind.STATUS, FaultKind.STATUS_AFTER, FaultKind.MEANWHILE)
)


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, for calls `nth` to `nth + times - 1` that match.

    `times` None means forever. A fault of kind MEANWHILE calls `action` right before the request is
    handled, as another writer would; it has no text form.
    """

    method: str
    path: str
    kind: FaultKind
    nth: int = 1
    times: int | None = 1
    status: int = 500
    retry_after: str | None = None
    body: str = '{"message":"Injected by a fault"}'
    seconds: float = 1.0
    to: str = "https://elsewhere.example/"
    bytes: int = 64 * 1024 * 1024
    action: Callable[[], object] | None = None

    def __post_init__(self) -> None:
        """Refuse what could never match or be sent."""
        if self.nth < 1 or (self.times is not None and self.times < 1):
            raise ValueError("fault: nth and times count from 1")
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(
                f"fault: {self.path!r} is not a regular expression ({error})"
            ) from error

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form; ValueError says what is wrong and what could be written."""
        words = _words(text)
        if len(words) < 3:  # noqa: PLR2004 - the three words that the grammar names
            raise ValueError(f"fault {text!r}: write METHOD PATH KIND [option=value ...]")
        method, path, kind, *options = words
        arguments = _kind(kind) | dict(_option(option) for option in options)
        return cls(_choice("method", method.upper(), METHODS), path, **arguments)

    @property
    def prevents(self) -> bool:
        """Whether the request is not carried out."""
        return self.kind in PREVENTS

    def matches(self, request: Request) -> bool:
        """Whether this fault counts the request."""
        found = re.search(self.path, request.path) or re.search(self.path, request.target)
        return found is not None and self.method in ("*", request.method)

    def hits(self, call: int) -> bool:
        """Whether the matching call of this number (from 1) is hit."""
        return self.nth <= call and (self.times is None or call < self.nth + self.times)


class Faults:
    """The faults in force, each with the number of calls that it has matched."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._armed = [_Armed(fault) for fault in faults]

    def add(self, fault: Fault) -> None:
        """Put one more fault in force; it counts from now on."""
        self._armed.append(_Armed(fault))

    def clear(self) -> None:
        """Put all faults out of force."""
        self._armed.clear()

    def draw(self, request: Request) -> Fault | None:
        """Count the request, let others act meanwhile, and return the first fault that hits it."""
        hits = [armed.fault for armed in self._armed if armed.hit_by(request)]
        for fault in hits:
            if fault.action is not None:
                fault.action()
        return next((fault for fault in hits if fault.kind is not FaultKind.MEANWHILE), None)


@dataclass
class _Armed:
    fault: Fault
    calls: int = 0

    def hit_by(self, request: Request) -> bool:
        if not self.fault.matches(request):
            return False
        self.calls += 1
        return self.fault.hits(self.calls)


def _words(text: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = lexer.escape = ""  # a backslash belongs to the regular expression
    try:
        return list(lexer)
    except ValueError as error:
        raise ValueError(f"fault {text!r}: {error}") from error


def _kind(word: str) -> dict[str, Any]:
    if match := STATUS.fullmatch(word):
        kind = FaultKind.STATUS_AFTER if match[2] else FaultKind.STATUS
        return {"kind": kind, "status": int(match[1])}
    return {"kind": FaultKind(_choice("kind", word, (*WRITABLE_KINDS, "503", "503-after")))}


def _option(word: str) -> tuple[str, Any]:
    name, equals, value = word.partition("=")
    if not equals:
        raise ValueError(f"fault: write {name}=value, not {word!r}")
    field, read = OPTIONS[_choice("option", name, tuple(OPTIONS))]
    try:
        return field, read(value)
    except ValueError as error:
        raise ValueError(f"fault: {name}={value}: {value!r} is not a number") from error


def _choice(what: str, word: str, choices: tuple[str, ...]) -> str:
    if word in choices:
        return word
    close = get_close_matches(word, choices, n=1)
    suggestion = f" (did you mean {close[0]!r}?)" if close else ""
    raise ValueError(
        f"fault: {word!r} is not a {what}{suggestion}; choose from {', '.join(choices)}"
    )


def _times(value: str) -> int | None:
    return None if value == "forever" else int(value)


OPTIONS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "nth": ("nth", int),
    "times": ("times", _times),
    "retry-after": ("retry_after", str),
    "body": ("body", str),
    "seconds": ("seconds", float),
    "to": ("to", str),
    "bytes": ("bytes", int),
}
