"""Reaching targets: a session each, with its key, its limits, and the sandbox where wanted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from mpctl import credentials
from mpctl.cli.clock import system_clock
from mpctl.cli.options import Invocation
from mpctl.core.stage import Stage
from mpctl.diagnostics import MpctlError
from mpctl.policy import Configuration, Target
from mpctl.ports import Browser, Provider
from mpctl.providers import CAPABILITIES
from mpctl.providers.service import Service, Setup, service
from mpctl.stages import during
from mpctl.transport import CallRecord, Limits, Session

if TYPE_CHECKING:
    from mpctl.cli.embedded import EmbeddedSandbox

Port = TypeVar("Port")


@dataclass(frozen=True, slots=True)
class Access:
    """How a target is reached: where, with which key, which account, how plans name the place."""

    base_url: str
    secrets: Mapping[str, credentials.Secret]
    place: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    """An open target: its service, its session, and what the provider is told."""

    service: Service
    session: Session
    setup: Setup

    def provider(self) -> Provider:
        """The way to plan and apply."""
        return self.service.provider(self.session, self.setup)

    def browser(self) -> Browser:
        """The way to look around."""
        return self.service.browser(self.session, self.setup)

    def offered(self, port: type[Port]) -> Port | None:
        """What only some services offer; None where this one does not."""
        offer = self.service.offers.get(port)
        return offer(self.session, self.setup) if offer else None

    def port(self, port: type[Port]) -> Port:
        """What a service offers that was chosen because it does."""
        offered: Port = self.service.offers[port](self.session, self.setup)
        return offered


@contextmanager
def open_providers(
    invocation: Invocation, configuration: Configuration, names: Iterable[str], *, writable: bool
) -> Iterator[Mapping[str, Provider]]:
    """Connect to the named targets; the credentials of others are not looked up."""
    with _connected(invocation, configuration, names, writable=writable) as connections:
        yield {name: connection.provider() for name, connection in connections.items()}


@contextmanager
def open_browser(
    invocation: Invocation, configuration: Configuration, name: str
) -> Iterator[Browser]:
    """Connect to one target to look around; nothing can be written."""
    with open_target(invocation, configuration, name) as connection:
        yield connection.browser()


@contextmanager
def open_target(
    invocation: Invocation, configuration: Configuration, name: str, *, writable: bool = False
) -> Iterator[Connection]:
    """Connect to one target, for more than one way to use it."""
    with _connected(invocation, configuration, [name], writable=writable) as connections:
        yield connections[name]


@contextmanager
def open_port(
    port: type[Port],
    invocation: Invocation,
    configuration: Configuration,
    name: str,
) -> Iterator[Port]:
    """Connect to one target to read what only some services offer; `name` is one of those."""
    with open_target(invocation, configuration, name) as connection:
        yield connection.port(port)


def connections_of(configuration: Configuration, names: Iterable[str]) -> int:
    """How many connections the named targets may have, all together."""
    return sum(_connections(configuration.targets[name]) for name in names)


@contextmanager
def _connected(
    invocation: Invocation, configuration: Configuration, names: Iterable[str], *, writable: bool
) -> Iterator[Mapping[str, Connection]]:
    with ExitStack() as stack:
        yield _opened(invocation, configuration, names, stack, writable=writable)


@during(Stage.CONNECT)
def _opened(
    invocation: Invocation,
    configuration: Configuration,
    names: Iterable[str],
    stack: ExitStack,
    *,
    writable: bool,
) -> dict[str, Connection]:
    """Open each target; the stack closes what was opened."""
    sandbox = None
    if invocation.console.sandbox:
        from mpctl.cli.embedded import embedded_sandbox  # noqa: PLC0415 - a hundred modules

        folder = invocation.state_folder / "sandbox"
        sandbox = stack.enter_context(embedded_sandbox(folder))
    connections = {}
    for name, access in _accesses(invocation, configuration, names, sandbox).items():
        target = configuration.targets[name]
        limits = _limits(target, paced=sandbox is None)
        spoken = service(target.provider)
        session = _session(invocation, access, spoken, limits, writable=writable)
        stack.callback(session.close)
        setup = Setup(access.place, limits.connections, access.account, target.options)
        connections[name] = Connection(spoken, session, setup)
    return connections


@during(Stage.KEYS)
def _accesses(
    invocation: Invocation,
    configuration: Configuration,
    names: Iterable[str],
    sandbox: EmbeddedSandbox | None,
) -> dict[str, Access]:
    """Find every key before anything is sent; what is missing is said all at once."""
    found: dict[str, Access] = {}
    with _together() as each:
        for name in sorted(names):
            with each():
                found[name] = _access(invocation, configuration, name, sandbox)
    return found


@contextmanager
def _together() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Let several things be tried one by one, and raise all that is wrong as one error."""
    errors: list[MpctlError] = []

    @contextmanager
    def each() -> Iterator[None]:
        try:
            yield
        except MpctlError as error:
            errors.append(error)

    yield each
    if errors:
        problems = [diagnostic for error in errors for diagnostic in error.diagnostics]
        raise MpctlError(*problems, exit_code=errors[0].exit_code)


