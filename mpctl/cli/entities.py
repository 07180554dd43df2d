"""`mpctl entities`: list what there is at a service."""

from __future__ import annotations

from fnmatch import fnmatchcase

import click

from mpctl.cli.completion import complete_entity
from mpctl.cli.looking import ensure_target, load_configuration, read_entity, show_table, usage
from mpctl.cli.options import Invocation, common_options
from mpctl.cli.targets import open_browser
from mpctl.core.browse import Listed
from mpctl.diagnostics import ExitCode, did_you_mean
from mpctl.policy import Configuration
from mpctl.providers import CAPABILITIES
from mpctl.render import Table
from mpctl.render.words import count


@click.command(
    epilog="""\b
Examples:
  mpctl entities domains
  mpctl entities users --under domains/acme.example
  mpctl entities customers --name 'acme*'
"""
)
@common_options
@click.argument("scope")
@click.option(
    "--under",
    metavar="ENTITY",
    shell_complete=complete_entity,
    help="Only those that belong to this entity.",
)
@click.option("--name", metavar="GLOB", help="Only names that match, with * and ?.")
def entities(invocation: Invocation, scope: str, under: str | None, name: str | None) -> ExitCode:
    """List what there is at a service: resellers, customers, domains, user_groups or users.

    The paths are what policies and other commands take as ENTITY.
    """
    configuration = load_configuration(invocation)
    above = read_entity(under, configuration, invocation) if under else None
    target = above.target if above else invocation.target or configuration.default_target
    ensure_target(target, configuration)
    _ensure_scope(scope, target, configuration)
    with open_browser(invocation, configuration, target) as browser:
        found = [one for one in browser.entities(scope, above) if _matches(one, name)]
    found.sort(key=lambda one: one.path)
    table = Table(
        ("entity", "id", "note"),
        tuple((one.path, one.ref.native_id, one.note) for one in found),
    )
    return show_table(
        invocation,
        count(len(found), "entity", "entities"),
        table,
        {"entities": [_json(one) for one in found]},
    )


def _ensure_scope(scope: str, target: str, configuration: Configuration) -> None:
    scopes = CAPABILITIES[configuration.targets[target].provider].scopes
    if scope not in scopes:
        raise usage(f"there is no scope {scope!r} at this service", did_you_mean(scope, scopes))


def _matches(one: Listed, name: str | None) -> bool:
    own = one.path.partition("/")[2].casefold()
    return name is None or fnmatchcase(own, name.casefold())


def _json(one: Listed) -> dict[str, str]:
    return {"entity": one.path, "id": one.ref.native_id, "note": one.note}
