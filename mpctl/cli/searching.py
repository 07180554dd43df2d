"""The options that say which messages are wanted, checked before anything is asked."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import click

from mpctl.cli.clock import system_clock
from mpctl.cli.looking import usage
from mpctl.cli.moments import beginning, ending
from mpctl.core.capabilities import Flow
from mpctl.core.mail import Decision, Search, SortField
from mpctl.diagnostics import ExitCode

LARGEST_PAGE: Final = 50

_DECISIONS: Final = tuple(one.value for one in Decision)
_FIELDS: Final = tuple(one.value for one in SortField)

_FILTERS: Final = (
    click.option(
        "--sender", default="", metavar="TEXT", help="In the envelope's sender, or in From."
    ),
    click.option("--recipient", default="", metavar="TEXT", help="In a recipient."),
    click.option("--subject", default="", metavar="TEXT", help="In the subject."),
    click.option(
        "--decision",
        type=click.Choice(_DECISIONS),
        metavar="WORD",
        help=f"What became of it: {', '.join(_DECISIONS)}.",
    ),
    click.option("--direction", type=click.Choice([one.value for one in Flow])),
    click.option(
        "--since", default="", metavar="TIME", help="RFC 3339, a date, or a span as in 2h, 3d."
    ),
    click.option("--until", default="", metavar="TIME", help="Likewise; a date counts whole."),
    click.option(
        "--quick",
        is_flag=True,
        help="Let the service do the searching; it may overlook what holds a text in part.",
    ),
)

_ORDER: Final = (
    click.option(
        "--sort-field",
        type=click.Choice(_FIELDS),
        default=SortField.TIME.value,
        show_default=True,
        metavar="FIELD",
        help=f"{', '.join(_FIELDS)}.",
    ),
    click.option(
        "--sort-direction", type=click.Choice(["desc", "asc"]), default="desc", show_default=True
    ),
    click.option(
        "--page",
        type=click.IntRange(min=1, max=1_000_000),
        default=1,
        show_default=True,
        help="The first page to read.",
    ),
    click.option(
        "--page-size",
        type=click.IntRange(min=1, max=LARGEST_PAGE),
        help="Rows to ask for at a time.  [default: the largest]",
    ),
)


def filter_options(command: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
    """Add the options that narrow a listing; the command gets a `search`."""

    @functools.wraps(command)
    def filtered(
        *arguments: Any,
        sender: str,
        recipient: str,
        subject: str,
        decision: str | None,
        direction: str | None,
        since: str,
        until: str,
        quick: bool,
        **options: Any,
    ) -> ExitCode:
        search = Search(
            sender=sender.strip(),
            recipient=recipient.strip(),
            subject=subject.strip(),
            decision=Decision(decision) if decision else None,
            flow=Flow(direction) if direction else None,
            quick=quick,
        )
        return command(*arguments, search=_within(search, since, until), **options)

    for option in reversed(_FILTERS):
        filtered = option(filtered)
    return filtered


def order_options(command: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
    """Add the options about order and pages to the `search` of a command."""

    @functools.wraps(command)
    def ordered(
        *arguments: Any,
        search: Search,
        sort_field: str,
        sort_direction: str,
        page: int,
        page_size: int | None,
        **options: Any,
    ) -> ExitCode:
        found = replace(
            search,
            sort_field=SortField(sort_field),
            descending=sort_direction == "desc",
            page=page,
            page_size=page_size,
        )
        return command(*arguments, search=found, **options)

    for option in reversed(_ORDER):
        ordered = option(ordered)
    return ordered


def _within(search: Search, since: str, until: str) -> Search:
    now = system_clock().now()
    begin = beginning(since, now) if since else None
    end = ending(until, now) if until else None
    if begin and end and begin > end:
        raise usage(f"--since {since} is later than --until {until}", "Exchange the two.")
    return replace(search, since=begin, until=end)
