"""What a mail server says of messages: how its filter judges one, and what waits in its queue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Lesson(StrEnum):
    """What a message is an example of."""

    HAM = "ham"
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class Envelope:
    """How a message arrives: from which address, said by whom, for whom."""

    address: str
    sender: str = ""
    recipients: tuple[str, ...] = ()
    helo: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of the filter: its `score`, None where it rejects or discards by itself."""

    name: str
    action: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Classified:
    """How the running filter judges a message.

    `outcome` is allow, discard or reject; the `score` of a message that a tag rejects or discards
    is a partial sum, and means nothing.
    """

    outcome: str
    score: float
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A recipient of a queued message, with times as the service shows them."""

    address: str
    status: str
    next_retry: str = ""
    expires: str = ""


@dataclass(frozen=True, slots=True)
class Queued:
    """A message that was accepted and is not delivered to everybody."""

    id: str
    sender: str
    created: str
    size: int | None = None
    recipients: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """The messages of a queue; `running` is None where the service does not tell."""

    messages: tuple[Queued, ...]
    total: int
    running: bool | None = None
