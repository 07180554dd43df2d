"""Letting held mail go: found first, recorded ahead, sent once, and what is in doubt looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from mpctl.core import rereading
from mpctl.core.entity import Entity
from mpctl.core.mail import Delivery, HeldMessage, Search
from mpctl.core.release import (
    INTERRUPTED,
    NOT_RECORDED,
    Fate,
    Look,
    Released,
    Reply,
    Selection,
    act_of,
    chunks,
    end_of,
    found_gone,
    judge,
    needs_look,
    unmasked,
)
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.ports import ActLog, MailLog, Releaser

# How fast a listing follows a release is not documented; the first look comes at once.
PAUSES: Final = (0.0, *rereading.PAUSES)


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The held messages of an entity, or of everything that a key sees."""

    mail_log: MailLog
    entity: Entity | None = None

    def select(self, numbers: Sequence[str]) -> Selection:
        """Find messages by their numbers; those that are not found are said, and why.

        Raises MpctlError when a page cannot be read, or the entity does not exist.
        """
        if self.entity is None:
            found, doubt = dict(self.mail_log.find(frozenset(numbers))), ""
        else:
            found, doubt = self._search(frozenset(numbers))
        messages = tuple(found[number] for number in numbers if number in found)
        missing = [number for number in numbers if number not in found]
        return Selection(messages, {number: self._missing(number, doubt) for number in missing})

    def everything(self, search: Search) -> Selection:
        """All messages that a search wants; raises MpctlError when a page cannot be read."""
        messages: dict[str, HeldMessage] = {}
        doubt = ""
        for page in self.mail_log.held(self._below, search):
            messages |= {row.id: row for row in page.rows}
            doubt = page.doubt
        return Selection(tuple(messages.values()), {}, doubt)

    def look(self, numbers: AbstractSet[str]) -> Look:
        """Which of these are held now; what cannot be read is a doubt."""
        try:
            if self.entity is None:
                return Look(self.mail_log.find(numbers).keys())
            found, doubt = self._search(numbers)
        except MpctlError as error:
            return Look(doubt=error.diagnostics[0].summary)
        return Look(found.keys(), doubt)

    @property
    def _below(self) -> Entity:
        if self.entity is None:
            raise ValueError("all that is held anywhere is never released")
        return self.entity

    def _search(self, numbers: AbstractSet[str]) -> tuple[dict[str, HeldMessage], str]:
        """Those that are held, in the fewest pages, and why the others may be held as well."""
        found: dict[str, HeldMessage] = {}
        doubt = ""
        for page in self.mail_log.held(self._below, Search()):
            found |= {row.id: row for row in page.rows if row.id in numbers}
            if len(found) == len(numbers):
                return found, ""
            doubt = page.doubt
        return found, doubt

    def _missing(self, number: str, doubt: str) -> str:
        where = f"below {self.entity.path}" if self.entity else "anywhere that this key sees"
        if doubt:
            return f"{number} was not found {where}, and the listing may not be whole: {doubt}"
        return f"{number} is not held {where}"


