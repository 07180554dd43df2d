"""Answers and refusals, by the application and by the framework below it (section 3.1)."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from mpctl.sandbox.exchange import JSON_HEADERS, Request, Response
from mpctl.sandbox.mailbaby.switches import Switches

HTML_HEADERS: Mapping[str, str] = {"Content-Type": "text/html;charset=utf-8"}
NOT_FOUND_PAGE = "<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>"
INTERNAL = "Server internal error"


class RefusalError(Exception):
    """The application does not do it, and says so with a status."""

    def __init__(self, message: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.message = message
        self.status = int(status)


class FrameworkError(Exception):
    """Nobody caught it: what the framework makes of it is a success to who looks at the status.

    `code` is a number, or the SQL state as text.
    """

    def __init__(self, code: int | str = 500) -> None:
        super().__init__(code)
        self.status = HTTPStatus.INTERNAL_SERVER_ERROR
        self.document: dict[str, Any] = {"code": code, "msg": INTERNAL}
        self.page = INTERNAL


class NoRouteError(FrameworkError):
    """There is no such call."""

    def __init__(self) -> None:
        super().__init__(404)
        self.status = HTTPStatus.NOT_FOUND
        self.document = {"code": 404, "msg": "404 Not Found", "data": []}
        self.page = NOT_FOUND_PAGE


def answer(document: Any, status: int = HTTPStatus.OK, *, plain_slashes: bool = False) -> Response:
    r"""Return a document as PHP writes JSON: compact, Unicode as it is, "/" as "\/"."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(
        status, JSON_HEADERS, (body if plain_slashes else body.replace("/", r"\/")).encode()
    )


def done(text: str | int, key: str = "text") -> Response:
    """Return the answer of a write that succeeded."""
    return answer({"status": "ok", key: text})


def page(text: str, status: int = HTTPStatus.OK) -> Response:
    """Return text as the framework sends it: whatever it is, it is called HTML."""
    return Response(status, HTML_HEADERS, text.encode())


def refused(refusal: RefusalError) -> Response:
    """Return an error of the application."""
    return answer({"code": refusal.status, "message": refusal.message}, refusal.status)


def uncaught(error: FrameworkError, request: Request, switches: Switches) -> Response:
    """Return an error of the framework: a 200 for those who accept JSON."""
    if "json" not in request.headers.get("accept", "").lower():
        return page(error.page, error.status)
    hidden = switches.framework_status == "200"
    return answer(error.document, HTTPStatus.OK if hidden else error.status, plain_slashes=True)
