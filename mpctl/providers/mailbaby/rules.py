"""Creating and deleting deny rules; whether it was done is always answered by reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from mpctl.core.change import RuleChange
from mpctl.core.outcome import Outcome, Status
from mpctl.core.rereading import settled
from mpctl.core.rule import LiveRule, RuleKey
from mpctl.core.schedule import Batch, Operation
from mpctl.providers.mailbaby.account import Account, View
from mpctl.providers.mailbaby.native import NotUnderstood, identifier, to_native
from mpctl.transport import Answer, BadAnswer, Refused, Session, TransportError

_STRAYING: Final = "not sent: the service puts new rules under another order"
_LOST: Final = "the answer was lost, a read shows it"
_LOST_DELETE: Final = "the answer was lost, a read shows it gone"


@dataclass(frozen=True, slots=True)
class Sent:
    """A creation that the service said to have done.

    `native_id` is empty where it gave none, or one that another rule had before.
    """

    operation: Operation
    key: RuleKey
    native_id: str


class Rules:
    """The writes of one run. Not safe for threads: batches come one after the other.

    The first creation of a run is read back before another is sent: it shows whether this service
    puts a rule under the order that was named.
    """

    def __init__(self, session: Session, account: Account) -> None:
        self._session = session
        self._account = account
        self._proven = False
        self._straying = False

    def create(self, batch: Batch, username: str) -> list[Outcome]:
        """Create rules, each exactly once, and read them back together."""
        ends: dict[int, Outcome] = {}
        sent: list[Sent] = []
        for number, operation in enumerate(batch.operations):
            result = self._create(operation, username)
            if isinstance(result, Outcome):
                ends[number] = result
                continue
            sent.append(result)
            if not self._proven:
                ends |= _numbered(batch, self._confirm(sent, username))
                sent = []
        ends |= _numbered(batch, self._confirm(sent, username))
        return [ends[number] for number in range(len(batch.operations))]

    def delete(self, batch: Batch, username: str) -> list[Outcome]:
        """Delete rows by their ids, and read once whether they are gone."""
        errors: dict[str, TransportError] = {}
        for operation in batch.operations:
            try:
                self._remove(operation.native_id)
            except TransportError as error:
                errors[operation.native_id] = error
        read = [o.native_id for o in batch.operations if _tells_little(errors.get(o.native_id))]
        left = self._left(read, username) if read else []
        return [_removed(o, errors.get(o.native_id), left) for o in batch.operations]

    def _create(self, operation: Operation, username: str) -> Sent | Outcome:
        key, known = _key(operation), self._account.known_ids
        for _ in range(2):
            if self._straying:
                return Outcome(operation, Status.NOT_ATTEMPTED, _STRAYING)
            try:
                native_id = self._post(key, username)
                return Sent(operation, key, "" if native_id in known else native_id)
            except TransportError as error:
                if not error.may_have_executed:
                    return Outcome(operation, Status.FAILED, error.what)
                end = self._after_lost_answer(operation, username, known, error)
                if end is not None:
                    return end
        return Outcome(operation, Status.UNKNOWN, "twice no usable answer; a read does not show it")

    def _after_lost_answer(
        self, operation: Operation, username: str, known: frozenset[str], error: TransportError
    ) -> Outcome | None:
        """Read whether a creation took place; None means that it may be sent again.

        `known` are the ids of the rules that were seen before it.
        """
        key = _key(operation)
        view = self._settled(lambda view: bool(view.rows(username, key)))
        if view is None:
            return Outcome(operation, Status.UNKNOWN, f"{error.what}; it cannot be read back")
        if view.rows(username, key):
            return Outcome(operation, Status.APPLIED, _LOST)
        if blind := _blindness(view, username):
            return Outcome(operation, Status.UNKNOWN, f"{error.what}; {blind}")
        elsewhere = _elsewhere(view, key, known)
        if elsewhere:
            detail = f"{error.what}; a rule like it appeared at {', '.join(elsewhere)}: look there"
            return Outcome(operation, Status.UNKNOWN, detail)
        return None

    def _confirm(self, sent: Sequence[Sent], username: str) -> Iterator[Outcome]:
        """Read back what the service said to have created."""
        if not sent:
            return
        view = self._settled(lambda view: all(_shown(one, username, view) for one in sent))
        for one in sent:
            yield self._judge(one, username, view)

    def _judge(self, one: Sent, username: str, view: View | None) -> Outcome:
        operation = one.operation
        if view is None:
            return Outcome(operation, Status.UNKNOWN, "it was accepted, but cannot be read back")
        if amiss := _amiss(one, username, view):
            self._straying = self._straying or view.owners[one.native_id] != username
            return self._take_back(one, amiss, view)
        rows = view.rows(username, one.key)
        if not rows:
            blind = _blindness(view, username) or "a read does not show it"
            return Outcome(operation, Status.UNKNOWN, f"it was accepted, but {blind}")
        self._proven = True
        return self._once(one, rows)

    def _once(self, one: Sent, rows: Sequence[LiveRule]) -> Outcome:
        """Take our row away again where somebody else's was there first."""
        surplus = one.native_id in {row.native_id for row in rows[1:]}
        if not surplus:
            return Outcome(one.operation, Status.APPLIED)
        try:
            self._remove(one.native_id)
        except TransportError:
            return Outcome(one.operation, Status.APPLIED, "somebody added it too: it stands twice")
        return Outcome(one.operation, Status.APPLIED, "somebody had added it already")

    def _take_back(self, one: Sent, amiss: str, view: View) -> Outcome:
        """Delete what nobody wanted: it would stop somebody else's mail, or other mail."""
        if self._gone(one.native_id, view.owners[one.native_id]):
            detail = f"{amiss}; it was taken away again"
            return Outcome(one.operation, Status.FAILED, detail, touched=True)
        detail = f"{amiss}, and it may still be there: look at rule {one.native_id}"
        return Outcome(one.operation, Status.UNKNOWN, detail)

    def _gone(self, native_id: str, username: str) -> bool:
        """Delete a row, and tell whether that is proven."""
        try:
            self._remove(native_id)
        except TransportError as error:
            if not error.may_have_executed:
                return False
        return self._left([native_id], username) == []

    def _left(self, native_ids: Sequence[str], username: str) -> list[str] | None:
        """Which of these rows still stand, None when that cannot be known."""

        def standing(view: View) -> list[str]:
            return [native_id for native_id in native_ids if native_id in view.owners]

        view = self._settled(lambda view: not standing(view))
        if view is None or _blindness(view, username):
            return None
        return standing(view)

    def _settled(self, wanted: Callable[[View], bool]) -> View | None:
        """Read the account until `wanted` holds or patience ends; None when it cannot be read."""
        try:
            view, _ = settled(self._account.read, wanted, self._session.clock.sleep)
        except TransportError:
            return None
        return view

    def _post(self, key: RuleKey, username: str) -> str:
        """Send a rule; gives its id."""
        answer = self._session.request("POST", "/mail/rules", json=to_native(key, username))
        ensure_ok("POST /mail/rules", answer)
        try:
            return identifier(answer.body.get("text"))
        except NotUnderstood:
            return ""

    def _remove(self, native_id: str) -> None:
        path = f"/mail/rules/{native_id}"
        ensure_ok(f"DELETE {path}", self._session.request("DELETE", path))


