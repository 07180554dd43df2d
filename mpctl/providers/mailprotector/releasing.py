"""Letting held messages go (reference, section 10): each call once, its answer told as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from mpctl.core.entity import Entity, Ref
from mpctl.core.mail import Delivery
from mpctl.core.release import Reply
from mpctl.diagnostics import MpctlError
from mpctl.providers.mailprotector.directory import Directory
from mpctl.providers.mailprotector.native import NotUnderstood, array_of, identifier
from mpctl.transport import BadAnswer, Refused, Session, TransportError

_DELIVERED: Final = "delivered_messages"
_CHUNK: Final = 50


class Releasing:
    """The releases behind one session; satisfies `mpctl.ports.Releaser`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._directory = Directory(session)
        self._refs: dict[Entity, Ref] = {}

    @property
    def chunk(self) -> int:
        """How many messages a call takes: as many as a page holds, the limit is not known."""
        return _CHUNK

    def release(self, number: str, delivery: Delivery) -> Reply:
        """Let one message go; the 204 of a success has no body."""
        path = f"/messages/{number}/deliver"
        return self._told(path, _fields(delivery), lambda _: frozenset({number}))

    def release_many(self, entity: Entity, numbers: Sequence[str], delivery: Delivery) -> Reply:
        """Let messages go by their numbers, never all that are selected."""
        try:
            ref = self._ref(entity)
        except MpctlError as error:
            return Reply(refusal=error.diagnostics[0].summary)
        path = f"/{ref.scope}/{ref.native_id}/messages/deliver_many"
        body = {**_fields(delivery), "all_selected": "false", "ids": ",".join(numbers)}
        return self._told(path, body, lambda answer: _delivered(answer, path))

    def _told(
        self, path: str, body: Mapping[str, Any], went: Callable[[Any], frozenset[str]]
    ) -> Reply:
        try:
            return Reply(went(self._session.request("POST", path, json=body).body))
        except TransportError as error:
            if error.may_have_executed:
                return Reply(doubt=error.what)
            return Reply(refusal=error.what, separable=isinstance(error, Refused))

    def _ref(self, entity: Entity) -> Ref:
        """The entity by its number, read once; nothing has been sent when that fails."""
        if entity not in self._refs:
            resolution = self._directory.resolve([entity])
            problem = resolution.missing.get(entity) or resolution.unread.get(entity)
            if problem is not None:
                raise MpctlError(problem)
            self._refs[entity] = Ref(entity.scope, identifier(resolution.found[entity]))
        return self._refs[entity]


def _fields(delivery: Delivery) -> dict[str, Any]:
    """The fields of a body; the first is always said, for nobody knows what is meant without."""
    fields: dict[str, Any] = {"include_original_recipients": int(delivery.original)}
    if delivery.recipients:
        fields["recipients"] = ",".join(delivery.recipients)
    return fields


def _delivered(body: Any, path: str) -> frozenset[str]:
    """The numbers of those that went; BadAnswer when the answer does not tell them."""
    inner = body.get(_DELIVERED, body) if isinstance(body, Mapping) else body
    try:
        return frozenset(map(_number, array_of(inner)))
    except NotUnderstood as error:
        raise BadAnswer(f"POST {path}", str(error)) from error


def _number(row: Any) -> str:
    return identifier(row if isinstance(row, Mapping) else {"id": row})
