"""`mpctl providers`: say what each service can express."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

import click

from mpctl.cli.options import Invocation, offline, unselective_options
from mpctl.core.capabilities import Capabilities
from mpctl.core.match import Kind
from mpctl.core.rule import Action, SettingValue
from mpctl.diagnostics import ExitCode
from mpctl.providers import CAPABILITIES
from mpctl.render import Document, Table

_SERVICES = ("provider", "flow", "wins", "sender is", "domain covers subdomains", "base URL")
_ENTITIES = ("provider", "scope", "example")
_RULES = ("provider", "rule", "allow", "block", "native form")
_SETTINGS = ("provider", "setting", "values, strictest first", "at")
_OPTIONS = ("provider", "option", "values, the default first", "says")
_ANYWHERE = "every scope"


@click.command(
    epilog="""\b
Examples:
  mpctl providers
  mpctl providers --target relay
  mpctl providers --format json
"""
)
@unselective_options
@offline
def providers(invocation: Invocation) -> ExitCode:
    """Say what each service can express, and what its rules mean there.

    Which way the mail goes, which action wins where an allow and a block meet, what a sender is
    compared with, whether a domain covers its subdomains; scopes, kinds of rules, settings, and
    options of a target. With --target, only of the service behind that one.
    """
    known = _meant(invocation)
    document = Document(
        headline="",
        summary="",
        tables=(
            Table(_SERVICES, tuple(map(_service, known)), title="Services"),
            Table(_ENTITIES, _rows(known, _entities), title="Entities"),
            Table(_RULES, _rows(known, _rules), title="Rules"),
            Table(_SETTINGS, _rows(known, _settings), title="Settings"),
            Table(_OPTIONS, _rows(known, _options), title="Options of a target"),
        ),
        banner=invocation.console.banner,
    )
    parts = {"providers": [_json(capabilities) for capabilities in known]}
    return invocation.console.show(document, exit_code=ExitCode.DONE, parts=parts)


def _meant(invocation: Invocation) -> Collection[Capabilities]:
    """The service of the target that was named, or all; no policies are needed for those."""
    if not invocation.target:
        return CAPABILITIES.values()
    # Slow to import, and needed for a target alone.
    from mpctl.cli.looking import ensure_target, load_configuration  # noqa: PLC0415

    configuration = load_configuration(invocation)
    ensure_target(invocation.target, configuration)
    return (CAPABILITIES[configuration.targets[invocation.target].provider],)


_Row = tuple[str, ...]


def _rows(
    known: Iterable[Capabilities], rows: Callable[[Capabilities], Iterable[_Row]]
) -> tuple[_Row, ...]:
    return tuple((one.provider, *row) for one in known for row in rows(one))


def _service(one: Capabilities) -> _Row:
    means = one.semantics
    covers = means.domain_covers_subdomains.value
    base_url = one.base_url or "your own server's"
    return one.provider, one.flow.value, one.wins.value, means.sender, covers, base_url


def _entities(one: Capabilities) -> Iterator[_Row]:
    return ((scope.name, scope.example) for scope in one.scopes.values())


def _rules(one: Capabilities) -> Iterator[_Row]:
    for kind in Kind:
        able = {action: kind in one.kinds.get(action, ()) for action in Action}
        if any(able.values()):
            words = ("yes" if able[action] else "no" for action in Action)
            yield kind.value, *words, one.semantics.native.get(kind, "")


def _settings(one: Capabilities) -> Iterator[_Row]:
    for spec in one.settings.values():
        values = ", ".join(map(_value, spec.values)) or spec.form.value
        yield spec.name, values, ", ".join(sorted(spec.scopes)) or _ANYWHERE


def _value(value: SettingValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _options(one: Capabilities) -> Iterator[_Row]:
    return ((o.name, ", ".join(o.values), o.help) for o in one.options.values())


def _kinds(capabilities: Capabilities, action: Action) -> list[str]:
    return sorted(kind.value for kind in capabilities.kinds.get(action, ()))


def _json(capabilities: Capabilities) -> dict[str, object]:
    return {
        "provider": capabilities.provider,
        "base_url": capabilities.base_url,
        "scopes": {scope.name: scope.example for scope in capabilities.scopes.values()},
        "allow": _kinds(capabilities, Action.ALLOW),
        "block": _kinds(capabilities, Action.BLOCK),
        "settings": {s.name: list(s.values) for s in capabilities.settings.values()},
        "wins": capabilities.wins.value,
        "flow": capabilities.flow.value,
        "semantics": {
            "sender": capabilities.semantics.sender,
            "domain_covers_subdomains": capabilities.semantics.domain_covers_subdomains.value,
            "native": {k.value: form for k, form in capabilities.semantics.native.items()},
        },
        "options": {o.name: list(o.values) for o in capabilities.options.values()},
    }
