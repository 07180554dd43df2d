"""How a service says no: by status alone, or in words that only its provider understands."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from typing import Any


class Reply(StrEnum):
    """What an answer means for the request."""

    DONE = "done"
    KEY_REFUSED = "key refused"
    THROTTLED = "throttled"
    REFUSED = "refused"
    FAILED = "failed"
    REDIRECTED = "redirected"


# What an answer means, by its status, its parsed JSON body (None: not JSON) and the error's words,
# which are not looked for in a status below 400.
Dialect = Callable[[int, Any, str], Reply]


def plain_http(status: int, body: Any, message: str) -> Reply:
    """Judge by the status alone, as most services mean it."""
    _ = body, message
    if HTTPStatus(200) <= status < HTTPStatus(300):
        return Reply.DONE
    if status == HTTPStatus.UNAUTHORIZED:
        return Reply.KEY_REFUSED
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Reply.THROTTLED
    if status >= HTTPStatus(500) and status != HTTPStatus.NOT_IMPLEMENTED:
        return Reply.FAILED
    return Reply.REFUSED if status >= HTTPStatus(400) else Reply.REDIRECTED
