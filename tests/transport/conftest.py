"""Fixtures: a session connected to a scripted server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from typing import Any, Protocol

import pytest

from mpctl.transport import (
    Call,
    CallTable,
    Dialect,
    Effect,
    Limits,
    Params,
    Repeat,
    Session,
    plain_http,
)
from tests.clock import FakeClock
from tests.transport.loopback import KEY, Line, Loopback, Script


def _more_than_names(params: Params) -> str:
    return "" if params.get("fields") == "name" else "It holds hashes."


CALLS = CallTable(
    (
        Call("GET", "/things", Effect.READ, Repeat.ALWAYS),
        Call("GET", "/things/{}", Effect.READ, Repeat.ALWAYS),
        Call("POST", "/things/find", Effect.READ, Repeat.ALWAYS),
        Call("POST", "/things", Effect.WRITE, Repeat.IF_REFUSED),
        Call("PUT", "/things/{}", Effect.WRITE, Repeat.ALWAYS),
        Call("DELETE", "/things/{}", Effect.WRITE, Repeat.ALWAYS),
        Call("PUT", "/silent/{}", Effect.WRITE, Repeat.ALWAYS, mute=True),
        Call("GET", "/people", Effect.READ, objection=_more_than_names),
        Call("GET", "/secrets", Effect.FORBIDDEN, why="Its answer holds a password."),
    )
)
NO_LIMITS: Mapping[str, Any] = {}


class Connect(Protocol):
    """Connects a session to a server with this script; `limits` are fields of `Limits`."""

    def __call__(
        self,
        script: Script,
        *,
        writable: bool = True,
        base_url: str | None = None,
        limits: Mapping[str, Any] = NO_LIMITS,
        calls: CallTable = CALLS,
        clock: FakeClock | None = None,
        dialect: Dialect = plain_http,
    ) -> Line:
        """Take what a session takes; a base URL replaces that of the server."""


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connect sessions that are closed, and servers that are gone, when the test ends."""
    with ExitStack() as stack:

        def start(
            script: Script,
            *,
            writable: bool = True,
            base_url: str | None = None,
            limits: Mapping[str, Any] = NO_LIMITS,
            calls: CallTable = CALLS,
            clock: FakeClock | None = None,
            dialect: Dialect = plain_http,
        ) -> Line:
            server = stack.enter_context(Loopback(script))
            clock = clock or FakeClock()
            trace: list[str] = []
            session = Session(
                base_url or server.url,
                authorize=lambda: {"Authorization": f"Bearer {KEY}"},
                calls=calls,
                limits=Limits(**limits),
                clock=clock.clock,
                secrets=(KEY,),
                writable=writable,
                dialect=dialect,
                on_call=lambda record: trace.append(f"{record.call}: {record.result}"),
            )
            stack.enter_context(closing(session))
            return Line(session, server.seen, clock, server.url, trace)

        yield start
