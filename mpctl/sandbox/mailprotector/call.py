"""One authorised call, and what every endpoint needs of it."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from mpctl.sandbox.exchange import Request
from mpctl.sandbox.mailprotector.answers import RefusalError
from mpctl.sandbox.mailprotector.entities import Directory, Document, Key, Scope
from mpctl.sandbox.mailprotector.state import State
from mpctl.sandbox.mailprotector.switches import Switches


@dataclass(frozen=True)
class Call:
    """A request on its way to an endpoint; `words` are the variable parts of its path."""

    state: State
    switches: Switches
    request: Request
    words: tuple[str, ...]

    @property
    def directory(self) -> Directory:
        """Who there is."""
        return self.state.directory

    @property
    def entity(self) -> Key:
        """The entity that the path names; RefusalError when the key cannot see it."""
        scope, number = self.words[:2]
        return self.visible(Key(Scope(scope), int(number)))

    def visible(self, key: Key) -> Key:
        """Return `key`; RefusalError as `foreign_entity` says when it belongs to others."""
        if key not in self.directory:
            raise not_found()
        if not self.directory.is_visible(key):
            raise RefusalError(int(self.switches.foreign_entity), "Not allowed for this role")
        return key

    def body(self) -> Document:
        """Return the JSON object that was sent; a body of another type counts as none."""
        content_type = self.request.headers.get("content-type", "").partition(";")[0]
        if content_type.strip().lower() != "application/json" or not self.request.body:
            return {}
        body = _parsed(self.request.body)
        if not isinstance(body, dict):
            raise RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, "The body is not an object")
        return body


def not_found() -> RefusalError:
    """Return the refusal of what is not there."""
    return RefusalError(HTTPStatus.NOT_FOUND, "Not found")


def invalid(field: str, problem: str) -> RefusalError:
    """Return the refusal of a value."""
    return RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, problem, field=field)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise RefusalError(HTTPStatus.BAD_REQUEST, "The body is not JSON") from error
