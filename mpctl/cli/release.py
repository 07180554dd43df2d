"""`mpctl release`: let one held message go."""

from __future__ import annotations

import click

from mpctl.cli.acting import Confirmation, acting, acting_options
from mpctl.cli.completion import complete_entity
from mpctl.cli.looking import ensure_offered, load_configuration, offering, read_entity
from mpctl.cli.options import Invocation, redact_option, unselective_options
from mpctl.cli.releasing import Caution, Work, delivery_options, read_numbers
from mpctl.cli.seeking import seeking
from mpctl.core.mail import Delivery
from mpctl.diagnostics import ExitCode
from mpctl.ports import Releaser


@click.command(
    epilog="""\b
Examples:
  mpctl release 1985000115                 shows the message, exit code 2
  mpctl release 1985000115 --confirm       lets it go
  mpctl release 1985000115 --recipients audit@acme.example --no-original
"""
)
@unselective_options
@click.argument("number", metavar="ID")
@click.option(
    "--entity",
    metavar="ENTITY",
    shell_complete=complete_entity,
    help="Look for it only there; everywhere otherwise.",
)
@delivery_options
@acting_options
@redact_option
def release(
    invocation: Invocation,
    number: str,
    *,
    entity: str | None,
    delivery: Delivery,
    caution: Caution,
    confirmation: Confirmation,
) -> ExitCode:
    """Let one held message go. It cannot be called back.

    The message is looked up first, so that the dry run shows whose it is and why it is held. It is
    sent once: if the answer is lost, what is held afterwards tells what became of it.
    """
    (wanted,) = read_numbers([number])
    configuration = load_configuration(invocation)
    below = read_entity(entity, configuration, invocation) if entity else None
    if below is not None:
        ensure_offered(Releaser, below.target, configuration)
    target = below.target if below else offering(Releaser, invocation, configuration)
    with (
        seeking(below),
        acting(invocation, configuration, target, confirmation) as (connection, record),
    ):
        work = Work(invocation, connection, target, delivery, caution, confirmation, record, below)
        selection = work.quarantine.select([wanted])
        return work.run(selection, singly=True)
