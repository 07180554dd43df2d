"""Writing the four lists: one PUT for all that changes in one (reference, sections 6.3, 8, 10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mpctl.core.change import Cause, RuleChange, Verb
from mpctl.core.outcome import Outcome, Status
from mpctl.core.rereading import settled
from mpctl.core.rule import RuleKey
from mpctl.core.schedule import Batch, Operation
from mpctl.providers.rackspace.native import (
    LISTS,
    SpamList,
    entry_of,
    from_native,
    list_of,
    to_native,
)
from mpctl.providers.rackspace.place import Place
from mpctl.providers.rackspace.reading import NotThere, Reading
from mpctl.transport import Refused, Session, TransportError

Operations = Sequence[Operation]
Put = tuple[SpamList, Operations]

_HELD: Final = "a rule that had to be there first could not be created"
_UNNAMEABLE: Final = "its entry holds a comma, and so cannot be named to the service"
# How often an entry is removed that stood there more than once; the final reading tells the rest.
_TURNS: Final = 10
_LOST: Final = "the answer was lost, a read shows it"
# A refusal for what the request says: a part of it may be accepted.
_DIVISIBLE: Final = frozenset({400, 409, 413, 414, 422})


@dataclass(frozen=True, slots=True)
class Shown:
    """What a list shows: its entries, and the rules that they are."""

    entries: frozenset[str]
    keys: frozenset[RuleKey]

    @classmethod
    def of(cls, spam_list: SpamList, entries: Sequence[str]) -> Shown:
        """Take in the entries of a list."""
        keys = frozenset(from_native(spam_list, one).key for one in entries)
        return cls(frozenset(entries), keys)

    def has_done(self, operation: Operation) -> bool:
        """Tell whether an operation has been carried out."""
        if is_removal(operation):
            return entry(operation) not in self.entries
        return _rule(operation).key in self.keys


class Lists:
    """The lists behind one session, written."""

    def __init__(self, session: Session, reading: Reading) -> None:
        self._session = session
        self._reading = reading

    def write(self, batch: Batch, place: Place) -> list[Outcome]:
        """Carry out changes of rules with one PUT for each list, one bad entry or not."""
        bad, good = _divided(batch.operations, lambda one: "," in entry(one))
        return _all(bad, Status.FAILED, _UNNAMEABLE) + self._in_turn(place, puts(good))

    def _in_turn(self, place: Place, parts: Iterable[Put]) -> list[Outcome]:
        """Send PUTs one after the other; no removal goes ahead of a creation that failed."""
        ends: list[Outcome] = []
        for spam_list, operations in parts:
            late = any(not is_removal(e.operation) and not _applied(e) for e in ends)
            held, ready = _divided(operations, is_removal) if late else ([], operations)
            ends += _all(held, Status.NOT_ATTEMPTED, _HELD)
            if ready:
                ends += self._send(place, spam_list, ready)
        return ends

    def _send(
        self,
        place: Place,
        spam_list: SpamList,
        operations: Operations,
        *,
        last: bool = False,
        turns: int = _TURNS,
    ) -> list[Outcome]:
        try:
            self._put(place, spam_list, form_of(operations))
        except Refused as error:
            if error.status not in _DIVISIBLE:
                return _all(operations, Status.FAILED, error.what)
            return self._after_refusal(place, spam_list, operations, error)
        except TransportError as error:
            if not error.may_have_executed:
                return _all(operations, Status.FAILED, error.what)
            return self._after_lost_answer(place, spam_list, operations, error, last=last)
        copied = self._reading.copied(place, spam_list)
        doubled, single = _divided(
            operations, lambda one: is_removal(one) and (_stays(one) or entry(one) in copied)
        )
        ends = _all(single, Status.APPLIED)
        return ends + self._without_copies(place, spam_list, doubled, turns - 1)

    def _without_copies(
        self, place: Place, spam_list: SpamList, operations: Operations, turns: int
    ) -> list[Outcome]:
        """Remove again what stood there more than once, as long as a read shows it."""
        shown = self._shown(place, spam_list) if operations and turns else None
        if shown is None:
            return _all(operations, Status.APPLIED)
        gone, left = _divided(operations, shown.has_done)
        ends = self._done(place, spam_list, shown, gone)
        again = self._send(place, spam_list, left, turns=turns) if left else []
        return ends + [_once_done(end) for end in again]

    def _done(
        self,
        place: Place,
        spam_list: SpamList,
        shown: Shown,
        operations: Operations,
        detail: Callable[[Operation], str] = lambda _: "",
    ) -> list[Outcome]:
        """What a read shows as done; of a rule that stays, one spelling must have stayed.

        A service may take two spellings for one entry, and then both have gone.
        """
        lost, well = _divided(operations, lambda o: _stays(o) and _rule(o).key not in shown.keys)
        ends = [Outcome(one, Status.APPLIED, detail(one)) for one in well]
        return ends + (self._restore(place, spam_list, lost) if lost else [])

    def _restore(self, place: Place, spam_list: SpamList, operations: Operations) -> list[Outcome]:
        """Put rules back whose last spelling went with another."""
        entries = dict.fromkeys(to_native(_rule(one).match) for one in operations)
        try:
            self._put(place, spam_list, {"addList": ",".join(entries)})
        except TransportError as error:
            detail = f"the spelling that was to stay went too: put it back; {error.what}"
            return _all(operations, Status.UNKNOWN, detail)
        return _all(operations, Status.APPLIED, "the spelling that was to stay had to be put back")

    def _put(self, place: Place, spam_list: SpamList, form: Mapping[str, str]) -> None:
        self._session.request("PUT", self._reading.path(place, spam_list), form=form)

    def _after_refusal(
        self, place: Place, spam_list: SpamList, operations: Operations, error: Refused
    ) -> list[Outcome]:
        """Leave out what stands already, and narrow the rest down to the entry that is bad."""
        shown = self._shown(place, spam_list)
        done, left = _divided(operations, lambda one: shown is not None and shown.has_done(one))
        ends = self._done(place, spam_list, shown, done, _already) if shown is not None else []
        if done and left:
            return ends + self._send(place, spam_list, left)
        if len(left) == 1:
            if shown is None and not is_removal(left[0]):
                # An earlier request may have brought it.
                return _all(left, Status.UNKNOWN, f"{error.what}; it cannot be read back")
            return [self._alone(place, spam_list, left[0], error)]
        return ends + self._in_turn(place, ((spam_list, part) for part in _parts(left, error)))

    def _alone(
        self, place: Place, spam_list: SpamList, operation: Operation, error: Refused
    ) -> Outcome:
        """Take the opposite entry away first, if the plan does: it may be what is in the way."""
        if is_removal(operation):
            return self._refused_removal(place, spam_list, operation, error)
        rivals = [entry_of(native_id) for native_id in operation.replaces]
        if not rivals:
            return Outcome(operation, Status.FAILED, error.what)
        other, entries = rivals[0][0], [rival for _, rival in rivals]
        try:
            self._put(place, other, {"removeList": ",".join(entries)})
            self._put(place, spam_list, form_of([operation]))
        except TransportError as failure:
            return self._put_back(place, other, entries, operation, failure)
        return Outcome(operation, Status.APPLIED, f"the {other.action} rule had to go first")

    def _refused_removal(
        self, place: Place, spam_list: SpamList, operation: Operation, error: Refused
    ) -> Outcome:
        """An entry that went with another one is refused; a read may need time to show it gone."""
        shown = self._settled(place, spam_list, [operation])
        if shown is None:
            return Outcome(operation, Status.UNKNOWN, f"{error.what}; it cannot be read back")
        if not shown.has_done(operation):
            return Outcome(operation, Status.FAILED, error.what)
        return self._done(place, spam_list, shown, [operation], _already)[0]

    def _put_back(
        self,
        place: Place,
        other: SpamList,
        entries: Sequence[str],
        operation: Operation,
        error: TransportError,
    ) -> Outcome:
        """Make sure that the opposite entry stands, unless the new one does after all."""
        shown = self._settled(place, list_of(_rule(operation).key), [operation])
        if shown is not None and shown.has_done(operation):
            return Outcome(operation, Status.APPLIED, _LOST)
        standing = self._shown(place, other)
        missing = [one for one in entries if standing is None or one not in standing.entries]
        try:
            if missing:
                self._put(place, other, {"addList": ",".join(missing)})
        except TransportError:
            detail = f"{error.what}; the {other.action} rule may be gone too: look, and put it back"
            return Outcome(operation, Status.UNKNOWN, detail)
        detail = f"{error.what}; the {other.action} rule stands as before"
        return Outcome(operation, Status.FAILED, detail, touched=bool(missing))

    def _after_lost_answer(
        self,
        place: Place,
        spam_list: SpamList,
        operations: Operations,
        error: TransportError,
        *,
        last: bool,
    ) -> list[Outcome]:
        """Read what became of it; what a read does not show is sent once more, and not again."""
        shown = self._settled(place, spam_list, operations)
        if shown is None:
            return _all(operations, Status.UNKNOWN, f"{error.what}; it cannot be read back")
        done, left = _divided(operations, shown.has_done)
        ends = self._done(place, spam_list, shown, done, lambda _: _LOST)
        if not left:
            return ends
        if last:
            detail = f"{error.what}, twice; a read does not show it"
            return ends + _all(left, Status.UNKNOWN, detail)
        return ends + self._send(place, spam_list, left, last=True)

    def _settled(self, place: Place, spam_list: SpamList, operations: Operations) -> Shown | None:
        """What the list shows once it shows all of this, or at last; None if it cannot be read."""
        try:
            shown, _ = settled(
                lambda: Shown.of(spam_list, self._reading.entries(place, spam_list)),
                lambda shown: all(map(shown.has_done, operations)),
                self._session.clock.sleep,
            )
        except (TransportError, NotThere):
            return None
        return shown

    def _shown(self, place: Place, spam_list: SpamList) -> Shown | None:
        try:
            return Shown.of(spam_list, self._reading.entries(place, spam_list))
        except (TransportError, NotThere):
            return None


def puts(operations: Operations) -> list[Put]:
    """One PUT for each list, so that no removal goes ahead of a creation in another list.

    The last list with creations carries its removals along; removals of lists with creations
    before it follow on their own.
    """
    of_list = {one: [o for o in operations if _list(o) is one] for one in LISTS}
    growing = [one for one in LISTS if not all(map(is_removal, of_list[one]))]
    growing.sort(key=lambda one: any(map(is_removal, of_list[one])))
    parts = [(one, [o for o in of_list[one] if not is_removal(o)]) for one in growing[:-1]]
    parts += [(one, of_list[one]) for one in growing[-1:]]
    rest = [one for one in LISTS if one not in growing[-1:]]
    parts += [(one, [o for o in of_list[one] if is_removal(o)]) for one in rest]
    return [(one, part) for one, part in parts if part]


def form_of(operations: Operations) -> dict[str, str]:
    """The form of one PUT: what comes and what goes, each only if there is any."""
    added = ",".join(entry(one) for one in operations if not is_removal(one))
    removed = ",".join(entry(one) for one in operations if is_removal(one))
    return {k: v for k, v in (("addList", added), ("removeList", removed)) if v}


def entry(operation: Operation) -> str:
    """The entry that an operation is about, in the service's own spelling where it stands there."""
    if is_removal(operation):
        return entry_of(operation.native_id)[1]
    return to_native(_rule(operation).match)


