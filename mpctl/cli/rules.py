"""`mpctl rules`: show the live rules of an entity."""

from __future__ import annotations

import click

from mpctl.cli.looking import entity_argument, look_at, show_table
from mpctl.cli.options import Invocation, unselective_options
from mpctl.core.browse import Level
from mpctl.core.rule import LiveRule
from mpctl.diagnostics import ExitCode
from mpctl.render import Table
from mpctl.render.words import count


@click.command(
    epilog="""\b
Examples:
  mpctl rules domains/acme.example
  mpctl rules users/alice.ng@acme.example --effective
"""
)
@unselective_options
@entity_argument()
@click.option(
    "--effective", is_flag=True, help="Also the rules of everything above, which apply too."
)
def rules(invocation: Invocation, entity: str, *, effective: bool) -> ExitCode:
    """Show the live rules of an entity, each with the entity where it stands.

    With --effective, the whole chain above it: an allow anywhere in it beats every block.
    """
    with look_at(invocation, entity) as (found, browser):
        levels = list(browser.chain(found, effective=effective))
    rows = [(level, rule) for level in levels for rule in _sorted(level)]
    table = Table(
        ("action", "value", "stands at", "id"),
        tuple((r.key.action.value, r.shown, level.path, r.native_id) for level, r in rows),
        empty="no rules",
    )
    unproven = [level.path for level in levels if not level.complete]
    doubt = f"; not proven complete: {', '.join(unproven)}" if unproven else ""
    return show_table(
        invocation,
        f"{found.path}: {count(len(rows), 'rule')}{doubt}",
        table,
        {"rules": [_json(level, rule) for level, rule in rows], "complete": not unproven},
    )


def _sorted(level: Level) -> list[LiveRule]:
    return sorted(level.rules, key=lambda rule: (rule.key, rule.native_id))


def _json(level: Level, rule: LiveRule) -> dict[str, str]:
    return {
        "entity": level.path,
        "action": rule.key.action.value,
        "kind": rule.key.match.kind.value,
        "match": rule.key.match.value,
        "shown": rule.shown,
        "id": rule.native_id,
    }
