"""`mpctl messages`: what is held."""

from __future__ import annotations

from datetime import datetime

import click

from mpctl.cli.listing import Listing, is_counted, limit_option, show_listing
from mpctl.cli.looking import entity_argument, look_through
from mpctl.cli.options import Invocation, redact_option, row_options
from mpctl.cli.searching import filter_options, order_options
from mpctl.cli.seeking import sought
from mpctl.cli.sinks import Layout, Shown
from mpctl.core.mail import HeldMessage, Search
from mpctl.diagnostics import ExitCode
from mpctl.ports import MailLog
from mpctl.render.messages import ELASTIC, HELD_COLUMNS, HELD_FIELDS, held_cells, held_json


@click.command(
    epilog="""\b
Examples:
  mpctl messages domains/acme.example
  mpctl messages users/alice.ng@acme.example --sender promo@bulk.example
  mpctl messages domains/acme.example --since 2026-11-20 --format jsonl
"""
)
@row_options
@entity_argument()
@filter_options
@order_options
@limit_option
@redact_option
def messages(invocation: Invocation, entity: str, *, search: Search, limit: int | None) -> ExitCode:
    """Show the messages that are held for an entity and for everything below it, newest first.

    The id is what release takes.

    A TEXT is compared without case. A whole address means that address, anything else a part.
    """
    with look_through(MailLog, invocation, entity) as (found, mail_log):
        layout = Layout(
            title=found.path,
            noun="held message",
            plural="held messages",
            columns=HELD_COLUMNS,
            elastic=ELASTIC,
            fields=HELD_FIELDS,
        )
        pages = sought(mail_log.held(found, search), found)
        listing = Listing(pages, _shown, limit, counted=is_counted(search))
        return show_listing(invocation.console, layout, listing)


def _shown(message: HeldMessage) -> Shown:
    return Shown(held_json(message), held_cells(message, datetime.astimezone))
