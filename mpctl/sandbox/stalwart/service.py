"""The simulated Stalwart server: credentials, a state, and answers to requests."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from threading import RLock
from typing import Self

from mpctl.sandbox.disk import StateFile
from mpctl.sandbox.exchange import Request, Response, Sending
from mpctl.sandbox.service import Service
from mpctl.sandbox.stalwart.about import forbidden
from mpctl.sandbox.stalwart.accounts import (
    ADMIN,
    Account,
    Credentials,
    TotpError,
    account_of,
    api_token,
    credentials_of,
)
from mpctl.sandbox.stalwart.answers import (
    ProblemError,
    RefusedError,
    failed,
    not_found,
    refused,
    succeeded,
)
from mpctl.sandbox.stalwart.call import Call
from mpctl.sandbox.stalwart.harbor import harbor_mail
from mpctl.sandbox.stalwart.pacing import DAY, Pace, check_parallel
from mpctl.sandbox.stalwart.routes import Route, find_route
from mpctl.sandbox.stalwart.sample import SampleData
from mpctl.sandbox.stalwart.state import State
from mpctl.sandbox.stalwart.switches import Switches

LOOPBACK = "127.0.0.1"
OUTSIDE = "203.0.113.77"
ANONYMOUS_LIMIT = 100
FAILURES = 100
CHALLENGE = {
    # One header twice: names are told apart by case here, and are the same on the wire.
    "WWW-Authenticate": 'Bearer realm="Stalwart Server"',
    "Www-Authenticate": 'Basic realm="Stalwart Server"',
}


class Stalwart(Service):
    """One simulator: `api_token`, or `username` and `password`, open it at `base_url`."""

    name = "stalwart"
    prefix = "/stalwart/api"
    username, password = ADMIN
    api_token = api_token()

    def __init__(
        self, state: State, switches: Switches, *, clock: Callable[[], float] = time.time
    ) -> None:
        self.state = state
        self.switches = switches
        self.origin = ""
        self.pace = Pace(clock)
        self._requests = 0

    @classmethod
    def open(
        cls,
        folder: Path | None,
        chosen: Mapping[str, str],
        data: SampleData | None,
        lock: RLock,
    ) -> Self:
        """Build a simulator from chosen switches and data, by default Harbor's mail server."""
        switches = Switches.of(chosen)
        file = StateFile(folder / "stalwart.json") if folder else None
        return cls(State(data or harbor_mail(), switches, lock=lock, file=file), switches)

    @property
    def revision(self) -> int:
        """A number that grows with every change of state."""
        return self.state.revision

    @property
    def client(self) -> str:
        """The address that requests come from."""
        return LOOPBACK if self.switches.client == "loopback" else OUTSIDE

    def writes(self, request: Request) -> bool:
        """Whether the call is documented as a write; one that is not documented counts as such."""
        found = find_route(request.method, request.path, self.switches)
        return found[0].write if found else request.method not in ("GET", "HEAD")

    def reset(self) -> None:
        """Go back to the sample data."""
        self.state.reset()

    def handle(self, request: Request) -> Response:
        """Answer a request whose path lies below the base URL."""
        node = self._requests % len(self.state.nodes) if self._is_balanced else 0
        self._requests += 1
        if (stopped := self._stopped_by_proxy(request)) is not None:
            return stopped
        if self.state.nodes[node].is_blocked(ip_address(self.client)):
            return Response(HTTPStatus.OK, sending=Sending(drop=True))
        try:
            return self._answered(request, node)
        except RefusedError as refusal:
            return refused(refusal, self.switches)
        except ProblemError as problem:
            return failed(problem, self.switches)

    @property
    def _is_balanced(self) -> bool:
        return self.switches.cluster == "balanced"

    def _answered(self, request: Request, node: int) -> Response:
        if self.switches.since("0.16"):
            raise not_found()
        account = self._authenticated(credentials_of(request), node)
        self._check_limits(account, request)
        found = find_route(request.method, request.path, self.switches)
        if found is None:
            raise not_found()
        route, words = found
        if {"authenticate", route.permission or "authenticate"} - account.permissions:
            raise forbidden()
        now = datetime.fromtimestamp(self.pace.clock(), UTC)
        call = Call(self.state, self.switches, request, words, account, node, now)
        return self._delayed(route, succeeded(route.answer(call), self.switches))

    def _authenticated(self, found: Credentials, node: int) -> Account:
        """Return the account; ProblemError with 401, 402 or 429."""
        is_exempt = self.state.nodes[node].is_allowed(ip_address(self.client))
        if found.is_bearer and self.switches.since("0.13") and not is_exempt:
            self.pace.check("anonymous", ANONYMOUS_LIMIT)
        try:
            account = account_of(found, self.switches)
        except TotpError as error:
            raise _totp_required() from error
        if account is not None:
            return account
        if found.name and not is_exempt and self.pace.exceeds("failures", FAILURES, DAY):
            self.state.auto_ban(self.client)
            raise _banned()
        raise self._unauthorized(found)

    def _unauthorized(self, found: Credentials) -> ProblemError:
        challenges = found.is_undecodable or not self.switches.since("0.13")
        return ProblemError(
            HTTPStatus.UNAUTHORIZED,
            "Unauthorized",
            "You have to authenticate first.",
            headers=CHALLENGE if challenges else {},
        )

    def _check_limits(self, account: Account, request: Request) -> None:
        if "unlimited-requests" in account.permissions:
            return
        check_parallel(request.parallel, self.switches.concurrency)
        self.pace.check(account.name, self.switches.rate_limit)

    def _delayed(self, route: Route, response: Response) -> Response:
        milliseconds: int = getattr(self.switches, route.slow) if route.slow else 0
        return replace(response, sending=Sending(delay=milliseconds / 1000))

    def _stopped_by_proxy(self, request: Request) -> Response | None:
        """A proxy speaks HTML and knows nothing of the service."""
        body, url = self.switches.proxy_body, self.switches.proxy_url
        if body and len(request.body) > body:
            return _page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if url and len(f"{self.prefix}{request.target}") > url:
            return _page(HTTPStatus.REQUEST_URI_TOO_LONG)
        return None


def _page(status: HTTPStatus) -> Response:
    html = f"<html><head><title>{int(status)} {status.phrase}</title></head></html>"
    return Response(status, {"Content-Type": "text/html"}, html.encode())


def _totp_required() -> ProblemError:
    return ProblemError(
        HTTPStatus.PAYMENT_REQUIRED,
        "TOTP code required",
        "A TOTP code is required to authenticate this account.",
    )


def _banned() -> ProblemError:
    return ProblemError(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too Many Authentication Attempts",
        "Your request has been rejected because of too many failed attempts.",
    )
