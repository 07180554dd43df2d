"""The simulated CloudFilter service: a key, a state, and answers to requests."""

import hmac
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from threading import RLock
from typing import Self

from mpctl.sandbox.disk import StateFile
from mpctl.sandbox.exchange import Request, Response
from mpctl.sandbox.mailprotector.answers import RefusalError, refused, spoken
from mpctl.sandbox.mailprotector.call import Call, not_found
from mpctl.sandbox.mailprotector.harbor import harbor
from mpctl.sandbox.mailprotector.routes import find_route
from mpctl.sandbox.mailprotector.sample import SampleData
from mpctl.sandbox.mailprotector.state import State
from mpctl.sandbox.mailprotector.switches import Switches
from mpctl.sandbox.pacing import Pace
from mpctl.sandbox.service import Service

API_KEY = "sandbox-key-of-harbor-it-services"


class Mailprotector(Service):
    """One simulator: `api_key` opens it at `base_url`, `state` is what it holds."""

    name = "mailprotector"
    prefix = "/mailprotector/api/v1"
    api_key = API_KEY

    def __init__(
        self, state: State, switches: Switches, *, clock: Callable[[], float] = time.time
    ) -> None:
        self.state = state
        self.switches = switches
        self.origin = ""
        self.pace = Pace(switches.rate_limit, switches.retry_after, clock)

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
            file=StateFile(folder / "mailprotector.json") if folder else None,
            read_lag=switches.read_lag,
            put_mode=switches.config_put,
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
        try:
            self._authenticate(request)
            self._throttle()
            found = find_route(request.method, request.path)
            if found is None:
                raise not_found()
            route, words = found
            call = Call(self.state, self.switches, request, words)
            return spoken(route.answer(call), self.switches)
        except RefusalError as refusal:
            return refused(refusal, self.switches)

    def reset(self) -> None:
        """Go back to the sample data."""
        self.state.reset()

    def _throttle(self) -> None:
        headers = self.pace.refusal()
        if headers is not None:
            raise RefusalError(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests", headers=headers)

    def _authenticate(self, request: Request) -> None:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        known = hmac.compare_digest(key.strip().encode(), self.api_key.encode())
        if scheme.lower() != "bearer" or not known:
            raise RefusalError(HTTPStatus.UNAUTHORIZED, "Invalid API key")
