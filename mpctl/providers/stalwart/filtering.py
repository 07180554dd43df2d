"""The running filter (7.1, 7.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mpctl.core.mailflow import Classified, Envelope, Lesson, Tag
from mpctl.providers.stalwart.answers import data_of, explained, is_gone
from mpctl.transport import BadAnswer, Session, TransportError


class Filtering:
    """The spam filter behind one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def classify(self, message: str, envelope: Envelope) -> Classified:
        """Ask how it judges a message; see `mpctl.ports.MailFilter`."""
        call = "POST /spam-filter/classify"
        body = {
            "message": message,
            "remoteIp": envelope.address,
            "ehloDomain": envelope.helo,
            "envFrom": envelope.sender,
            "envFromFlags": 0,
            "envRcptTo": list(envelope.recipients),
        }
        try:
            answer = self._session.request("POST", "/spam-filter/classify", json=body)
        except TransportError as error:
            raise explained(error) from error
        return _classified(data_of(answer.body, call), call)

    def train(self, lesson: Lesson, message: str) -> None:
        """Let it learn; from v0.15 on by another path (see 7.2)."""
        raw = message.encode()
        try:
            self._session.request("POST", f"/spam-filter/train/{lesson}", raw=raw)
        except TransportError as error:
            if not is_gone(error):
                raise explained(error) from error
        else:
            return
        try:
            self._session.request("POST", f"/spam-filter/upload/{lesson}", raw=raw)
        except TransportError as error:
            raise explained(error) from error


def _classified(data: Any, call: str) -> Classified:
    disposition = data.get("disposition") if isinstance(data, Mapping) else None
    tags = data.get("tags") if isinstance(data, Mapping) else None
    if not isinstance(disposition, Mapping) or not isinstance(tags, Mapping):
        raise BadAnswer(call, "the answer has no disposition or no tags")
    found = (_tag(str(name), tag) for name, tag in tags.items())
    return Classified(
        outcome=str(disposition.get("action", "unknown")),
        score=_number(data.get("score")) or 0.0,
        tags=tuple(sorted(found, key=lambda tag: (tag.score or 0.0, tag.name))),
    )


def _tag(name: str, tag: Any) -> Tag:
    fields = tag if isinstance(tag, Mapping) else {}
    return Tag(name, str(fields.get("action", "unknown")), _number(fields.get("value")))


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None
