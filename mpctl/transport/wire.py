"""One attempt of one request over requests: bounds, refusals and failures become our own words."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import requests
from requests.exceptions import ConnectTimeout, ProxyError, ReadTimeout, SSLError
from urllib3.exceptions import (
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from mpctl.clock import Clock
from mpctl.transport.answer import Answer, error_message
from mpctl.transport.connections import Connections
from mpctl.transport.dialect import Dialect, Reply, plain_http
from mpctl.transport.errors import (
    BadAnswer,
    KeyRefused,
    Refused,
    Throttled,
    TransportError,
    Unavailable,
)
from mpctl.transport.limits import Limits
from mpctl.transport.pacing import retry_after
from mpctl.transport.redaction import proofs, redacted
from mpctl.transport.request import Request

_CHUNK: Final = 64 * 1024
_MAX_MESSAGE: Final = 200
_REDACTED: Final = "[redacted]"


@dataclass(slots=True)
class _Heard:
    """What has come so far."""

    response: requests.Response | None = None
    body: bytearray = field(default_factory=bytearray)
    whole: bool = False


class Wire:
    """Sends single attempts over the connections to one service.

    Redirects are never followed, because they would carry the key elsewhere.
    """

    def __init__(
        self,
        base_url: str,
        *,
        authorize: Callable[[], Mapping[str, str]],
        limits: Limits,
        clock: Clock,
        secrets: tuple[str, ...],
        key_source: str = "",
        key_doubt: str = "",
        dialect: Dialect = plain_http,
        error_header: str = "",
    ) -> None:
        self._dialect = dialect
        self._error_header = error_header
        self._authorize = authorize
        self._limits = limits
        self._clock = clock
        self._secrets = secrets
        self._key_source = key_source
        self._key_doubt = key_doubt
        self._connections = Connections(base_url, authorize=authorize, limits=limits)

    def close(self) -> None:
        """Let go of the connections."""
        self._connections.close()

    def send(self, request: Request) -> Answer:
        """Send once; a 2xx is returned, everything else is raised."""
        heard = _Heard()
        try:
            self._hear(request, heard)
            return self._judge(request, heard)
        except (requests.RequestException, HTTPError) as error:
            raise self._keeping(request, heard, _failure(request, error)) from error
        except TransportError as error:
            self._keeping(request, heard, error)
            raise

    def _hear(self, request: Request, heard: _Heard) -> None:
        with self._connections.open(request) as response:
            heard.response = response
            self._read(request, response, heard.body)
        heard.whole = True

    def _keeping(self, request: Request, heard: _Heard, error: TransportError) -> TransportError:
        """Attach to an error what was heard, where that is wanted."""
        if request.keep and heard.response is not None:
            error.answer = self._answer(request, heard, None)
        return error

    def _answer(self, request: Request, heard: _Heard, parsed: Any) -> Answer:
        response = heard.response
        assert response is not None  # noqa: S101 - somebody answered
        if not request.keep:
            return Answer(response.status_code, response.headers, parsed)
        secrets = (*self._secrets, *proofs(response.request.headers))
        content = redacted(bytes(heard.body), secrets, cut=not heard.whole)
        headers = {
            name: _text(redacted(value.encode(), secrets))
            for name, value in response.headers.items()
        }
        return Answer(response.status_code, headers, None, content, cut=not heard.whole)

    def _read(self, request: Request, response: requests.Response, body: bytearray) -> None:
        deadline = self._clock.monotonic() + self._limits.body_timeout
        # iter_content waits for a whole chunk, and would outlast the deadline while bytes trickle.
        response.raw.decode_content = True
        while chunk := response.raw.read1(_CHUNK):
            body += chunk
            if len(body) > self._limits.max_body:
                raise BadAnswer(str(request), f"the answer exceeds {self._limits.max_body} bytes")
            if self._clock.monotonic() > deadline:
                raise Unavailable(
                    str(request), f"the answer took longer than {self._limits.body_timeout:.0f} s"
                )

    def _judge(self, request: Request, heard: _Heard) -> Answer:
        response, body = heard.response, bytes(heard.body)
        assert response is not None  # noqa: S101 - somebody answered
        status, parsed = response.status_code, _json_or_none(body)
        # Looking for the words of an error is slow, and of a success nobody wants them.
        words = "" if status < HTTPStatus.BAD_REQUEST else self._words(response, parsed, body)
        reply = self._dialect(status, parsed, words)
        if reply is not Reply.DONE:
            words = words or self._words(response, parsed, body)
            raise self._refusal(reply, request, response, words)
        if parsed is None and body.strip() not in {b"", b"null"} and not request.mute:
            start = self._redact(" ".join(_text(body).split()))[:80]
            raise BadAnswer(
                str(request),
                f"answered {status} with something that is not JSON, beginning {start!r}",
                why="A proxy, a login page or a fault in between may have answered instead.",
            )
        return self._answer(request, heard, parsed)

    def _words(self, response: requests.Response, parsed: Any, body: bytes) -> str:
        own = response.headers.get(self._error_header, "")
        return self._redact(own or error_message(parsed, _text(body)))[:_MAX_MESSAGE]

    def _refusal(
        self, reply: Reply, request: Request, response: requests.Response, message: str
    ) -> TransportError:
        status, call = response.status_code, str(request)
        words = f" ({message})" if message else ""
        if reply is Reply.KEY_REFUSED:
            what = f"the key was refused with {status}{words}"
            fix = self._key_advice("check it there")
            return KeyRefused(call, what, fix=fix, status=status)
        if reply is Reply.THROTTLED:
            told = "Retry-After" in response.headers
            what = f"asked to slow down{words}"
            return Throttled(call, what, wait=self._wait(response), told=told)
        if reply is Reply.FAILED:
            return Unavailable(call, f"failed with {status}{words}")
        if reply is Reply.REFUSED:
            lacks_right = status == HTTPStatus.FORBIDDEN
            fix = self._key_advice("it may lack the right to this") if lacks_right else ""
            return Refused(call, status, message, fix=fix)
        return BadAnswer(
            call,
            f"answered with a redirect ({status}), which mpctl does not follow",
            why="A redirect would carry the key to another address.",
            fix="Check the base URL of the target.",
        )

    def _key_advice(self, what: str) -> str:
        source = f"The key came from {self._key_source}: {what}." if self._key_source else ""
        return " ".join(filter(None, [source, self._key_doubt]))

    def _wait(self, response: requests.Response) -> float:
        return retry_after(
            response.headers.get("Retry-After"),
            now=self._clock.now(),
            default=self._limits.retry_after_default,
            cap=self._limits.retry_after_cap,
        )

    def _redact(self, text: str) -> str:
        """Take out the secrets; before anything is cut, or the first half of one could stay."""
        sent = self._authorize().get("Authorization", "").rpartition(" ")[2]
        for secret in filter(None, (sent, *self._secrets)):
            text = text.replace(secret, _REDACTED)
        return text


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def _json_or_none(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _failure(request: Request, error: Exception) -> Unavailable:
    """Say what happened without the library's text, which may quote headers."""
    cause = _cause(error)
    for kind, what, sent, fix in _FAILURES:
        if isinstance(error, kind) or isinstance(cause, kind):
            return Unavailable(str(request), what, sent=sent, fix=fix)
    return Unavailable(str(request), "the connection broke before the answer was complete")


