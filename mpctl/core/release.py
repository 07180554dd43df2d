"""Letting held mail go: what is sent, what an answer and a later look prove, what became of each.

Pure. A release cannot be called back and is never sent twice, so nothing here takes a missing
answer for a refusal, or a listing that may not be whole for a proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mpctl.core.act import Act, Deed, Ended
from mpctl.core.mail import Delivery, HeldMessage
from mpctl.core.outcome import Status
from mpctl.core.run import Run
from mpctl.core.search import recipients_of


class Fate(StrEnum):
    """What became of a message that was to be released."""

    RELEASED = "released"
    PROBABLY = "probably released"
    NOT_RELEASED = "not released"
    NOT_ATTEMPTED = "not attempted"
    UNKNOWN = "unknown"


STATUS: Final[Mapping[Fate, Status]] = {
    Fate.RELEASED: Status.APPLIED,
    Fate.PROBABLY: Status.APPLIED,
    Fate.NOT_RELEASED: Status.FAILED,
    Fate.NOT_ATTEMPTED: Status.NOT_ATTEMPTED,
    Fate.UNKNOWN: Status.UNKNOWN,
}

INTERRUPTED: Final = "the command was interrupted before"
NOT_RECORDED: Final = "the journal could not be written before"
GONE: Final = "it is no longer held: somebody released or deleted it in the meantime"
LEFT_OUT: Final = "the service left it out of those that it released"
BEFORE: Final = "it was released before, in run"
STILL_HELD: Final = "the service said that it went, and still shows it as held"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service said to a release.

    `went` are the messages that it says went. With a `refusal`, its words, none did; it may be
    about a single one of them if `separable`. With a `doubt` nobody knows before a look.
    """

    went: frozenset[str] = frozenset()
    refusal: str = ""
    separable: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """Which of some messages are held; of the others that is known only without a `doubt`."""

    held: AbstractSet[str] = frozenset()
    doubt: str = ""

    def is_held(self, number: str) -> bool | None:
        """Tell whether a message is held; None when nobody knows."""
        if number in self.held:
            return True
        return None if self.doubt else False


@dataclass(frozen=True, slots=True)
class Released:
    """What became of one message; `detail` is what a person needs to know beyond the fate.

    `denied` if the service did not want to let this very message go.
    """

    message: HeldMessage
    fate: Fate
    detail: str = ""
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """The messages that are meant; `missing` are those of which none is held, with the reason.

    `doubt` says why there may be more, where all were meant.
    """

    messages: tuple[HeldMessage, ...]
    missing: Mapping[str, str]
    doubt: str = ""


def needs_look(reply: Reply, numbers: Iterable[str]) -> bool:
    """Tell whether an answer leaves open what became of some of the messages."""
    return bool(reply.doubt) or (not reply.refusal and not reply.went.issuperset(numbers))


def judge(message: HeldMessage, reply: Reply, look: Look) -> Released:
    """Say what became of a message, from the answer and from what a look showed afterwards."""
    if message.id in reply.went:
        return Released(message, Fate.RELEASED)
    if reply.refusal:
        return Released(message, Fate.NOT_RELEASED, reply.refusal, denied=reply.separable)
    held = look.is_held(message.id)
    if reply.doubt:
        return _judge_lost(message, reply.doubt, look)
    if held:
        return Released(message, Fate.NOT_RELEASED, LEFT_OUT, denied=True)
    after = f"nobody knows whether it is held: {look.doubt}" if held is None else "it is not held"
    return Released(message, Fate.UNKNOWN, f"{LEFT_OUT}, and {after}")


def _judge_lost(message: HeldMessage, doubt: str, look: Look) -> Released:
    held = look.is_held(message.id)
    if held is None:
        detail = f"{doubt}; nobody knows whether it is held: {look.doubt}"
        return Released(message, Fate.UNKNOWN, detail)
    if held:
        return Released(message, Fate.NOT_RELEASED, f"{doubt}; it is still held")
    return Released(message, Fate.PROBABLY, f"{doubt}; it is no longer held")


def unmasked(message: HeldMessage, *, permitted: bool | None) -> Released:
    """Say what became of a message that the service said went, and still shows as held.

    Where its release was `permitted`, as far as is known, the listing may be what is late.
    """
    fate = Fate.NOT_RELEASED if permitted is False else Fate.UNKNOWN
    return Released(message, fate, STILL_HELD, denied=True)


def found_gone(released: Released, look: Look) -> Released:
    """A message that was denied and is not held any more was not denied for want of permission."""
    if released.denied and look.is_held(released.message.id) is False:
        return Released(released.message, released.fate, f"{GONE} ({released.detail})")
    return released


def released_before(newest_first: Iterable[Run], numbers: AbstractSet[str]) -> dict[str, str]:
    """Those of these messages that an earlier run released, or may have, each with its name."""
    found: dict[str, str] = {}
    for run in newest_first:
        for acted in run.acts:
            subject = acted.act.subject
            if acted.act.deed is Deed.RELEASE and acted.wrote and subject in numbers:
                found.setdefault(subject, run.id)
    return found


def put_off(messages: Iterable[HeldMessage], earlier: Mapping[str, str]) -> tuple[Released, ...]:
    """The outcome of those that are not sent again; `earlier` names the run of each."""
    return tuple(
        Released(message, Fate.NOT_ATTEMPTED, f"{BEFORE} {earlier[message.id]}")
        for message in messages
        if message.id in earlier
    )


def chunks(messages: Sequence[HeldMessage], size: int) -> list[tuple[HeldMessage, ...]]:
    """Parts of at most this size, in order."""
    return [tuple(messages[at : at + size]) for at in range(0, len(messages), size)]


def act_of(target: str, message: HeldMessage, delivery: Delivery) -> Act:
    """The release of a message as the journal has it."""
    about = f"from {message.sender or '<>'} to {', '.join(addressees(message, delivery))}"
    return Act(Deed.RELEASE, target, message.id, about)


def end_of(target: str, released: Released, delivery: Delivery) -> Ended:
    """What became of it as the journal has it."""
    detail = "; ".join(filter(None, [_doubted(released.fate), released.detail]))
    return Ended(act_of(target, released.message, delivery), STATUS[released.fate], detail)


def addressees(message: HeldMessage, delivery: Delivery) -> tuple[str, ...]:
    """Everybody whom a release sends the message to."""
    own = (message.recipients or (message.mailbox,)) if delivery.original else ()
    return tuple(dict.fromkeys(filter(None, (*own, *delivery.recipients))))


def strangers(message: HeldMessage, delivery: Delivery) -> tuple[str, ...]:
    """Those of the further recipients who are of none of the message's own domains."""
    own = {_domain(address) for address in recipients_of(message)}
    return tuple(one for one in delivery.recipients if _domain(one) not in own)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()


def _doubted(fate: Fate) -> str:
    return fate.value if fate is Fate.PROBABLY else ""
