"""`mpctl remove-rule`: take one rule out of its policy, and see what that means."""

from __future__ import annotations

import click

from mpctl.cli.fulfilling import fulfil
from mpctl.cli.looking import entity_argument
from mpctl.cli.options import Invocation, unselective_options
from mpctl.cli.wishing import (
    Extent,
    action_options,
    extent_options,
    key_of,
    kind_option,
    open_book,
    the_action,
    unwished_rule,
)
from mpctl.diagnostics import ExitCode


@click.command(
    epilog="""\b
Examples:
  mpctl remove-rule domains/acme.example spammer.example --block
  mpctl remove-rule domains/acme.example a.example --allow --apply --confirm
"""
)
@unselective_options
@entity_argument()
@click.argument("value")
@action_options
@kind_option
@extent_options
def remove_rule(
    invocation: Invocation,
    entity: str,
    value: str,
    *,
    allow: bool,
    block: bool,
    kind: str | None,
    extent: Extent,
) -> ExitCode:
    """Take a rule out of the policy of an entity, and show the plan of that entity.

    A list that loses its last rule stays as an empty one, so that it is still owned. A rule that a
    rule set brings is not touched: it is said how to except it for this entity.

    With --apply --confirm just this rule is removed at the service, too; what else is pending is
    named and left alone. With --apply alone nothing is written, neither file nor service.
    """
    key = key_of(the_action(allow=allow, block=block), value, kind)
    book = open_book(invocation)
    return fulfil(invocation, book, unwished_rule(invocation, book, entity, key, value), extent)
