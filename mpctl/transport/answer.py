"""An answer of a service as a value, and the words that it uses for an error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_BESIDE: Final = ("details", "reason", "item", "field", "value")


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (case-insensitive) and the parsed JSON body, None where there was none.

    `content` is the body as it came, without our secrets, where somebody asked for that instead;
    `cut` says that it ends too early.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    content: bytes = field(default=b"", repr=False)
    cut: bool = False


def error_message(body: Any, text: str) -> str:
    """The service's own words for an error, in one line.

    Looks where services put them: `message`, `error`, `error.message`, `errors` as a list or a
    mapping, `detail`, `title`, also in an envelope with one name; else the text without its HTML
    tags. An error that is but a word is said with what stands beside it.
    """
    words = next(_candidates(body), None) or re.sub(r"<[^>]*>", " ", text)
    return " ".join(words.split())


def _candidates(body: Any) -> Iterator[str]:
    if not isinstance(body, dict):
        return
    for key in ("message", "error", "errors", "detail", "title"):
        words = "; ".join(_words(body.get(key)))
        if words and key == "error":
            beside = [body[name] for name in _BESIDE if isinstance(body.get(name), str)]
            words = ": ".join([words, *filter(None, beside)])
        if words:
            yield words
    if len(body) == 1:
        yield from _candidates(next(iter(body.values())))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)
    elif isinstance(value, dict):
        message = value.get("message") or value.get("detail")
        if isinstance(message, str):
            yield message
            return
        for name, item in value.items():
            for word in _words(item):
                yield f"{name} {word}"
