"""A Stalwart server of one's own making, and what went over the wire to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from mpctl.core.outcome import ApplyResult, Outcome
from mpctl.ports import Provider
from mpctl.providers.service import Setup
from mpctl.providers.stalwart.plumbing import wanted
from mpctl.providers.stalwart.service import SERVICE
from mpctl.sandbox import Sandbox
from mpctl.sandbox.stalwart import SampleData
from mpctl.transport import Limits, Session
from tests.clock import FakeClock
from tests.conformance.mailserver import MailServer
from tests.conformance.service import NO_SWITCHES, Choice

LISTED = ["_keep", "block.domain.old.example", "allow.domain.older.example"]


class Host(MailServer):
    """A server with chosen settings, spoken to with chosen options."""

    def __init__(self, settings: Mapping[str, str], ip_block: str = "mail", **options: str) -> None:
        self.stored = {"spam-filter.pyzor.enable": "false", **settings}
        self.options = {"ip_block": ip_block, **options}
        self.entries: list[str] = []

    def open(self, switches: Choice = NO_SWITCHES) -> Sandbox:
        """A sandbox that holds it."""
        chosen = {f"stalwart.{name}": value for name, value in switches.items()}
        data = SampleData.tiny({"mpctl": self.entries}, settings=self.stored)
        return Sandbox(switches=chosen, stalwart=data)

    @contextmanager
    def connect(
        self, sandbox: Sandbox, clock: FakeClock, *, writable: bool, connections: int = 1
    ) -> Iterator[Provider]:
        """A provider with the options."""
        with closing(session(sandbox, clock, writable=writable)) as opened:
            setup = Setup("SANDBOX", connections, options=self.options)
            yield SERVICE.provider(opened, setup)


def session(sandbox: Sandbox, clock: FakeClock, *, writable: bool = True) -> Session:
    """A session with the simulator."""
    simulator = sandbox.stalwart
    simulator.pace.clock = lambda: clock.now().timestamp()
    return Session(
        simulator.base_url,
        authorize=SERVICE.authorization({"token": simulator.api_token}, clock.clock),
        calls=SERVICE.calls,
        limits=Limits(connections=1, attempts=SERVICE.attempts),
        clock=clock.clock,
        writable=writable,
        dialect=SERVICE.dialect,
    )


def ready(ip_block: str = "mail", **settings: str) -> Host:
    """A server with the plumbing and two rules."""
    plumbing = {key: value for key, value in wanted().items() if not key.startswith("lookup.")}
    host = Host({**plumbing, **settings}, ip_block)
    host.entries = LISTED
    return host


def calls(sandbox: Sandbox, since: int = 0) -> list[str]:
    """The writes, as they went over the wire."""
    return [f"{r.method} {r.path}" for r in sandbox.requests[since:] if r.write]


def outcomes(result: ApplyResult) -> list[Outcome]:
    """The ends of all operations."""
    return [end for ends in result.outcomes.values() for end in ends]
