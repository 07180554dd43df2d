"""One request without fixtures, for laws: each example has a server of its own."""

from __future__ import annotations

from contextlib import closing

from mpctl.transport import CallTable, Limits, Session, TransportError
from tests.clock import FakeClock
from tests.transport.loopback import KEY, Loopback, in_turn, raw


def words_after(text: str, status: int = 422) -> str:
    """What mpctl says of a request that is refused with this text."""
    body = text.encode("utf-8", "replace")
    with Loopback(in_turn(raw(status, body))) as server:
        session = Session(
            server.url,
            authorize=lambda: {"Authorization": f"Bearer {KEY}"},
            calls=CallTable(()),
            limits=Limits(attempts=1),
            clock=FakeClock().clock,
            secrets=(KEY,),
            writable=True,
        )
        with closing(session):
            try:
                session.request("POST", "/things")
            except TransportError as error:
                return f"{error} {vars(error)}"
    raise AssertionError("the request was not refused")