def is_removal(operation: Operation) -> bool:
    """Tell whether an operation takes an entry away."""
    return _rule(operation).verb is Verb.DELETE


def _parts(operations: Operations, error: Refused) -> tuple[Operations, Operations]:
    """Cut a refused batch in two: creations first, else the entry that the refusal names apart."""
    removals, creations = _divided(operations, is_removal)
    if removals and creations:
        return creations, removals
    named, others = _divided(operations, lambda one: _names(error.message, entry(one)))
    if len(named) == 1:
        return others, named
    half = len(operations) // 2
    return operations[:half], operations[half:]


def _divided(
    operations: Operations, test: Callable[[Operation], bool]
) -> tuple[list[Operation], list[Operation]]:
    """Those that pass a test, and the others."""
    passed = [test(one) for one in operations]
    return (
        [one for one, good in zip(operations, passed, strict=True) if good],
        [one for one, good in zip(operations, passed, strict=True) if not good],
    )


def _names(message: str, text: str) -> bool:
    words = (word.strip("'\".,:;").lstrip("@") for word in message.lower().split())
    return text.lower().lstrip("@") in words


def _stays(operation: Operation) -> bool:
    """Tell whether only a copy goes, and the rule stays."""
    return _rule(operation).cause is Cause.SURPLUS


def _list(operation: Operation) -> SpamList:
    if is_removal(operation):
        return entry_of(operation.native_id)[0]
    return list_of(_rule(operation).key)


def _rule(operation: Operation) -> RuleChange:
    change = operation.change
    assert isinstance(change, RuleChange)  # noqa: S101 - settings go another way
    return change


def _already(operation: Operation) -> str:
    return "it was gone already" if is_removal(operation) else "it was there already"


def _once_done(outcome: Outcome) -> Outcome:
    """What failed when it was asked for again may have been done the first time."""
    failed = outcome.status is Status.FAILED
    return replace(outcome, status=Status.UNKNOWN) if failed else outcome


def _applied(outcome: Outcome) -> bool:
    return outcome.status is Status.APPLIED


def _all(operations: Operations, status: Status, detail: str = "") -> list[Outcome]:
    return [Outcome(operation, status, detail) for operation in operations]
