"""Reading, creating and deleting the rules of one entity (reference, section 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from mpctl.core.outcome import Outcome, Status
from mpctl.core.rereading import settled
from mpctl.core.rule import LiveRule, RuleKey
from mpctl.core.schedule import Batch, Operation
from mpctl.core.state import Reading
from mpctl.diagnostics import Code, Diagnostic, Severity
from mpctl.providers.mailprotector.listing import list_all
from mpctl.providers.mailprotector.native import (
    NativeRule,
    NotUnderstood,
    Ownership,
    from_native,
    to_native,
)
from mpctl.transport import Refused, Session, TransportError

_GONE: Final = 404
_MAYBE_DUPLICATE: Final = frozenset({409, 422})


@dataclass(frozen=True, slots=True)
class RuleListing:
    """An entity's own rows, whether they are proven to be all, and what was odd."""

    rules: tuple[LiveRule, ...]
    complete: bool
    findings: tuple[Diagnostic, ...]

    @property
    def ids(self) -> set[str]:
        """The native ids of the rows."""
        return {rule.native_id for rule in self.rules}


class Rules:
    """The allow and block rules behind one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self, reading: Reading, native_id: str) -> RuleListing:
        """List the rules of an entity; rows of other entities are left out, and said.

        Raises TransportError when a page cannot be read.
        """
        scope = reading.entity.scope
        listing = list_all(self._session, _path(scope, native_id))
        understood: list[NativeRule] = []
        odd: list[str] = []
        for row in listing.rows:
            try:
                understood.append(from_native(row, scope=scope, native_id=native_id))
            except NotUnderstood as error:
                odd.append(str(error))
        doubt = "; ".join([*filter(None, [listing.doubt]), *odd[:3]])
        return RuleListing(
            rules=tuple(n.rule for n in understood if n.ownership is not Ownership.FOREIGN),
            complete=not doubt,
            findings=tuple(d.about(reading.entity) for d in _findings(understood, doubt)),
        )

    def create(self, batch: Batch, operation: Operation, key: RuleKey) -> Outcome:
        """Create a rule exactly once: a lost answer is resolved by reading before another try."""
        for _ in range(2):
            try:
                self._post(batch, key)
            except Refused as error:
                return self._after_refusal(batch, operation, key, error)
            except TransportError as error:
                lost = error
            else:
                return Outcome(operation, Status.APPLIED)
            if not lost.may_have_executed:
                return Outcome(operation, Status.FAILED, lost.what)
            stands = self._stands(batch, key)
            if stands:
                return Outcome(operation, Status.APPLIED, "the answer was lost, a read shows it")
            if stands is None:
                return Outcome(operation, Status.UNKNOWN, f"{lost.what}; it cannot be read back")
        return Outcome(operation, Status.UNKNOWN, f"{lost.what}, twice; a read does not show it")

    def delete(self, batch: Batch, operation: Operation) -> Outcome:
        """Delete one row by its id; a row that a read proves gone already is what was wanted."""
        try:
            was_there = self._remove(operation.native_id)
        except TransportError as error:
            return self._after_lost_delete(batch, operation, error)
        return Outcome(operation, Status.APPLIED) if was_there else self._missing(batch, operation)

    def _missing(self, batch: Batch, operation: Operation) -> Outcome:
        """The service says that it has no such row: a read tells whether that is so."""
        gone = self._is_gone(batch, operation.native_id)
        if gone:
            return Outcome(operation, Status.APPLIED, "it was gone already")
        if gone is None:
            detail = f"refused with {_GONE}; it cannot be read back"
            return Outcome(operation, Status.UNKNOWN, detail)
        return Outcome(operation, Status.FAILED, f"refused with {_GONE}, but a read still shows it")

    def _after_refusal(
        self, batch: Batch, operation: Operation, key: RuleKey, error: Refused
    ) -> Outcome:
        failed = Outcome(operation, Status.FAILED, error.what)
        if error.status not in _MAYBE_DUPLICATE:
            return failed
        stands = self._stands(batch, key, patient=False)
        if stands:
            return Outcome(operation, Status.APPLIED, "it was there already")
        if stands is None or not operation.replaces:
            return failed
        return self._replace(batch, operation, key)

    def _replace(self, batch: Batch, operation: Operation, key: RuleKey) -> Outcome:
        """Take the opposite rule away first: the service cannot hold both (section 7.5)."""
        opposite = RuleKey(key.action.opposite, key.match)
        try:
            for native_id in operation.replaces:
                self._remove(native_id)
            self._post(batch, key)
        except TransportError as error:
            return self._put_back(batch, operation, key, error)
        return Outcome(operation, Status.APPLIED, f"the {opposite.action} rule had to go first")

    def _put_back(
        self, batch: Batch, operation: Operation, key: RuleKey, error: TransportError
    ) -> Outcome:
        """Make sure that the opposite rule stands, unless the new one does after all."""
        if self._stands(batch, key):
            return Outcome(operation, Status.APPLIED, "the answer was lost, a read shows it")
        opposite = RuleKey(key.action.opposite, key.match)
        stands = self._stands(batch, opposite, patient=False)
        if stands is False:
            back = self.create(batch, replace(operation, replaces=()), opposite)
            stands = back.status is Status.APPLIED
        if stands:
            detail = f"{error.what}; the {opposite.action} rule stands as before"
            return Outcome(operation, Status.FAILED, detail, touched=True)
        detail = f"{error.what}; the {opposite.action} rule may be gone too: look, and put it back"
        return Outcome(operation, Status.UNKNOWN, detail)

    def _after_lost_delete(
        self, batch: Batch, operation: Operation, error: TransportError
    ) -> Outcome:
        if not error.may_have_executed:
            return Outcome(operation, Status.FAILED, error.what)
        gone = self._is_gone(batch, operation.native_id)
        if gone:
            return Outcome(operation, Status.APPLIED, "the answer was lost, a read shows it gone")
        doubt = "it cannot be read back" if gone is None else "a read still shows it"
        return Outcome(operation, Status.UNKNOWN, f"{error.what}; {doubt}")

    def _is_gone(self, batch: Batch, native_id: str) -> bool | None:
        return self._settled(batch, lambda own: own.complete and native_id not in own.ids)

    def _stands(self, batch: Batch, key: RuleKey, *, patient: bool = True) -> bool | None:
        return self._settled(
            batch, lambda own: any(rule.key == key for rule in own.rules), patient=patient
        )

    def _settled(
        self, batch: Batch, wanted: Callable[[RuleListing], bool], *, patient: bool = True
    ) -> bool | None:
        """Read until `wanted` holds; False if it never did, None if that cannot be known.

        Without patience the first listing that is whole decides: pages of a list that lags may not
        fit together.
        """
        reading = Reading(batch.entity)
        try:
            listing, _ = settled(
                lambda: self.read(reading, batch.native_id),
                lambda own: wanted(own) or (own.complete and not patient),
                self._session.clock.sleep,
            )
        except TransportError:
            return None
        if wanted(listing):
            return True
        return False if listing.complete else None

    def _post(self, batch: Batch, key: RuleKey) -> None:
        path = _path(batch.entity.scope, batch.native_id)
        self._session.request("POST", path, json=to_native(key))

    def _remove(self, native_id: str) -> bool:
        """Delete a row; False when it was gone already."""
        try:
            self._session.request("DELETE", f"/allow_block_rules/{native_id}")
        except Refused as error:
            if error.status != _GONE:
                raise
            return False
        return True


def _path(scope: str, native_id: str) -> str:
    return f"/{scope}/{native_id}/allow_block_rules"


def _findings(rows: list[NativeRule], doubt: str) -> Iterator[Diagnostic]:
    foreign = sum(1 for row in rows if row.ownership is Ownership.FOREIGN)
    unknown = sum(1 for row in rows if row.ownership is Ownership.UNKNOWN)
    if doubt:
        yield Diagnostic(
            Code.INCOMPLETE_LISTING,
            f"the list of rules may not be whole: {doubt}",
            why="Nothing is removed on the ground of a list that is not proven complete.",
            fix="Plan again; if it stays, ask the service's support about this list.",
            severity=Severity.WARNING,
        )
    if unknown:
        yield Diagnostic(
            Code.OWNER_UNKNOWN,
            f"{unknown} rules do not say which entity they belong to",
            why="A rule is deleted by its number alone, so one of another entity could be hit.",
            severity=Severity.WARNING,
        )
    if foreign:
        yield Diagnostic(
            Code.FOREIGN_RULES,
            f"{foreign} rules in the listing belong to other entities and are left alone",
            severity=Severity.NOTE,
        )