@dataclass(slots=True)
class Release:
    """One command's releases.

    `sleep` takes seconds; `stopped` tells whether somebody wants it to end. `findings` are what
    kept the record from being whole.
    """

    releaser: Releaser
    quarantine: Quarantine
    target: str
    delivery: Delivery
    log: ActLog
    sleep: Callable[[float], None]
    stopped: Callable[[], bool]
    findings: list[Diagnostic] = field(default_factory=list)

    def one(self, message: HeldMessage) -> tuple[Released, ...]:
        """Release one message by its own call."""
        return tuple(self._recorded((message,), self._send_one))

    def many(self, messages: Sequence[HeldMessage]) -> tuple[Released, ...]:
        """Release messages, many a call; an interruption lets the running call end."""
        parts = chunks(messages, self.releaser.chunk)
        return tuple(end for part in parts for end in self._recorded(part, self._send_many))

    def _recorded(
        self,
        messages: tuple[HeldMessage, ...],
        send: Callable[[tuple[HeldMessage, ...]], Iterator[Released]],
    ) -> list[Released]:
        """Send what the journal holds; whatever keeps it from that keeps it from being sent."""
        if self.stopped():
            return self._put_off(messages, INTERRUPTED)
        if self.findings:
            return self._put_off(messages, NOT_RECORDED)
        try:
            self.log.begun([act_of(self.target, message, self.delivery) for message in messages])
        except MpctlError as error:
            self.findings += error.diagnostics
            return self._put_off(messages, NOT_RECORDED)
        ends = self._told_apart(list(send(messages)))
        self._record(ends)
        return ends

    def verify(
        self, ends: Sequence[Released], permitted: Callable[[HeldMessage], bool | None]
    ) -> tuple[Released, ...]:
        """Look whether what the service said went is really gone, and record what is not."""
        claimed = frozenset(end.message.id for end in ends if end.fate is Fate.RELEASED)
        if not claimed:
            return tuple(ends)
        look = self._patient_look(claimed)
        after = tuple(
            unmasked(end.message, permitted=permitted(end.message))
            if end.message.id in look.held
            else end
            for end in ends
        )
        self._record([end for end in after if end not in ends])
        if look.doubt:
            self.findings.append(_unverified(look.doubt))
        return after

    def _put_off(self, messages: Sequence[HeldMessage], why: str) -> list[Released]:
        ends = [Released(message, Fate.NOT_ATTEMPTED, why) for message in messages]
        self._record(ends)
        return ends

    def _record(self, ends: Sequence[Released]) -> None:
        self.log.done([end_of(self.target, end, self.delivery) for end in ends])

    def _send_one(self, messages: tuple[HeldMessage, ...]) -> Iterator[Released]:
        (message,) = messages
        reply = self.releaser.release(message.id, self.delivery)
        yield from self._judged(messages, reply)

    def _send_many(self, messages: tuple[HeldMessage, ...]) -> Iterator[Released]:
        """Send a part in one call; one that is refused in halves, until the reason is found."""
        if self.stopped():
            yield from (Released(m, Fate.NOT_ATTEMPTED, INTERRUPTED) for m in messages)
            return
        numbers = [message.id for message in messages]
        entity = self.quarantine.entity
        assert entity is not None  # noqa: S101 - only one message is released without an entity
        reply = self.releaser.release_many(entity, numbers, self.delivery)
        if reply.separable and len(messages) > 1:
            middle = len(messages) // 2
            yield from self._send_many(messages[:middle])
            yield from self._send_many(messages[middle:])
            return
        yield from self._judged(messages, reply)

    def _judged(self, messages: Sequence[HeldMessage], reply: Reply) -> Iterator[Released]:
        numbers = frozenset(message.id for message in messages)
        look = Look()
        if reply.doubt:
            look = self._patient_look(numbers)
        elif needs_look(reply, numbers):
            look = self.quarantine.look(numbers - reply.went)
        for message in messages:
            yield judge(message, reply, look)

    def _patient_look(self, numbers: frozenset[str]) -> Look:
        """Look until none is held any more, or patience ends.

        Two looks have to agree: rows that shift between pages can make one of them miss a message.
        """
        look, agreed = Look(), False
        for pause in PAUSES:
            if pause:
                self.sleep(pause)
            look = self.quarantine.look(numbers)
            gone = not look.held and not look.doubt
            if gone and agreed:
                break
            agreed = gone
        return look

    def _told_apart(self, ends: list[Released]) -> list[Released]:
        """Those that were denied, and those that were gone before anything was asked."""
        denied = frozenset(end.message.id for end in ends if end.denied)
        if not denied:
            return ends
        look = self.quarantine.look(denied)
        return [found_gone(end, look) for end in ends]


def _unverified(doubt: str) -> Diagnostic:
    return Diagnostic(
        Code.RELEASE_UNKNOWN,
        f"it could not be verified that the messages are gone: {doubt}",
        why="The service said that they went; that is all that is known.",
        fix="Look at what is held with mpctl messages.",
    )
