"""`mpctl config`: show the settings of an entity."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from mpctl.cli.looking import entity_argument, look_at, show_table
from mpctl.cli.options import Invocation, common_options
from mpctl.diagnostics import ExitCode
from mpctl.render import Table

_FIRST = "permissions"


@click.command(
    epilog="""\b
Examples:
  mpctl config domains/acme.example
  mpctl config customers/id:5001 --all
"""
)
@common_options
@entity_argument()
@click.option("--all", "everything", is_flag=True, help="The whole document, not permissions only.")
def config(invocation: Invocation, entity: str, *, everything: bool) -> ExitCode:
    """Show the settings of an entity, the permissions first.

    The values are those in effect: the service does not say which are inherited.
    """
    with look_at(invocation, entity) as (found, browser):
        document = browser.configuration(found)
    first = {key: value for key, value in document.items() if key == _FIRST}
    chosen = document if everything or not first else first
    rows = sorted(_leaves(chosen), key=lambda row: (not row[0].startswith(_FIRST), row[0]))
    table = Table(("setting", "value"), tuple(rows), empty="no settings")
    return show_table(invocation, found.path, table, {"configuration": chosen})


def _leaves(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in document.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", json.dumps(value, ensure_ascii=False)
