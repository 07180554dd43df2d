"""What each kind of fault makes of an answer: pure functions from response to response."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mpctl.sandbox.exchange import JSON_HEADERS, Response, Sending
from mpctl.sandbox.faults import Fault, FaultKind


def disturb(fault: Fault, response: Response) -> Response:
    """Return what is sent in place of `response`."""
    return DISTURBANCES[fault.kind](fault, response)


def _status(fault: Fault, _: Response) -> Response:
    retry_after = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
    return Response(fault.status, {**JSON_HEADERS, **retry_after}, fault.body.encode())


def _drop(_: Fault, response: Response) -> Response:
    return replace(response, sending=Sending(drop=True))


def _reset(_: Fault, response: Response) -> Response:
    return replace(response, sending=Sending(drop=True, reset=True))


def _delay(fault: Fault, response: Response) -> Response:
    return replace(response, sending=Sending(delay=fault.seconds))


def _slow(fault: Fault, response: Response) -> Response:
    return replace(response, sending=Sending(drip=fault.seconds))


def _malformed(_: Fault, response: Response) -> Response:
    whole = _with_body(response)
    return replace(whole, body=whole.body[: len(whole.body) // 2])


def _truncated(_: Fault, response: Response) -> Response:
    whole = _with_body(response)
    return replace(whole, sending=Sending(body_bytes=len(whole.body) // 2))


def _empty(_: Fault, response: Response) -> Response:
    return replace(response, status=200, body=b"")


def _html(_: Fault, __: Response) -> Response:
    page = b"<!DOCTYPE html><html><body><h1>We are down for maintenance</h1></body></html>"
    return Response(200, {"Content-Type": "text/html; charset=utf-8"}, page)


def _redirect(fault: Fault, _: Response) -> Response:
    return Response(302, {"Location": fault.to})


def _huge(fault: Fault, response: Response) -> Response:
    whole = _with_body(response)
    return replace(whole, body=whole.body + b" " * fault.bytes)


def _undisturbed(_: Fault, response: Response) -> Response:
    return response


def _with_body(response: Response) -> Response:
    """Half of nothing is no fault: an answer without a body is given one."""
    if response.body:
        return response
    return Response(200, JSON_HEADERS, b'{"message":"Done"}')


DISTURBANCES: Mapping[FaultKind, Callable[[Fault, Response], Response]] = {
    FaultKind.STATUS: _status,
    FaultKind.STATUS_AFTER: _status,
    FaultKind.DROP_BEFORE: _drop,
    FaultKind.DROP_AFTER: _drop,
    FaultKind.RESET_BEFORE: _reset,
    FaultKind.RESET_AFTER: _reset,
    FaultKind.DELAY: _delay,
    FaultKind.SLOW: _slow,
    FaultKind.MALFORMED: _malformed,
    FaultKind.TRUNCATED: _truncated,
    FaultKind.EMPTY: _empty,
    FaultKind.HTML: _html,
    FaultKind.REDIRECT: _redirect,
    FaultKind.HUGE: _huge,
    FaultKind.MEANWHILE: _undisturbed,
}
