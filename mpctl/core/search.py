"""Which messages a search wants, judged here, whatever a service makes of its own filters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from mpctl.core.mail import HeldMessage, Message, Search

_ADDRESS: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")


def fits(message: Message, search: Search) -> bool | None:
    """Tell whether a search wants a message; None when the message does not tell what is asked."""
    answers = list(_answers(message, search))
    return False if False in answers else None if None in answers else True


def _answers(message: Message, search: Search) -> Iterator[bool | None]:
    if search.sender:
        yield _holds(search.sender, [message.sender, message.author])
    if search.recipient:
        yield _holds(search.recipient, recipients_of(message))
    if search.subject:
        yield _holds(search.subject, [message.subject])
    if search.decision:
        yield _equals(search.decision.value, message.decision)
    if search.flow:
        yield _equals(search.flow.value, message.flow)
    if search.since or search.until:
        yield _in_range(message, search)


def recipients_of(message: Message) -> tuple[str, ...]:
    """The recipients, and the mailbox that holds the message, which may be another address."""
    mailbox = message.mailbox if isinstance(message, HeldMessage) else ""
    return (*message.recipients, *([mailbox] if mailbox else []))


def _holds(text: str, values: Iterable[str]) -> bool | None:
    told = [value for value in values if value]
    if not told:
        return None
    pattern = _pattern(text)
    return any(pattern.search(value.casefold()) for value in told)


@lru_cache
def _pattern(text: str) -> re.Pattern[str]:
    """A whole address is that address alone, not the end or the beginning of a longer one."""
    wanted = text.casefold()
    literal = re.escape(wanted)
    if not _ADDRESS.fullmatch(wanted):
        return re.compile(literal)
    return re.compile(rf"(?<![^\s<>\"',;:()]){literal}(?![\w-]|\.\w)")


def _equals(wanted: str, told: str) -> bool | None:
    return told.casefold() == wanted if told else None


def _in_range(message: Message, search: Search) -> bool | None:
    if message.received is None:
        return None
    after = search.since is None or message.received >= search.since
    return after and (search.until is None or message.received <= search.until)
