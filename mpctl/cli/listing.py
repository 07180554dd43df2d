"""Long listings, shown while they are read, and brought to a proper end whatever happens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import click

from mpctl.cli.console import Console, ReaderGone
from mpctl.cli.progress import progress_for
from mpctl.cli.signals import interruption
from mpctl.cli.sinks import End, Layout, Shown, Sink, open_sink
from mpctl.core.mail import Message, Page, Search
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, Severity
from mpctl.ports import SILENCE, Progress

Row = TypeVar("Row", bound=Message)

# How many rows a table has unless others are asked for.
SHOWN: Final = 50
_TIMES: Final = 10
# How many pages are read only to find out whether there is more than was asked for.
_PATIENCE: Final = 2

limit_option: Final = click.option(
    "--limit",
    type=click.IntRange(min=1, max=1_000_000),
    metavar="N",
    help=f"Show no more than N rows.  [default: {SHOWN} in text, else all]",
)


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """The pages of a listing, how a row of it is shown, and at most how many.

    `counted` if the service counts the same rows, because none is left out.
    """

    pages: Iterator[Page[Row]]
    show: Callable[[Row], Shown]
    limit: int | None = None
    counted: bool = False


def show_listing(console: Console, layout: Layout, listing: Listing[Row]) -> ExitCode:
    """Read and show, until there is no more, or enough, or something stops it.

    What was read is shown also when a page cannot be read, or the user breaks off.
    """
    with suppress(ReaderGone), interruption() as signals:
        with open_sink(console, layout, signals) as sink:
            try:
                with _progress(console) as progress:
                    end = _pour(listing, sink, progress)
            except MpctlError as error:
                end = End(exit_code=error.exit_code, diagnostics=error.diagnostics)
            except KeyboardInterrupt:
                signals.shield()
                end = End(exit_code=ExitCode.INTERRUPTED, diagnostics=(_INTERRUPTED,))
            signals.shield()
            sink.close(end)
        return end.exit_code
    return ExitCode.DONE


def is_counted(search: Search) -> bool:
    """Tell whether a search leaves nothing out, so that the service counts the same rows."""
    order = Search(
        sort_field=search.sort_field, descending=search.descending, page_size=search.page_size
    )
    return search == order


def _pour(listing: Listing[Row], sink: Sink, progress: Progress) -> End:
    """Bring rows from the pages to the sink."""
    shown, idle, doubt = 0, 0, ""
    for page in listing.pages:
        progress.expect(f"Page {page.number}, {shown} found so far", 0)
        for number, row in enumerate(page.rows):
            if shown == listing.limit:
                return _cut_short(page, len(page.rows) - number, shown, listing)
            sink.put(listing.show(row))
            shown += 1
        idle += shown == listing.limit
        if idle > _PATIENCE:
            return End(more="There may be more.")
        doubt = page.doubt
    return End(complete=not doubt, diagnostics=_doubtful(doubt))


def _cut_short(page: Page[Row], left: int, shown: int, listing: Listing[Row]) -> End:
    """The end of a listing of which enough was shown; at least `left` rows were not."""
    total = page.total if listing.counted else None
    more = f"{total - shown}" if total and total >= shown + left else f"At least {left}"
    return End(more=f"{more} more; --limit {_TIMES * shown} shows further ones.")


def _doubtful(doubt: str) -> tuple[Diagnostic, ...]:
    if not doubt:
        return ()
    return (
        Diagnostic(
            Code.INCOMPLETE_LISTING,
            f"rows may be missing: {doubt}",
            why="What is not shown here may be there all the same.",
            severity=Severity.WARNING,
        ),
    )


def _progress(console: Console) -> AbstractContextManager[Progress]:
    """A bar, unless it would stand among the rows on the same terminal."""
    among = console.format != "text" and console.output is None and sys.stdout.isatty()
    return nullcontext(SILENCE) if among else progress_for(console)


_INTERRUPTED: Final = Diagnostic(
    Code.INTERRUPTED,
    "the listing was interrupted",
    why="What was read until then is shown.",
    fix="Run the command again; it only reads.",
)
