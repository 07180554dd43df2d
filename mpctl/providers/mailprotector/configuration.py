"""Reading and writing the release permissions (reference, section 8).

A PUT may replace a whole section instead of merging into it. So PUTs go one by one until the first
of a run has left its siblings alone; when a sibling of the written value is lost, the recorded
section is put back and no more configuration is written in this run.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

from mpctl.core.change import SettingChange
from mpctl.core.difference import describe_difference
from mpctl.core.outcome import Outcome, Status
from mpctl.core.rereading import settled
from mpctl.core.rule import SettingValue
from mpctl.core.schedule import Batch, Operation
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.providers.mailprotector.native import (
    NotUnderstood,
    object_of,
    permissions,
    section_to_native,
    setting_from_native,
    setting_to_native,
)
from mpctl.transport import BadAnswer, FirstAlone, Refused, Session, TransportError

Document = Mapping[str, Any]

_STOPPED: Final = "an earlier write damaged a configuration, so no more is written in this run"

_NOT_THERE: Final = frozenset({404, 405, 501})
_NO_USER_SETTINGS: Final = Diagnostic(
    Code.UNSUPPORTED_SETTING,
    "this service keeps no settings for users",
    why="The user exists, but has no configuration; a setting of the group or domain applies.",
    fix="Use the setting of the user's group or domain instead.",
)


class Configuration:
    """The configuration documents behind one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._damaged = False
        self._harmless = False
        self._first = FirstAlone(lambda: self._harmless)

    def read(self, scope: str, native_id: str) -> Document:
        """The configuration document of an entity.

        Raises TransportError when it cannot be read.
        """
        path = _path(scope, native_id)
        answer = self._session.request("GET", path)
        try:
            return object_of(answer.body)
        except NotUnderstood as error:
            raise BadAnswer(f"GET {path}", str(error)) from error

    def probe(self, scope: str, native_id: str) -> Document:
        """Read, and tell a service without settings of users from a user that is gone (8.3).

        Raises MpctlError when it cannot be read.
        """
        try:
            return self.read(scope, native_id)
        except Refused as error:
            if scope == "users" and error.status in _NOT_THERE and self._is_there(native_id):
                raise MpctlError(_NO_USER_SETTINGS) from error
            raise

    def _is_there(self, user: str) -> bool:
        try:
            self._session.request("GET", f"/users/{user}")
        except TransportError:
            return False
        return True

    def write(self, batch: Batch, operation: Operation, change: SettingChange) -> Outcome:
        """Write one permission, read it back, and make sure that nothing else changed."""
        with self._first.turn():
            if self._damaged:
                return Outcome(operation, Status.NOT_ATTEMPTED, _STOPPED)
            return self._write(batch, operation, change)

    def _write(self, batch: Batch, operation: Operation, change: SettingChange) -> Outcome:
        try:
            before = self.read(batch.entity.scope, batch.native_id)
        except TransportError as error:
            return Outcome(operation, Status.FAILED, error.what)
        doubt = self._put(batch, setting_to_native(change.name, change.after))
        if doubt is not None and not doubt.may_have_executed:
            return Outcome(operation, Status.FAILED, doubt.what)
        return self._verified(batch, operation, change, before, doubt)

    def _verified(
        self,
        batch: Batch,
        operation: Operation,
        change: SettingChange,
        before: Document,
        doubt: TransportError | None,
    ) -> Outcome:
        try:
            after, written = self._reread(batch, change.name, change.after)
        except TransportError as error:
            detail = f"it was written, but cannot be read back: {error.what}"
            return Outcome(operation, Status.UNKNOWN, detail)
        siblings = _siblings(before, change.name)
        damage = describe_difference(siblings, _siblings(after, change.name))
        if damage:
            return self._put_back(batch, operation, before, damage)
        if written and change.pins and doubt is not None:
            detail = f"{doubt.what}; a read cannot tell whether the value is its own now"
            return Outcome(operation, Status.UNKNOWN, detail)
        if written:
            self._harmless |= bool(siblings)
            return Outcome(operation, Status.APPLIED)
        if doubt is not None:
            return Outcome(operation, Status.UNKNOWN, f"{doubt.what}; a read does not show it")
        detail = "the service took it without effect: a read still shows the old value"
        return Outcome(operation, Status.FAILED, detail, touched=True)

    def _put_back(
        self, batch: Batch, operation: Operation, before: Document, damage: tuple[str, ...]
    ) -> Outcome:
        self._damaged = True
        section = section_to_native(permissions(before))
        lost = "; ".join(damage)
        self._put(batch, section)
        try:
            _, restored = settled(
                lambda: self.read(batch.entity.scope, batch.native_id),
                lambda document: permissions(document) == permissions(before),
                self._session.clock.sleep,
            )
        except TransportError:
            restored = False
        end = "was put back as it was" if restored else f"MUST BE PUT BACK BY HAND: {section}"
        detail = f"the write also changed what it did not name ({lost}); the section {end}"
        return Outcome(operation, Status.FAILED, detail, touched=True, code=Code.SETTING_DAMAGED)

    def _reread(self, batch: Batch, name: str, value: SettingValue) -> tuple[Document, bool]:
        return settled(
            lambda: self.read(batch.entity.scope, batch.native_id),
            lambda document: setting_from_native(document, name) == value,
            self._session.clock.sleep,
        )

    def _put(self, batch: Batch, body: Document) -> TransportError | None:
        """Send a PUT; what went wrong is given back, because only a read tells what it did."""
        try:
            self._session.request("PUT", _path(batch.entity.scope, batch.native_id), json=body)
        except TransportError as error:
            return error
        return None


def _path(scope: str, native_id: str) -> str:
    return f"/{scope}/{native_id}/configuration"


def _siblings(document: Document, name: str) -> dict[str, Any]:
    """The values of the `permissions` section beside the one that was written.

    An object without values is none: a service that shows only what is set locally begins to show
    the objects around a value with the first write.
    """
    section = copy.deepcopy(dict(permissions(document)))
    messages = section.get("messages")
    if isinstance(messages, dict):
        messages.pop(name, None)
    return _without_empty(section)


def _without_empty(document: Document) -> dict[str, Any]:
    inner = {k: _without_empty(v) if isinstance(v, dict) else v for k, v in document.items()}
    return {key: value for key, value in inner.items() if value != {}}
