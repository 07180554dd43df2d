"""The outbound queue, one message a call and never the collection (section 9)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mpctl.core.mailflow import Queue, Queued, Waiting
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.providers.stalwart.answers import data_of, explained, is_gone
from mpctl.transport import BadAnswer, Session, TransportError

_QUEUE: Final = "/queue/messages"
_ID: Final = re.compile(r"[0-9]{1,20}")
_PAGE: Final = 500
_MAX_PAGES: Final = 1_000


class Queueing:
    """The queue behind one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self) -> Queue:
        """All messages, page by page; see `mpctl.ports.MailQueue`."""
        messages: dict[str, Queued] = {}
        for page in range(1, _MAX_PAGES + 1):
            data = self._get(_QUEUE, {"values": 1, "page": page, "limit": _PAGE})
            rows = data.get("items") if isinstance(data, Mapping) else None
            if not isinstance(rows, list):
                raise BadAnswer(f"GET {_QUEUE}", "the answer has no items")
            before = len(messages)
            messages |= {one.id: one for one in map(_queued, rows)}
            if len(rows) < _PAGE or len(messages) == before:
                break
        total, running = data.get("total"), data.get("status")
        return Queue(
            tuple(messages.values()),
            total if isinstance(total, int) else len(messages),
            running if isinstance(running, bool) else None,
        )

    def show(self, number: str) -> Queued:
        """One message; see `mpctl.ports.MailQueue`."""
        return _queued(self._get(_path(number), {}))

    def reschedule(self, number: str, at: str) -> bool:
        """Try again at a time; see `mpctl.ports.MailQueue`."""
        return self._change("PATCH", number, {"at": at})

    def cancel(self, number: str) -> bool:
        """Give it up; see `mpctl.ports.MailQueue`."""
        return self._change("DELETE", number, {})

    def _change(self, method: str, number: str, params: Mapping[str, str]) -> bool:
        path = _path(number)
        try:
            answer = self._session.request(method, path, params=params)
        except TransportError as error:
            raise _unknown(error, number) from error
        return data_of(answer.body, f"{method} {path}") is True

    def _get(self, path: str, params: Mapping[str, str | int]) -> Any:
        try:
            answer = self._session.request("GET", path, params=params)
        except TransportError as error:
            raise _unknown(error, path.removeprefix(_QUEUE).strip("/")) from error
        return data_of(answer.body, f"GET {path}")


def _path(number: str) -> str:
    """The path of one message.

    Raises MpctlError (bad usage) for anything that is not a number: it could name all of them.
    """
    if not _ID.fullmatch(number):
        finding = Diagnostic(
            Code.USAGE,
            f"{number!r} is not the number of a message",
            fix="mpctl queue list shows the numbers.",
        )
        raise MpctlError(finding, exit_code=ExitCode.USAGE)
    return f"{_QUEUE}/{number}"


def _unknown(error: TransportError, number: str) -> MpctlError:
    if not is_gone(error) or not number:
        return explained(error)
    return MpctlError(
        Diagnostic(
            Code.NOT_FOUND,
            f"there is no message {number} in the queue",
            why="It may have been delivered, or given up, in the meantime.",
            fix="mpctl queue list shows what waits.",
        )
    )


def _queued(row: Any) -> Queued:
    if not isinstance(row, Mapping) or "id" not in row:
        raise BadAnswer(f"GET {_QUEUE}", "a message has no id")
    size = row.get("size")
    return Queued(
        id=str(row["id"]),
        sender=str(row.get("return_path") or ""),
        created=str(row.get("created") or ""),
        size=size if isinstance(size, int) else None,
        recipients=tuple(_recipients(row)),
    )


def _recipients(row: Mapping[str, Any]) -> Iterator[Waiting]:
    """The recipients, flat, or up to v0.12 below their domains, which have the times."""
    for domain in _objects(row.get("domains")):
        for recipient in _objects(domain.get("recipients")):
            yield _waiting({**domain, **recipient})
    for recipient in _objects(row.get("recipients")):
        yield _waiting(recipient)


def _objects(rows: Any) -> list[Mapping[str, Any]]:
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _waiting(row: Mapping[str, Any]) -> Waiting:
    return Waiting(
        address=str(row.get("address") or ""),
        status=_status(row.get("status")),
        next_retry=str(row.get("next_retry") or ""),
        expires=str(row.get("expires") or ""),
    )


def _status(status: Any) -> str:
    """The status in words: one, or one with what the other server said."""
    if isinstance(status, Mapping):
        return "; ".join(f"{str(k).replace('_', ' ')}: {said}" for k, said in status.items())
    return str(status or "unknown")
