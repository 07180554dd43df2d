"""The three forms of an answer: success, refusal (both 200) and problem document (section 3)."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from mpctl.sandbox.exchange import NO_HEADERS, Response
from mpctl.sandbox.stalwart.switches import Switches

JSON = {"Content-Type": "application/json; charset=utf-8"}
PROBLEM = {"Content-Type": "application/problem+json"}
MISSING_RESOURCE = "The requested resource does not exist on this server."
CRASH = "There was a problem while processing your request."


class Ordered(dict[str, Any]):
    """An object whose members come in a defined order."""


class RefusedError(Exception):
    """A refusal: status 200, and a body that names the error."""

    def __init__(self, error: str, **members: Any) -> None:
        super().__init__(error)
        self.body = {"error": error, **members}


class ProblemError(Exception):
    """A problem document: a status, a detail, mostly a title, and other members."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        *,
        type_: str = "about:blank",
        headers: Mapping[str, str] = NO_HEADERS,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status = int(status)
        self.headers = headers
        named = {"title": title} if title else {}
        self.body = {"type": type_, "status": self.status, **named, "detail": detail, **members}


def other(details: str) -> RefusedError:
    """Return the refusal of everything that has no name of its own."""
    return RefusedError("other", details=details, reason=None)


def unsupported(details: str) -> RefusedError:
    """Return the refusal of what this server does not do."""
    return RefusedError("unsupported", details=details)


def not_found() -> ProblemError:
    """Return the problem of an unknown path, method or queue id."""
    return ProblemError(HTTPStatus.NOT_FOUND, "Not Found", MISSING_RESOURCE)


def malformed() -> ProblemError:
    """Return the problem of a body that is not the expected JSON."""
    return ProblemError(HTTPStatus.BAD_REQUEST, "Invalid parameters", "JSON deserialization failed")


def crashed() -> ProblemError:
    """Return the problem of a store or a download that failed."""
    return ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error", CRASH)


def succeeded(data: Any, switches: Switches) -> Response:
    """Return `{"data": ...}`."""
    return Response(HTTPStatus.OK, JSON, _encoded({"data": data}, switches))


def refused(refusal: RefusedError, switches: Switches) -> Response:
    """Return `{"error": ...}`, which has status 200 too."""
    return Response(HTTPStatus.OK, JSON, _encoded(refusal.body, switches))


def failed(problem: ProblemError, switches: Switches) -> Response:
    """Return a problem document."""
    body = dict(problem.body)
    if switches.problem_detail == "absent":
        body.pop("detail", None)
    elif "detail" in body and switches.problem_detail == "reworded":
        body["detail"] = "Something is not as it should be."
    return Response(problem.status, {**PROBLEM, **problem.headers}, _encoded(body, switches))


def _encoded(document: Any, switches: Switches) -> bytes:
    ordered = _in_order(document, switches)
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":")).encode()


def _in_order(value: Any, switches: Switches) -> Any:
    """Members come in no defined order, so the switch chooses one."""
    if isinstance(value, list):
        return [_in_order(item, switches) for item in value]
    if not isinstance(value, dict):
        return value
    names = list(value)
    if switches.member_order != "documented" and not isinstance(value, Ordered):
        names = sorted(names, reverse=switches.member_order == "descending")
    return {name: _in_order(value[name], switches) for name in names}