def _session(
    invocation: Invocation, access: Access, spoken: Service, limits: Limits, *, writable: bool
) -> Session:
    clock, profiler = system_clock(), invocation.console.profiler
    revealed = {field: secret.reveal() for field, secret in access.secrets.items()}
    sources = dict.fromkeys(secret.source for secret in access.secrets.values())
    return Session(
        access.base_url,
        authorize=spoken.authorization(revealed, clock),
        calls=spoken.calls,
        limits=replace(
            limits,
            attempts=spoken.attempts,
            attempts_throttled=spoken.attempts_throttled,
            retry_after_default=spoken.pause,
        ),
        clock=profiler.watched(clock) if profiler else clock,
        secrets=tuple(revealed.values()),
        key_source=", ".join(sources),
        key_doubt=spoken.doubt(revealed),
        writable=writable,
        dialect=spoken.dialect,
        error_header=spoken.error_header,
        on_call=_tracer(invocation),
    )


def _access(
    invocation: Invocation,
    configuration: Configuration,
    name: str,
    sandbox: EmbeddedSandbox | None,
) -> Access:
    target = configuration.targets[name]
    if sandbox is not None:
        base_url, keys = sandbox.access(target.provider)
        secrets = {field: credentials.Secret(key, "the sandbox") for field, key in keys.items()}
        return Access(base_url, secrets, f"SANDBOX {target.provider}", target.account)
    default = target.base_url or CAPABILITIES[target.provider].base_url
    targets = configuration.targets.values()
    with _together() as each:
        with each():
            url, warnings = credentials.base_url(
                target, default, targets=targets, environment=os.environ
            )
            invocation.console.warn(warnings)
        with each():
            folder = (invocation.config or invocation.policies / "mpctl.yaml").parent
            found = credentials.find(target, targets=targets, folder=folder, environment=os.environ)
            invocation.console.warn(found.warnings)
        with each():
            account = credentials.account(
                target, target.account, targets=targets, environment=os.environ
            )
    return Access(url, found.secrets, url, account)


def _limits(target: Target, *, paced: bool) -> Limits:
    """The target's own figures, else the provider's; the sandbox is not paced."""
    capabilities = CAPABILITIES[target.provider]
    connections = _connections(target)
    if not paced:
        return Limits(connections)
    return Limits(
        connections,
        requests_per_second=target.requests_per_second or capabilities.requests_per_second,
        reads_per_minute=target.reads_per_minute or capabilities.reads_per_minute,
        writes_per_minute=target.writes_per_minute or capabilities.writes_per_minute,
    )


def _connections(target: Target) -> int:
    return target.max_concurrency or CAPABILITIES[target.provider].concurrency


def _tracer(invocation: Invocation) -> Callable[[CallRecord], None]:
    console = invocation.console

    def trace(record: CallRecord) -> None:
        if console.profiler is not None:
            console.profiler.asked(record.seconds)
        milliseconds = record.seconds * 1000
        console.remark(f"{record.call}: {record.result} ({milliseconds:.0f} ms)")

    return trace
