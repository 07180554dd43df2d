"""`mpctl config`: show the settings of an entity."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from mpctl.cli.looking import entity_argument, load_configuration, read_entity, show_table
from mpctl.cli.options import Invocation, unselective_options
from mpctl.cli.seeking import seeking
from mpctl.cli.targets import open_browser
from mpctl.diagnostics import ExitCode
from mpctl.providers import CAPABILITIES
from mpctl.render import Table

_PERMISSIONS = "permissions"


@click.command(
    epilog="""\b
Examples:
  mpctl config domains/acme.example
  mpctl config customers/id:5001 --all
"""
)
@unselective_options
@entity_argument()
@click.option("--all", "everything", is_flag=True, help="Everything that is known of it.")
def config(invocation: Invocation, entity: str, *, everything: bool) -> ExitCode:
    """Show the settings of an entity that policies can write, and its permissions.

    The values are those in effect: the service does not say which are inherited.
    """
    configuration = load_configuration(invocation)
    found = read_entity(entity, configuration, invocation)
    with seeking(found), open_browser(invocation, configuration, found.target) as browser:
        document = browser.configuration(found)
    managed = CAPABILITIES[configuration.targets[found.target].provider].settings
    first = {k: value for k, value in document.items() if k == _PERMISSIONS or k in managed}
    chosen = document if everything or not first else first
    rows = sorted(_leaves(chosen), key=lambda row: (row[0].partition(".")[0] not in first, row[0]))
    table = Table(("setting", "value"), tuple(rows), empty="no settings")
    return show_table(invocation, found.path, table, {"configuration": chosen})


def _leaves(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in document.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", json.dumps(value, ensure_ascii=False)
