"""The simulated Rackspace Email service: two keys, a state, and answers to requests."""

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from threading import RLock
from typing import Self

from mpctl.sandbox.disk import StateFile
from mpctl.sandbox.exchange import Request, Response
from mpctl.sandbox.rackspace.answers import (
    Answer,
    RefusalError,
    bad_request,
    not_found,
    refused,
    spoken,
    unauthorized,
    wanted_format,
)
from mpctl.sandbox.rackspace.call import Call
from mpctl.sandbox.rackspace.harbor import harbor
from mpctl.sandbox.rackspace.pacing import Pace
from mpctl.sandbox.rackspace.routes import find_route, is_write
from mpctl.sandbox.rackspace.sample import SampleData
from mpctl.sandbox.rackspace.signature import is_signed
from mpctl.sandbox.rackspace.state import State
from mpctl.sandbox.rackspace.switches import Switches
from mpctl.sandbox.service import Service

USER_KEY = "SandboxUserKeyHarbor"
SECRET_KEY = "SandboxSecretKeyOfHarborITServices/+0000"  # noqa: S105 - opens the sandbox only


class Rackspace(Service):
    """One simulator: `user_key` and `secret_key` open it at `base_url`, `state` is what it holds.

    `clock` gives Unix time in seconds; tests may put another one in its place.
    """

    name = "rackspace"
    prefix = "/rackspace/v1"

    def __init__(self, state: State, switches: Switches) -> None:
        self.user_key = USER_KEY
        self.secret_key = SECRET_KEY
        self.state = state
        self.switches = switches
        self.origin = ""
        self.clock: Callable[[], float] = time.time
        self._pace = Pace(switches)
        self._bad_signatures = 0

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
        file = StateFile(folder / "rackspace.json") if folder else None
        state = State(data or harbor(), lock=lock, file=file, read_lag=switches.read_lag)
        return cls(state, switches)

    @property
    def revision(self) -> int:
        """A number that grows with every change of state."""
        return self.state.revision

    def writes(self, request: Request) -> bool:
        """Whether the call is documented as a write; one that is not documented counts as such."""
        return is_write(request.method, request.path)

    def handle(self, request: Request) -> Response:
        """Answer a request whose path lies below the base URL."""
        now = self.clock()
        format_ = wanted_format(request, self.switches)
        try:
            self._authenticate(request, now)
            self._pace.check(request, now)
            self._check_shape(request, format_)
            return spoken(self._answer(request), format_ or "json", self.switches)
        except RefusalError as refusal:
            return refused(refusal, format_ or "json", self.switches, now)

    def reset(self) -> None:
        """Go back to the sample data."""
        self.state.reset()

    def _answer(self, request: Request) -> Answer:
        found = find_route(request.path)
        if found is None:
            raise not_found("Resource", request.path)
        route, words = found
        endpoint = route.endpoints.get(request.method)
        if endpoint is None:
            raise RefusalError(int(self.switches.wrong_method), "Method not allowed")
        return endpoint(Call(self.state, self.switches, request, words))

    def _check_shape(self, request: Request, format_: str | None) -> None:
        if format_ is None:
            raise RefusalError(HTTPStatus.NOT_ACCEPTABLE, "Invalid format")
        if "%" in request.path and self.switches.wildcard_in_path == "400":
            raise bad_request("A potentially dangerous Request.Path value was detected (%)")
        is_bare = request.method != "GET" and "content-length" not in request.headers
        if is_bare and self.switches.content_length == "required":
            raise RefusalError(HTTPStatus.LENGTH_REQUIRED, "Length required")

    def _authenticate(self, request: Request, now: float) -> None:
        is_known = is_signed(
            request,
            user_key=self.user_key,
            secret_key=self.secret_key,
            now=now,
            seconds=self.switches.signature_seconds,
        )
        is_locked = 0 < self.switches.lock_after <= self._bad_signatures
        if is_known and not is_locked:
            self._bad_signatures = 0
            return
        self._bad_signatures += not is_known
        raise unauthorized("Authentication failed.")
