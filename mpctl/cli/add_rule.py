"""`mpctl add-rule`: write one rule into its policy, and see what that means."""

from __future__ import annotations

import click

from mpctl.cli.clock import system_clock
from mpctl.cli.fulfilling import fulfil
from mpctl.cli.looking import entity_argument
from mpctl.cli.options import Invocation, unselective_options
from mpctl.cli.wishing import (
    Extent,
    action_options,
    expiry_of,
    extent_options,
    key_of,
    kind_option,
    open_book,
    the_action,
    wished_rule,
)
from mpctl.diagnostics import ExitCode


@click.command(
    epilog="""\b
Examples:
  mpctl add-rule domains/acme.example spammer.example --block
  mpctl add-rule domains/acme.example a@vendor.example --allow --ticket HD-1
  mpctl add-rule domains/acme.example bad.example --block --apply --confirm
"""
)
@unselective_options
@entity_argument()
@click.argument("value")
@action_options
@click.option("--reason", metavar="TEXT", help="Why the rule exists.")
@click.option("--ticket", metavar="TEXT", help="Where it was asked for.")
@click.option("--requested-by", metavar="TEXT", help="Who asked for it.")
@click.option(
    "--expires", metavar="WHEN", help="Its last day (UTC), or an RFC 3339 time from which it ends."
)
@kind_option
@extent_options
def add_rule(
    invocation: Invocation,
    entity: str,
    value: str,
    *,
    allow: bool,
    block: bool,
    reason: str | None,
    ticket: str | None,
    requested_by: str | None,
    expires: str | None,
    kind: str | None,
    extent: Extent,
) -> ExitCode:
    """Write a rule into the policy of an entity, and show the plan of that entity.

    The file is edited in its place: comments and layout stay. A list that was not written before
    is added as additive, and an entity that no policy names gets a file, so that one new rule
    takes nothing over. A rule that stands already is not written again.

    With --apply --confirm just this change is made at the service, too; what else is pending is
    named and left alone. With --apply alone nothing is written, neither file nor service.
    """
    key = key_of(the_action(allow=allow, block=block), value, kind)
    book = open_book(invocation)
    wish = wished_rule(
        invocation,
        book,
        entity,
        key,
        value,
        kind=kind,
        expires=expiry_of(expires, system_clock().now()),
        reason=reason,
        ticket=ticket,
        requested_by=requested_by,
    )
    return fulfil(invocation, book, wish, extent)
