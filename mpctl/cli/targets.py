"""Reaching targets: a session each, with its key, its limits, and the sandbox where wanted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from mpctl import credentials
from mpctl.cli.clock import system_clock
from mpctl.cli.embedded import EmbeddedSandbox, embedded_sandbox
from mpctl.cli.options import Invocation
from mpctl.diagnostics import MpctlError
from mpctl.policy import Configuration, Target
from mpctl.ports import Browser, Provider
from mpctl.providers import CAPABILITIES
from mpctl.providers.mailprotector.browsing import Browsing
from mpctl.providers.mailprotector.native import CALLS
from mpctl.providers.mailprotector.provider import Mailprotector
from mpctl.transport import CallRecord, Limits, Session


@dataclass(frozen=True, slots=True)
class Access:
    """How a target is reached: where, with which key, and how plans name the place."""

    base_url: str
    key: credentials.Secret
    service: str


@dataclass(frozen=True, slots=True)
class Connection:
    """An open target: its session, its limits and how plans name it."""

    session: Session
    limits: Limits
    service: str


@contextmanager
def open_providers(
    invocation: Invocation, configuration: Configuration, names: Iterable[str], *, writable: bool
) -> Iterator[Mapping[str, Provider]]:
    """Connect to the named targets; the credentials of others are not looked up."""
    with _connected(invocation, configuration, names, writable=writable) as connections:
        yield {
            name: Mailprotector(
                connection.session,
                service=connection.service,
                connections=connection.limits.connections,
            )
            for name, connection in connections.items()
        }


@contextmanager
def open_browser(
    invocation: Invocation, configuration: Configuration, name: str
) -> Iterator[Browser]:
    """Connect to one target to look around; nothing can be written."""
    with _connected(invocation, configuration, [name], writable=False) as connections:
        yield Browsing(connections[name].session, connections[name].service)


def state_folder(invocation: Invocation) -> Path:
    """Where this machine keeps its state: `MPCTL_STATE`, else `.mpctl` beside the policy root."""
    chosen = os.environ.get("MPCTL_STATE")
    return Path(chosen) if chosen else invocation.policies.resolve().parent / ".mpctl"


@contextmanager
def _connected(
    invocation: Invocation, configuration: Configuration, names: Iterable[str], *, writable: bool
) -> Iterator[Mapping[str, Connection]]:
    with ExitStack() as stack:
        sandbox = None
        if invocation.console.sandbox:
            folder = state_folder(invocation) / "sandbox"
            sandbox = stack.enter_context(embedded_sandbox(folder))
        connections = {}
        for name, access in _accesses(invocation, configuration, names, sandbox).items():
            limits = _limits(configuration.targets[name], paced=sandbox is None)
            session = _session(invocation, access, limits, writable=writable)
            stack.callback(session.close)
            connections[name] = Connection(session, limits, access.service)
        yield connections


def _accesses(
    invocation: Invocation,
    configuration: Configuration,
    names: Iterable[str],
    sandbox: EmbeddedSandbox | None,
) -> dict[str, Access]:
    """Find every key before anything is sent; what is missing is said all at once."""
    found: dict[str, Access] = {}
    errors: list[MpctlError] = []
    for name in sorted(names):
        try:
            found[name] = _access(invocation, configuration, name, sandbox)
        except MpctlError as error:
            errors.append(error)
    if errors:
        problems = [diagnostic for error in errors for diagnostic in error.diagnostics]
        raise MpctlError(*problems, exit_code=errors[0].exit_code)
    return found


def _session(invocation: Invocation, access: Access, limits: Limits, *, writable: bool) -> Session:
    return Session(
        access.base_url,
        authorize=lambda: {"Authorization": f"Bearer {access.key.reveal()}"},
        calls=CALLS,
        limits=limits,
        clock=system_clock(),
        secrets=(access.key.reveal(),),
        key_source=access.key.source,
        writable=writable,
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
        base_url, key = sandbox.access(target.provider)
        secret = credentials.Secret(key, "the sandbox")
        return Access(base_url, secret, service=f"SANDBOX {target.provider}")
    default = target.base_url or CAPABILITIES[target.provider].base_url
    url, warnings = credentials.base_url(target.provider, default, os.environ)
    invocation.console.warn(warnings)
    found = credentials.find(
        target,
        targets=configuration.targets.values(),
        folder=(invocation.config or invocation.policies / "mpctl.yaml").parent,
        environment=os.environ,
    )
    invocation.console.warn(found.warnings)
    return Access(url, found.secrets["api_key"], service=url)


def _limits(target: Target, *, paced: bool) -> Limits:
    """The target's own figures, else the provider's; the sandbox is not paced."""
    capabilities = CAPABILITIES[target.provider]
    rate = target.requests_per_second or capabilities.requests_per_second
    return Limits(
        connections=target.max_concurrency or capabilities.concurrency,
        requests_per_second=rate if paced else None,
    )


def _tracer(invocation: Invocation) -> Callable[[CallRecord], None]:
    def trace(record: CallRecord) -> None:
        milliseconds = record.seconds * 1000
        invocation.console.remark(f"{record.call}: {record.result} ({milliseconds:.0f} ms)")

    return trace