def _cause(error: Exception) -> Any:
    """What the libraries wrapped: urllib3's reason, or the standard library's for TLS."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    inner = (
        reason.args[0] if isinstance(error, SSLError) and isinstance(reason, HTTPError) else None
    )
    return inner if isinstance(inner, ssl.SSLCertVerificationError) else reason


_CA_HINT: Final = "Where a proxy inspects TLS, name its CA file in REQUESTS_CA_BUNDLE."
_PROXY_HINT: Final = "Check HTTPS_PROXY and NO_PROXY."
_NETWORK_HINT: Final = "Check the network and the base URL of the target."
# What went wrong, whether the request may have left this machine, and what to do; first fit wins.
_FAILURES: Final[tuple[tuple[type[Exception], str, bool, str], ...]] = (
    (
        ssl.SSLCertVerificationError,
        "the TLS certificate could not be verified",
        False,
        _CA_HINT,
    ),
    # TLS can fail after the request was sent, too: nothing is proven.
    (SSLError, "the TLS connection failed", True, _NETWORK_HINT),
    (ProxyError, "the proxy could not be reached", False, _PROXY_HINT),
    (ConnectTimeout, "no connection could be made in time", False, _NETWORK_HINT),
    (ReadTimeout, "no answer came in time", True, ""),
    (ReadTimeoutError, "the answer stopped in the middle", True, ""),
    (NameResolutionError, "the name of the service could not be resolved", False, _NETWORK_HINT),
    (NewConnectionError, "no connection could be made", False, _NETWORK_HINT),
)
