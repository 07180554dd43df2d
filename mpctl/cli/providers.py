"""`mpctl providers`: say what each service can express."""

from __future__ import annotations

import click

from mpctl.cli.looking import show_table
from mpctl.cli.options import Invocation, common_options
from mpctl.core.capabilities import Capabilities
from mpctl.core.rule import Action
from mpctl.diagnostics import ExitCode
from mpctl.providers import CAPABILITIES
from mpctl.render import Table

_COLUMNS = ("provider", "scopes", "allow", "block", "settings", "wins", "flow", "base URL")


@click.command(
    epilog="""\b
Examples:
  mpctl providers
  mpctl providers --format json
"""
)
@common_options
def providers(invocation: Invocation) -> ExitCode:
    """Say what each service can express: scopes, kinds of rules, settings, which action wins."""
    known = CAPABILITIES.values()
    table = Table(_COLUMNS, tuple(_row(capabilities) for capabilities in known))
    return show_table(
        invocation, "", table, {"providers": [_json(capabilities) for capabilities in known]}
    )


def _kinds(capabilities: Capabilities, action: Action) -> list[str]:
    return sorted(kind.value for kind in capabilities.kinds[action])


def _row(capabilities: Capabilities) -> tuple[str, ...]:
    return (
        capabilities.provider,
        " ".join(capabilities.scopes),
        " ".join(_kinds(capabilities, Action.ALLOW)),
        " ".join(_kinds(capabilities, Action.BLOCK)),
        " ".join(capabilities.settings),
        capabilities.wins.value,
        capabilities.flow.value,
        capabilities.base_url or "yours",
    )


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
    }
