"""`mpctl blocks`: list the senders that a service has flagged of its own accord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from fnmatch import fnmatchcase

import click

from mpctl.cli.looking import load_configuration, offering
from mpctl.cli.options import Invocation, unselective_options
from mpctl.cli.targets import open_port
from mpctl.core.flagged import Category, Flagged
from mpctl.diagnostics import ExitCode
from mpctl.ports import BlockList
from mpctl.render import Document, Table
from mpctl.render.words import count

_TITLES = {
    Category.LOCAL: "local: messages of the last 5 days that the filter flagged",
    Category.MBTRAP: "mbtrap: messages of the last 5 days that hit a trap",
    Category.SUBJECT: "subject: senders with many equal, suspicious subjects in the last 3 days",
}


@click.command(
    epilog="""\b
Examples:
  mpctl blocks
  mpctl blocks '*@acme.example' --format json
"""
)
@unselective_options
@click.argument("sender", nargs=-1)
def blocks(invocation: Invocation, sender: tuple[str, ...]) -> ExitCode:
    """List the senders that a service has flagged of its own accord: MailBaby's block list.

    SENDER narrows that to addresses, with * and ?. The list is the whole account's: the service
    does not say which order a message came from.
    """
    configuration = load_configuration(invocation)
    target = offering(BlockList, invocation, configuration)
    with open_port(BlockList, invocation, configuration, target) as block_list:
        found = [one for one in block_list.flagged() if _wanted(one, sender)]
    document = Document(
        headline=count(len(found), "flagged row"),
        summary="",
        tables=tuple(table(category, found) for category in Category),
        banner=invocation.console.banner,
    )
    return invocation.console.show(
        document, exit_code=ExitCode.DONE, parts={"blocks": as_json(found)}
    )


def table(category: Category, found: Sequence[Flagged]) -> Table:
    """The rows of one category as a table."""
    rows = [one for one in found if one.category is category]
    if category is Category.SUBJECT:
        return Table(
            ("from", "subject"),
            tuple((one.sender, one.subject) for one in rows),
            _TITLES[category],
            "nobody",
        )
    return Table(
        ("date", "from", "subject", "to", "message id"),
        tuple((o.date, o.sender, o.subject, o.recipients, o.message_id) for o in rows),
        _TITLES[category],
    )


def as_json(found: Sequence[Flagged]) -> dict[str, list[dict[str, str]]]:
    """The rows by category."""
    rows = [(one.category, asdict(one)) for one in found]
    for _, row in rows:
        del row["category"]
    return {c.value: [row for category, row in rows if category is c] for c in Category}


def _wanted(one: Flagged, globs: Sequence[str]) -> bool:
    sender = one.sender.casefold()
    return not globs or any(fnmatchcase(sender, glob.casefold()) for glob in globs)