def ensure_ok(call: str, answer: Answer) -> None:
    """Raise BadAnswer unless a write says in words that it was done (reference, section 3.1)."""
    if not isinstance(answer.body, dict) or answer.body.get("status") != "ok":
        raise BadAnswer(call, f"answered {answer.status}, but not that it was done")


def _key(operation: Operation) -> RuleKey:
    assert isinstance(operation.change, RuleChange)  # noqa: S101 - there are no settings here
    return operation.change.key


def _numbered(batch: Batch, ends: Iterator[Outcome]) -> dict[int, Outcome]:
    return {batch.operations.index(end.operation): end for end in ends}


def _shown(one: Sent, username: str, view: View) -> bool:
    return one.native_id in view.owners if one.native_id else bool(view.rows(username, one.key))


def _amiss(one: Sent, username: str, view: View) -> str:
    """What is wrong with a new rule as it is stored, empty when nothing is or it is not shown."""
    owner = view.owners.get(one.native_id)
    if owner is None:
        return ""
    if owner != username:
        return f"the service put the rule under {owner}, not under the order that was named"
    stored = next(row for row in view.rules_of(owner) if row.native_id == one.native_id)
    return "" if stored.key == one.key else f"the service stored another value, {stored.shown!r}"


def _elsewhere(view: View, key: RuleKey, known: frozenset[str]) -> list[str]:
    """The orders where an equal rule stands that was not known before."""
    return [
        username
        for username in sorted(view.rules)
        if any(row.native_id not in known for row in view.rows(username, key))
    ]


def _blindness(view: View, username: str) -> str:
    """Why a reading proves nothing of an order's rules; empty when what it lacks is not there."""
    order = view.orders.get(username)
    if order is None or not order.active:
        return "the order is no longer active, so its rules are hidden"
    return view.doubt(username)


def _tells_little(error: TransportError | None) -> bool:
    """Tell whether a delete that ended so may have had its effect, or had it long before."""
    if _was_refused(error) and isinstance(error, Refused):
        return error.status == HTTPStatus.NOT_FOUND
    return error is None or error.may_have_executed


def _was_refused(error: TransportError | None) -> bool:
    """Tell whether a refusal is all there is: no attempt before it may have had its effect."""
    return isinstance(error, Refused) and not error.may_have_executed


def _removed(
    operation: Operation, error: TransportError | None, left: Sequence[str] | None
) -> Outcome:
    """The outcome of a delete; `left` are the rows that a read still shows, None for no read."""
    if error is not None and not _tells_little(error):
        return Outcome(operation, Status.FAILED, error.what)
    answer = error.what if error else "the service said that it was deleted"
    if left is None:
        return Outcome(operation, Status.UNKNOWN, f"{answer}; it cannot be read back")
    if operation.native_id in left:
        status = Status.FAILED if _was_refused(error) else Status.UNKNOWN
        return Outcome(operation, status, f"{answer}; a read still shows it")
    if error is None:
        return Outcome(operation, Status.APPLIED)
    gone = "it was gone already" if _was_refused(error) else _LOST_DELETE
    return Outcome(operation, Status.APPLIED, gone)
