"""The connections to one service: kept alive, TLS verified, the environment's proxies heeded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import default_headers

from mpctl import __version__
from mpctl.transport.address import is_loopback
from mpctl.transport.limits import Limits
from mpctl.transport.request import Request


class Connections:
    """Opens requests below a base URL, each on a connection of its own while it lasts.

    Proxies and the CA bundle come from the environment, once, except for loopback. Below requests'
    own session nothing is carried from one answer to the next: no cookie is kept, no redirect is
    followed, and no .netrc file replaces the key.
    """

    def __init__(
        self, base_url: str, *, authorize: Callable[[], Mapping[str, str]], limits: Limits
    ) -> None:
        self._base_url = base_url
        self._authorize = authorize
        self._timeout = (limits.connect_timeout, limits.read_timeout)
        self._adapter = _Adapter(
            pool_connections=1, pool_maxsize=limits.connections, pool_block=True
        )
        own = {"User-Agent": f"mpctl/{__version__}", "Accept": "application/json"}
        self._headers = {**default_headers(), **own}
        self._ways = _ways(base_url)

    def open(self, request: Request) -> requests.Response:
        """Send a request; the answer's body is still on its way."""
        return self._adapter.send(
            self._prepared(request), stream=True, timeout=self._timeout, **self._ways
        )

    def _prepared(self, request: Request) -> requests.PreparedRequest:
        # Step by step, without the steps for cookies, credentials and hooks.
        prepared = requests.PreparedRequest()
        prepared.prepare_method(request.method)
        query = urlencode(request.params, doseq=True)
        prepared.prepare_url(self._base_url + request.path, query)
        prepared.prepare_headers({**self._headers, **self._authorize()})
        body = request.form if request.raw is None else request.raw
        prepared.prepare_body(body, None, request.json)
        return prepared

    def close(self) -> None:
        """Let go of the connections."""
        self._adapter.close()


class _Adapter(HTTPAdapter):
    """For one service, the way to which is found once; its cookies are not even looked at."""

    _pool: Any = None

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Give the one pool of connections."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **kwargs)
        return self._pool

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """Give what somebody reads of an answer."""
        response = requests.Response()
        response.request, response.raw = req, resp
        response.status_code = resp.status
        response.headers = CaseInsensitiveDict(resp.headers)
        return response


def _ways(base_url: str) -> dict[str, Any]:
    """The proxies, the CA bundle and the client certificate that the environment names."""
    with requests.Session() as session:
        session.trust_env = not is_loopback(base_url)
        settings = session.merge_environment_settings(base_url, {}, None, None, None)
    return {name: settings[name] for name in ("proxies", "verify", "cert")}
