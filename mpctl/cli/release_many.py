"""`mpctl release-many`: let several held messages go."""

from __future__ import annotations

from dataclasses import replace

import click

from mpctl.cli.acting import Confirmation, acting, acting_options
from mpctl.cli.looking import (
    ensure_offered,
    entity_argument,
    load_configuration,
    read_entity,
    usage,
)
from mpctl.cli.options import Invocation, redact_option, unselective_options
from mpctl.cli.releasing import Caution, Work, delivery_options, read_numbers
from mpctl.cli.searching import filter_options
from mpctl.cli.seeking import seeking
from mpctl.core.mail import Delivery, Search
from mpctl.core.release import Selection
from mpctl.diagnostics import ExitCode
from mpctl.operate import Quarantine
from mpctl.ports import MailLog, Releaser

_EVERYTHING = Search()


@click.command(
    name="release-many",
    epilog="""\b
Examples:
  mpctl release-many domains/acme.example --ids 1985000115,1985000133
  mpctl release-many domains/acme.example --all --sender news --since 2d
  mpctl release-many domains/acme.example --all --sender news --confirm
""",
)
@unselective_options
@entity_argument()
@click.option("--ids", metavar="IDS", help="These messages, separated by commas.")
@click.option("--all", "everything", is_flag=True, help="All that the filters below leave.")
@click.option("--yes-all", is_flag=True, help="With --all: really all, without any filter.")
@filter_options
@delivery_options
@acting_options
@redact_option
def release_many(
    invocation: Invocation,
    entity: str,
    *,
    ids: str | None,
    everything: bool,
    yes_all: bool,
    search: Search,
    delivery: Delivery,
    caution: Caution,
    confirmation: Confirmation,
) -> ExitCode:
    """Let several messages go that are held for an entity or below it. None can be called back.

    With --all the held messages are listed first, and exactly those are released by their ids, 50
    at a time. Each id of an answer is compared with what was asked for.
    """
    numbers = _numbers(ids, everything=everything, yes_all=yes_all, search=search)
    configuration = load_configuration(invocation)
    below = read_entity(entity, configuration, invocation)
    ensure_offered(Releaser, below.target, configuration)
    with (
        seeking(below),
        acting(invocation, configuration, below.target, confirmation) as (connection, record),
    ):
        work = Work(
            invocation, connection, below.target, delivery, caution, confirmation, record, below
        )
        if numbers:
            mail_log = connection.port(MailLog)
            selection = _placed(work.quarantine.select(numbers), Quarantine(mail_log))
        else:
            selection = work.quarantine.everything(search)
        return work.run(selection, singly=False)


def _numbers(
    ids: str | None, *, everything: bool, yes_all: bool, search: Search
) -> tuple[str, ...]:
    """The numbers that were named; none for all that the search wants."""
    if (ids is None) is not everything:
        raise usage("say either --ids or --all", "--all takes filters, as in --sender.")
    filtered = replace(search, quick=False) != _EVERYTHING
    if ids is not None:
        if filtered or yes_all:
            raise usage("--ids takes no filters", "They narrow --all.")
        return read_numbers(ids.split(","))
    if not filtered and not yes_all:
        raise usage(
            "--all without a filter would release everything that is held there",
            "Narrow it, as in --sender or --since; or add --yes-all if that is what you want.",
        )
    return ()


def _placed(selection: Selection, anywhere: Quarantine) -> Selection:
    """Say of messages that are not held below the entity where they are held."""
    if not selection.missing:
        return selection
    look = anywhere.look(frozenset(selection.missing))
    if not look.held:
        return selection
    found = anywhere.select([number for number in selection.missing if number in look.held])
    places = {one.id: f"{one.id} is held for {one.mailbox}" for one in found.messages}
    return replace(selection, missing={**selection.missing, **places})
