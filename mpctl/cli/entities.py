"""`mpctl entities`: list what there is at a service."""

from __future__ import annotations

from fnmatch import fnmatchcase

import click

from mpctl.cli.completion import complete_entity
from mpctl.cli.looking import (
    ensure_scope,
    ensure_target,
    load_configuration,
    read_entity,
    show_table,
    usage,
)
from mpctl.cli.options import Invocation, common_options
from mpctl.cli.seeking import seeking
from mpctl.cli.targets import open_browser
from mpctl.cli.workspace import is_wanted
from mpctl.core.browse import Listed
from mpctl.core.entity import parse_entity
from mpctl.diagnostics import ExitCode
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
    ensure_scope(scope, target, configuration)
    with seeking(above), open_browser(invocation, configuration, target) as browser:
        listing = browser.entities(scope, above)
    named = [one for one in listing.entities if _matches(one, name)]
    found = sorted(_selected(named, invocation, target), key=_place)
    table = Table(
        ("entity", "id", "note"),
        tuple((one.path, one.ref.native_id, one.note) for one in found),
    )
    doubt = f"; not proven complete: {listing.doubt}" if listing.doubt else ""
    return show_table(
        invocation,
        count(len(found), "entity", "entities") + doubt,
        table,
        {"entities": [_json(one) for one in found], "complete": not listing.doubt},
    )


def _selected(listed: list[Listed], invocation: Invocation, target: str) -> list[Listed]:
    """What --only leaves; a selector without a target means the one that is listed."""
    entities = [(parse_entity(one.path, default_target=target), one) for one in listed]
    selected = [one for entity, one in entities if is_wanted(entity, invocation, target)]
    if listed and not selected:
        raise usage(f"--only {' '.join(invocation.only)} matches nothing that is listed", "")
    return selected


def _place(one: Listed) -> tuple[str, int, str]:
    """By path, and ids that are numbers by their value."""
    return one.path, len(one.ref.native_id), one.ref.native_id


def _matches(one: Listed, name: str | None) -> bool:
    own = one.path.partition("/")[2].casefold()
    return name is None or fnmatchcase(own, name.casefold())


def _json(one: Listed) -> dict[str, str]:
    return {"entity": one.path, "id": one.ref.native_id, "note": one.note}
