"""The simulated MailBaby service: a key, a state, and answers to requests."""

import hmac
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from threading import RLock
from typing import Self

from mpctl.sandbox.disk import StateFile
from mpctl.sandbox.exchange import Request, Response
from mpctl.sandbox.mailbaby.answers import (
    FrameworkError,
    NoRouteError,
    RefusalError,
    page,
    refused,
    uncaught,
)
from mpctl.sandbox.mailbaby.call import Call
from mpctl.sandbox.mailbaby.harbor import harbor
from mpctl.sandbox.mailbaby.routes import Route, find_route
from mpctl.sandbox.mailbaby.sample import SampleData
from mpctl.sandbox.mailbaby.state import State
from mpctl.sandbox.mailbaby.switches import Switches
from mpctl.sandbox.pacing import Pace
from mpctl.sandbox.service import Service
from mpctl.sandbox.switch import OFF

API_KEY = "mbk_sandbox_of_harbor_it_services"


class MailBaby(Service):
    """One simulator: `api_key` opens it at `base_url`, `state` is what it holds."""

    name = "mailbaby"
    prefix = "/mailbaby"
    api_key = API_KEY

    def __init__(
        self, state: State, switches: Switches, *, clock: Callable[[], float] = time.time
    ) -> None:
        self.state = state
        self.switches = switches
        self.origin = ""
        self.pace = Pace(switches.rate_limit, switches.retry_after, clock)
        self._calls = 0
        self._broken: set[Route] = set()

    @classmethod
    def open(
        cls,
        folder: Path | None,
        chosen: Mapping[str, str],
        data: SampleData | None,
        lock: RLock,
    ) -> Self:
        """Build a simulator from chosen switches and data, by default those of Harbor."""
        switches = Switches.of(chosen)
        state = State(
            data or harbor(),
            lock=lock,
            file=StateFile(folder / "mailbaby.json") if folder else None,
            read_lag=switches.read_lag,
        )
        return cls(state, switches)

    @property
    def revision(self) -> int:
        """A number that grows with every change of state."""
        return self.state.revision

    def writes(self, request: Request) -> bool:
        """Whether the call is documented as a write; one that is not documented counts as such."""
        found = find_route(request.method, request.path)
        return found[0].write if found else request.method not in ("GET", "HEAD")

    def handle(self, request: Request) -> Response:
        """Answer a request whose path lies below the base URL."""
        headers = self.pace.refusal()
        if headers is not None:
            return self._turned_away(headers)
        try:
            return self._answer(request)
        except RefusalError as refusal:
            return refused(refusal)
        except FrameworkError as error:
            return uncaught(error, request, self.switches)

    def reset(self) -> None:
        """Go back to the sample data; every call breaks once more where it is to break."""
        self.state.reset()
        self._broken.clear()

    def _answer(self, request: Request) -> Response:
        found = find_route(request.method, request.path)
        if found is None:
            raise NoRouteError
        route, words = found
        if route.needs_key:
            self._authenticate(request)
        self._break(route)
        self._calls += 1
        return route.answer(Call(self.state, self.switches, request, words, self._calls))

    def _authenticate(self, request: Request) -> None:
        key = request.headers.get("x-api-key", "").strip(" \t")
        if not hmac.compare_digest(key.encode(), self.api_key.encode()):
            raise RefusalError("API key is missing or invalid", HTTPStatus.UNAUTHORIZED)

    def _break(self, route: Route) -> None:
        """Fail the first call of a route as `framework_error` says, before anything is done."""
        code = self.switches.framework_error
        if code != OFF and route not in self._broken:
            self._broken.add(route)
            raise FrameworkError(int(code) if code.isdigit() else code)

    def _turned_away(self, headers: Mapping[str, str]) -> Response:
        """Answer as a proxy in front of the service does."""
        response = page("<h1>Too many requests</h1>", int(self.switches.rate_limit_status))
        return Response(response.status, {**response.headers, **headers}, response.body)
