"""Everything that a command works with, composed: policies, targets, providers, the sandbox."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from mpctl import credentials, policy
from mpctl.cli.clock import system_clock
from mpctl.cli.embedded import EmbeddedSandbox, embedded_sandbox
from mpctl.cli.options import Invocation
from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import Entity, EntityError, selects
from mpctl.core.state import DesiredState
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, did_you_mean
from mpctl.ports import Provider
from mpctl.providers import CAPABILITIES
from mpctl.providers.mailprotector.native import CALLS
from mpctl.providers.mailprotector.provider import Mailprotector
from mpctl.transport import CallRecord, Limits, Session


@dataclass(frozen=True, slots=True)
class Access:
    """How a target is reached: where, with which key, and how plans name the place."""

    base_url: str
    key: str
    service: str


def load_policies(invocation: Invocation) -> policy.Repository:
    """Read and check the policies, narrowed to what `--target` and `--only` ask for."""
    repository = policy.load(
        invocation.policies, config=invocation.config, capabilities=CAPABILITIES
    )
    return replace(repository, desired=_selected(repository, invocation))


@contextmanager
def open_providers(
    invocation: Invocation, repository: policy.Repository, *, writable: bool
) -> Iterator[Mapping[str, Provider]]:
    """Connect to the targets that the selected entities name; credentials of others stay alone."""
    touched = sorted({entity.target for entity in repository.desired.entities})
    with ExitStack() as stack:
        sandbox = stack.enter_context(_sandbox(invocation))
        providers: dict[str, Provider] = {}
        for name in touched:
            target = repository.configuration.targets[name]
            session = _session(invocation, target, sandbox, writable=writable)
            stack.callback(session[0].close)
            providers[name] = _provider(target, *session)
        yield providers


def state_folder(invocation: Invocation) -> Path:
    """Where this machine keeps its state: `MPCTL_STATE`, else `.mpctl` beside the policy root."""
    chosen = os.environ.get("MPCTL_STATE")
    return Path(chosen) if chosen else invocation.policies.resolve().parent / ".mpctl"


@contextmanager
def _sandbox(invocation: Invocation) -> Iterator[EmbeddedSandbox | None]:
    if not invocation.console.sandbox:
        yield None
        return
    with embedded_sandbox(state_folder(invocation) / "sandbox") as sandbox:
        yield sandbox


def _session(
    invocation: Invocation,
    target: policy.Target,
    sandbox: EmbeddedSandbox | None,
    *,
    writable: bool,
) -> tuple[Session, str]:
    capabilities = CAPABILITIES[target.provider]
    access = _access(invocation, target, capabilities, sandbox)
    session = Session(
        access.base_url,
        authorize=lambda: {"Authorization": f"Bearer {access.key}"},
        calls=CALLS,
        limits=limits_of(target, capabilities, paced=sandbox is None),
        clock=system_clock(),
        secrets=(access.key,),
        writable=writable,
        on_call=_tracer(invocation),
    )
    return session, access.service


def _access(
    invocation: Invocation,
    target: policy.Target,
    capabilities: Capabilities,
    sandbox: EmbeddedSandbox | None,
) -> Access:
    if sandbox is not None:
        base_url, key = sandbox.access(target.provider)
        return Access(base_url, key, service=f"SANDBOX {target.provider}")
    default = target.base_url or capabilities.base_url
    url, warnings = credentials.base_url(target.provider, default, os.environ)
    invocation.console.warn(warnings)
    return Access(url, credentials.api_key(target.provider, target.name, os.environ), service=url)


def limits_of(target: policy.Target, capabilities: Capabilities, *, paced: bool) -> Limits:
    """The limits of a target: its own figures, else the provider's; the sandbox is not paced."""
    rate = target.requests_per_second or capabilities.requests_per_second
    return Limits(
        connections=target.max_concurrency or capabilities.concurrency,
        requests_per_second=rate if paced else None,
    )


def _provider(target: policy.Target, session: Session, service: str) -> Provider:
    connections = target.max_concurrency or CAPABILITIES[target.provider].concurrency
    return Mailprotector(session, service=service, connections=connections)


def _tracer(invocation: Invocation) -> Callable[[CallRecord], None]:
    def trace(record: CallRecord) -> None:
        milliseconds = record.seconds * 1000
        invocation.console.remark(f"{record.call}: {record.result} ({milliseconds:.0f} ms)")

    return trace


def _selected(repository: policy.Repository, invocation: Invocation) -> DesiredState:
    configuration, desired = repository.configuration, repository.desired
    if invocation.target and invocation.target not in configuration.targets:
        raise _usage(
            f"there is no target {invocation.target!r}",
            did_you_mean(invocation.target, configuration.targets),
        )
    chosen = {
        entity: declared
        for entity, declared in desired.entities.items()
        if _wanted(entity, invocation, configuration.default_target)
    }
    if invocation.only and not chosen:
        selectors = " ".join(invocation.only)
        raise _usage(f"--only {selectors} matches no declared entity", _examples(desired))
    return DesiredState(chosen)


def _wanted(entity: Entity, invocation: Invocation, default_target: str) -> bool:
    if invocation.target and entity.target != invocation.target:
        return False
    try:
        return not invocation.only or any(
            selects(selector, entity, default_target=invocation.target or default_target)
            for selector in invocation.only
        )
    except EntityError as error:
        raise _usage(f"--only is not a selector: {error}", "") from error


def _examples(desired: DesiredState) -> str:
    some = ", ".join(entity.path for entity in sorted(desired.entities)[:3])
    return f"Declared are, for example: {some}." if some else ""


def _usage(summary: str, fix: str) -> MpctlError:
    return MpctlError(Diagnostic(Code.USAGE, summary, fix=fix), exit_code=ExitCode.USAGE)
