"""The senders that MailBaby's own filter flagged (reference, sections 4.3 and 5.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mpctl.core.flagged import Category, Flagged
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.providers.mailbaby.account import says_no_active_order
from mpctl.providers.mailbaby.rules import ensure_ok
from mpctl.transport import BadAnswer, Refused, Session

_BLOCKS = "/mail/blocks"


class Blocks:
    """The flagged senders of the account behind one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def flagged(self) -> Sequence[Flagged]:
        """What is flagged now, in the service's order; none for an account without active order.

        Raises TransportError when the answer lacks one of the three lists.
        """
        try:
            answer = self._session.request("GET", _BLOCKS)
        except Refused as error:
            if says_no_active_order(error):
                return ()
            raise
        return tuple(one for category in Category for one in _rows(answer.body, category))

    def delist(self, sender: str) -> None:
        """Take a sender off; the service says yes whoever it is, so it has to be somebody.

        Raises MpctlError without a sender: that would take off all that have none.
        """
        if not sender.strip():
            raise MpctlError(Diagnostic(Code.USAGE, "nobody is to be taken off the block list"))
        path = f"{_BLOCKS}/delete"
        ensure_ok(f"POST {path}", self._session.request("POST", path, json={"email": sender}))


def _rows(body: Any, category: Category) -> Iterator[Flagged]:
    rows = body.get(category.value) if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise BadAnswer(f"GET {_BLOCKS}", f"the answer has no list {category.value!r}")
    for row in rows:
        if not isinstance(row, dict):
            raise BadAnswer(f"GET {_BLOCKS}", f"a row of {category.value!r} is not an object")
        yield Flagged(
            category,
            sender=_text(row, "from"),
            subject=_text(row, "subject"),
            date=_text(row, "date"),
            recipients=_text(row, "to"),
            message_id=_text(row, "messageId"),
        )


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)
