"""What a reader of a release should know: before it, and of whatever did not go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from mpctl.core.mail import Delivery, HeldMessage
from mpctl.core.permission import PERMITS, VIRUS, Grant, Lack, explain, lack
from mpctl.core.release import BEFORE, Fate, Released, Selection, strangers
from mpctl.diagnostics import Code, Diagnostic, Severity, first_few

Grants = Callable[[HeldMessage], Sequence[Grant]]

# So many are named; the table has all.
_NAMED: Final = 10


def before(selection: Selection, delivery: Delivery, grants: Grants) -> Iterator[Diagnostic]:
    """Say what may be wrong with a release before it is made."""
    messages = selection.messages
    yield from missing(selection.missing)
    yield from incomplete(selection)
    infected = [message.id for message in messages if message.hold == VIRUS]
    if infected:
        yield _virus(infected, Severity.WARNING)
    yield from _leaving(messages, delivery)
    for one, numbers in _unpermitted(messages, grants).items():
        yield explain(one, numbers, Severity.WARNING)


def missing(reasons: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Say which messages are not to be found."""
    if reasons:
        yield Diagnostic(
            Code.NOT_FOUND,
            first_few(list(reasons.values()), limit=_NAMED),
            why="It may have been released or deleted, or belong to another entity.",
            fix="Look at what is held with mpctl messages; a log entry's id releases nothing.",
        )


def incomplete(selection: Selection) -> Iterator[Diagnostic]:
    """Say that all were meant, and that there may be more than were found."""
    if selection.doubt:
        yield Diagnostic(
            Code.INCOMPLETE_LISTING,
            f"there may be more held messages that are wanted: {selection.doubt}",
            why="Only those that are shown are released.",
            severity=Severity.WARNING,
        )


def after(ends: Iterable[Released], grants: Grants) -> Iterator[Diagnostic]:
    """Say why messages were not released, as far as that can be told, and of which nobody knows."""
    open_ends = [end for end in ends if end.fate not in {Fate.RELEASED, Fate.PROBABLY}]
    denied = [end for end in open_ends if end.denied]
    infected = [end.message.id for end in denied if end.message.hold == VIRUS]
    if infected:
        yield _virus(infected, Severity.ERROR)
    told = set(infected)
    for one, numbers in _unpermitted([end.message for end in denied], grants).items():
        told |= set(numbers)
        yield explain(one, numbers, Severity.ERROR)
    rest = [
        end
        for end in open_ends
        if (end.message.id not in told or end.fate is Fate.UNKNOWN)
        and not end.detail.startswith(BEFORE)
    ]
    for (fate, detail), group in groupby(sorted(rest, key=_kind), _kind):
        yield _say(Fate(fate), detail, [end.message.id for end in group])


def released_already(earlier: Mapping[str, str], severity: Severity) -> Iterator[Diagnostic]:
    """Say which messages were released before and are still shown as held."""
    if earlier:
        runs = first_few(sorted(set(earlier.values()), reverse=True), ", ")
        yield Diagnostic(
            Code.ALREADY_RELEASED,
            f"released before, and still shown as held: {first_few(list(earlier), ', ', _NAMED)}",
            why=f"Sent again, it could be delivered twice; it is not sent. See run {runs}.",
            fix="If you are sure that it did not arrive, add --again.",
            severity=severity,
        )


def _kind(end: Released) -> tuple[str, str]:
    return end.fate.value, end.detail


def _say(fate: Fate, detail: str, numbers: Sequence[str]) -> Diagnostic:
    named = first_few(numbers, ", ", _NAMED)
    if fate is Fate.UNKNOWN:
        return Diagnostic(
            Code.RELEASE_UNKNOWN,
            f"nobody knows whether {named} went: {detail}",
            why="It was sent once and is not sent again: the second would be another delivery.",
            fix="Ask a recipient, or look at it with mpctl messages, before you release it again.",
        )
    return Diagnostic(
        Code.NOT_RELEASED,
        f"{named}: {fate}, {detail}",
        fix="Look at what is held with mpctl messages; what is still there can be released again.",
    )


def _virus(numbers: Sequence[str], severity: Severity) -> Diagnostic:
    return Diagnostic(
        Code.HELD_FOR_VIRUS,
        f"held for a virus: {first_few(numbers, ', ', _NAMED)}",
        why="Such mail is not meant to be released, and the service refuses it.",
        fix="Ask the sender for the file by another way.",
        severity=severity,
    )


def _leaving(messages: Sequence[HeldMessage], delivery: Delivery) -> Iterator[Diagnostic]:
    outside = dict.fromkeys(one for m in messages for one in strangers(m, delivery))
    if outside:
        yield Diagnostic(
            Code.LEAVES_DOMAIN,
            f"mail leaves its own domain, to {first_few(list(outside), ', ')}",
            why="Whoever reads there gets the message whole, with everything that is in it.",
            severity=Severity.WARNING,
        )


def _unpermitted(messages: Iterable[HeldMessage], grants: Grants) -> dict[Lack, list[str]]:
    """The messages whose release is known not to be permitted, by what they lack."""
    found: dict[Lack, list[str]] = {}
    for message in messages:
        name = PERMITS.get(message.hold, "")
        one = lack(name, grants(message)) if name else None
        if one is not None:
            found.setdefault(one, []).append(message.id)
    return found
