"""What the commands that look around share: one entity on the command line, one target, a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from mpctl import policy
from mpctl.cli.completion import complete_entity
from mpctl.cli.options import Invocation
from mpctl.cli.seeking import seeking
from mpctl.cli.targets import Port, open_browser, open_port
from mpctl.core.capabilities import Scope
from mpctl.core.entity import Entity, EntityError, parse_entity
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, did_you_mean
from mpctl.ports import Browser
from mpctl.providers import CAPABILITIES
from mpctl.providers.service import service
from mpctl.render import Document, Table


def entity_argument(name: str = "entity") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An ENTITY on the command line, written as in policies and completed from them."""
    return click.argument(name, metavar="ENTITY", shell_complete=complete_entity)


def load_configuration(invocation: Invocation) -> policy.Configuration:
    """Read `mpctl.yaml`; these commands need no policies, so broken ones do not stop them."""
    return policy.load_configuration(
        invocation.policies, config=invocation.config, capabilities=CAPABILITIES
    )


def read_entity(text: str, configuration: policy.Configuration, invocation: Invocation) -> Entity:
    """Read an entity as the user wrote it.

    Raises MpctlError (bad usage) when it is none of this service, or names another target.
    """
    default = invocation.target or configuration.default_target
    try:
        entity = parse_entity(text, default_target=default)
    except EntityError as error:
        raise usage(f"{text!r} is not an entity: {error}", "") from error
    ensure_target(entity.target, configuration)
    if invocation.target and entity.target != invocation.target:
        raise usage(f"{text!r} is not an entity of target {invocation.target!r}", "")
    scope = ensure_scope(entity.scope, entity.target, configuration)
    if wrong := policy.wrong_name(entity, scope):
        fix = f"Write it as in {scope.example}, or by its number as in {scope.name}/id:9101."
        raise usage(wrong, fix)
    return entity


def ensure_target(name: str, configuration: policy.Configuration) -> None:
    """Raise MpctlError (bad usage) unless there is such a target."""
    if name not in configuration.targets:
        raise usage(f"there is no target {name!r}", did_you_mean(name, configuration.targets))


def offering(port: type, invocation: Invocation, configuration: policy.Configuration) -> str:
    """The target that is meant: the one that was named, else the only one that offers this.

    Raises MpctlError (bad usage) where that target's service does not offer it, or several do.
    """
    if invocation.target:
        ensure_target(invocation.target, configuration)
        ensure_offered(port, invocation.target, configuration)
        return invocation.target
    able = _able(port)
    names = [n for n, target in configuration.targets.items() if target.provider in able]
    if not names:
        raise _not_offered("no target has such a thing", able)
    if len(names) > 1:
        raise usage(f"several targets have this: {', '.join(names)}", "Name one with --target.")
    return names[0]


def ensure_offered(port: type, name: str, configuration: policy.Configuration) -> None:
    """Raise MpctlError (bad usage) unless the service of this target offers this."""
    able = _able(port)
    if configuration.targets[name].provider not in able:
        raise _not_offered(f"target {name!r} has no such thing", able)


def ensure_scope(name: str, target: str, configuration: policy.Configuration) -> Scope:
    """Give the scope of this name; raise MpctlError (bad usage) when the service has none."""
    scopes = CAPABILITIES[configuration.targets[target].provider].scopes
    if name not in scopes:
        others = _having_scope(name, configuration)
        fix = f"Add --target {' or '.join(others)}." if others else did_you_mean(name, scopes)
        raise usage(f"there is no scope {name!r} at this service", fix)
    return scopes[name]


def _having_scope(name: str, configuration: policy.Configuration) -> list[str]:
    targets = configuration.targets.values()
    return [one.name for one in targets if name in CAPABILITIES[one.provider].scopes]


@contextmanager
def look_at(invocation: Invocation, text: str) -> Iterator[tuple[Entity, Browser]]:
    """An entity of the command line, and the way to look at its target."""
    configuration = load_configuration(invocation)
    entity = read_entity(text, configuration, invocation)
    with seeking(entity), open_browser(invocation, configuration, entity.target) as browser:
        yield entity, browser


@contextmanager
def look_through(
    port: type[Port], invocation: Invocation, text: str
) -> Iterator[tuple[Entity, Port]]:
    """An entity of the command line, and what only some services offer, here at its target."""
    configuration = load_configuration(invocation)
    entity = read_entity(text, configuration, invocation)
    ensure_offered(port, entity.target, configuration)
    with open_port(port, invocation, configuration, entity.target) as offered:
        yield entity, offered


def show_table(
    invocation: Invocation, headline: str, table: Table, parts: Mapping[str, Any]
) -> ExitCode:
    """Show a table as the result of a command."""
    document = Document(
        headline=headline, summary="", tables=(table,), banner=invocation.console.banner
    )
    return invocation.console.show(document, exit_code=ExitCode.DONE, parts=parts)


def usage(summary: str, fix: str) -> MpctlError:
    """Bad usage, as an error."""
    return MpctlError(Diagnostic(Code.USAGE, summary, fix=fix), exit_code=ExitCode.USAGE)


def _able(port: type) -> list[str]:
    return sorted(name for name in CAPABILITIES if port in service(name).offers)


def _not_offered(summary: str, able: list[str]) -> MpctlError:
    return usage(summary, f"Only {', '.join(able)} can do this.")
