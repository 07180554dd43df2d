"""One attempt of one request over requests: bounds, refusals and failures become our own words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectTimeout, ProxyError, ReadTimeout, SSLError
from urllib3.exceptions import NameResolutionError, NewConnectionError

from mpctl import __version__
from mpctl.transport.answer import Answer, error_message
from mpctl.transport.errors import (
    BadAnswer,
    KeyRefused,
    Refused,
    Throttled,
    TransportError,
    Unavailable,
)
from mpctl.transport.limits import Limits
from mpctl.transport.pacing import Clock, retry_after

_CHUNK: Final = 64 * 1024
_REDACTED: Final = "[redacted]"


@dataclass(frozen=True, slots=True)
class Request:
    """A request below the base URL; `json` None means no body."""

    method: str
    path: str
    params: Mapping[str, str | int]
    json: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Wire:
    """Sends single attempts over pooled keep-alive connections.

    TLS is verified; proxies and the CA bundle come from the environment, except for loopback;
    redirects are never followed, because they would carry the key elsewhere.
    """

    def __init__(
        self,
        base_url: str,
        *,
        authorize: Callable[[], Mapping[str, str]],
        limits: Limits,
        clock: Clock,
        secrets: tuple[str, ...],
    ) -> None:
        self._base_url = base_url
        self._authorize = authorize
        self._limits = limits
        self._clock = clock
        self._secrets = secrets
        self._session = requests.Session()
        self._session.trust_env = not is_loopback(base_url)
        self._session.headers["User-Agent"] = f"mpctl/{__version__}"
        self._session.headers["Accept"] = "application/json"
        # An explicit auth keeps requests from replacing our header by one from a .netrc file.
        self._session.auth = self._add_headers
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=limits.connections)
        self._session.mount(base_url, adapter)

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def send(self, request: Request) -> Answer:
        """Send once; a 2xx is returned, everything else is raised."""
        try:
            with self._open(request) as response:
                body = self._read(request, response)
        except requests.RequestException as error:
            raise self._failure(request, error) from error
        return self._judge(request, response, body)

    def _open(self, request: Request) -> requests.Response:
        return self._session.request(
            request.method,
            self._base_url + request.path,
            params=request.params,
            json=request.json,
            timeout=(self._limits.connect_timeout, self._limits.read_timeout),
            allow_redirects=False,
            stream=True,
        )

    def _add_headers(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers.update(self._authorize())
        return prepared

    def _read(self, request: Request, response: requests.Response) -> bytes:
        deadline = self._clock.monotonic() + self._limits.body_timeout
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self._limits.max_body:
                raise BadAnswer(str(request), f"the answer exceeds {self._limits.max_body} bytes")
            if self._clock.monotonic() > deadline:
                raise Unavailable(
                    str(request), f"the answer took longer than {self._limits.body_timeout:.0f} s"
                )
        return bytes(body)

    def _judge(self, request: Request, response: requests.Response, body: bytes) -> Answer:
        status = response.status_code
        if not 200 <= status < 300:  # noqa: PLR2004 - HTTP's own figures
            raise self._refusal(request, response, body)
        if not body.strip():
            return Answer(status, response.headers)
        try:
            return Answer(status, response.headers, json.loads(body))
        except (ValueError, RecursionError):
            start = self._redact(" ".join(body[:80].decode("utf-8", "replace").split()))
            raise BadAnswer(
                str(request),
                f"answered {status} with something that is not JSON, beginning {start!r}",
                why="A proxy, a login page or a fault in between may have answered instead.",
            ) from None

    def _refusal(
        self, request: Request, response: requests.Response, body: bytes
    ) -> TransportError:
        status, call = response.status_code, str(request)
        message = self._redact(error_message(_json_or_none(body), body.decode("utf-8", "replace")))
        words = f" ({message})" if message else ""
        if status == requests.codes.unauthorized:
            return KeyRefused(call, f"the key was refused with 401{words}")
        if status == requests.codes.too_many_requests:
            return Throttled(call, f"asked to slow down{words}", wait=self._wait(response))
        if status >= 500:  # noqa: PLR2004 - HTTP's own figure
            return Unavailable(call, f"failed with {status}{words}")
        if status >= 400:  # noqa: PLR2004 - HTTP's own figure
            return Refused(call, status, message)
        return BadAnswer(
            call,
            f"answered with a redirect ({status}), which mpctl does not follow",
            why="A redirect would carry the key to another address.",
            fix="Check the base URL of the target.",
        )

    def _wait(self, response: requests.Response) -> float:
        return retry_after(
            response.headers.get("Retry-After"),
            now=self._clock.now(),
            default=self._limits.retry_after_default,
            cap=self._limits.retry_after_cap,
        )

    def _failure(self, request: Request, error: requests.RequestException) -> Unavailable:
        what, sent, fix = _describe(error)
        return Unavailable(str(request), what, sent=sent, fix=fix)

    def _redact(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _REDACTED)
        return text


def is_loopback(url: str) -> bool:
    """Tell whether a URL points at this machine."""
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def _json_or_none(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _describe(error: requests.RequestException) -> tuple[str, bool, str]:
    """Say what happened without the library's text, which may quote headers.

    Gives the words, whether the request may have left this machine, and what to do.
    """
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    for kind, what, sent, fix in _FAILURES:
        if isinstance(error, kind) or isinstance(reason, kind):
            return what, sent, fix
    return "the connection broke before the answer was complete", True, ""


_CA_HINT: Final = "Where a proxy inspects TLS, name its CA file in REQUESTS_CA_BUNDLE."
_PROXY_HINT: Final = "Check HTTPS_PROXY and NO_PROXY."
_NETWORK_HINT: Final = "Check the network and the base URL of the target."
_FAILURES: Final[tuple[tuple[type[Exception], str, bool, str], ...]] = (
    (SSLError, "the TLS certificate could not be verified", False, _CA_HINT),
    (ProxyError, "the proxy could not be reached", False, _PROXY_HINT),
    (ConnectTimeout, "no connection could be made in time", False, _NETWORK_HINT),
    (ReadTimeout, "no answer came in time", True, ""),
    (NameResolutionError, "the name of the service could not be resolved", False, _NETWORK_HINT),
    (NewConnectionError, "no connection could be made", False, _NETWORK_HINT),
)
