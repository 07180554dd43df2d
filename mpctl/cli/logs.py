"""`mpctl logs`: what became of messages."""

from __future__ import annotations

from datetime import datetime

import click

from mpctl.cli.listing import Listing, is_counted, limit_option, show_listing
from mpctl.cli.looking import entity_argument, look_through
from mpctl.cli.options import Invocation, redact_option, row_options
from mpctl.cli.searching import filter_options, order_options
from mpctl.cli.seeking import sought
from mpctl.cli.sinks import Layout, Shown
from mpctl.core.entity import Entity
from mpctl.core.mail import LogEntry, Search
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, Severity
from mpctl.operate import StillHeld, still_held
from mpctl.ports import MailLog
from mpctl.render.messages import ELASTIC, LOG_COLUMNS, LOG_FIELDS, entry_cells, entry_json


@click.command(
    epilog="""\b
Examples:
  mpctl logs users/alice.ng@acme.example --since 2h
  mpctl logs domains/acme.example --sender vendor.example --since 3d
  mpctl logs 'customers/Globex Dental' --decision quarantine_spam --format csv
"""
)
@row_options
@entity_argument()
@filter_options
@order_options
@limit_option
@redact_option
def logs(invocation: Invocation, entity: str, *, search: Search, limit: int | None) -> ExitCode:
    """Show what became of the messages of an entity and of everything below it, newest first.

    An entry whose message is still held shows the number that release takes. No number links the
    two: they agree in sender, recipient, subject and time.

    A TEXT is compared without case. A whole address means that address, anything else a part.
    """
    with look_through(MailLog, invocation, entity) as (found, mail_log):
        marks = _Marks(invocation, mail_log, found, search)
        layout = Layout(
            title=found.path,
            noun="log entry",
            plural="log entries",
            columns=LOG_COLUMNS,
            elastic=ELASTIC,
            fields=LOG_FIELDS,
            remark=marks.remark,
        )
        pages = sought(mail_log.entries(found, search), found)
        listing = Listing(pages, marks.show, limit, counted=is_counted(search))
        return show_listing(invocation.console, layout, listing)


class _Marks:
    """Rows with their held messages; where those cannot be read, the rows are shown without."""

    def __init__(
        self, invocation: Invocation, mail_log: MailLog, entity: Entity, search: Search
    ) -> None:
        self._console = invocation.console
        self._held: StillHeld | None = still_held(mail_log, entity, search)

    def show(self, entry: LogEntry) -> Shown:
        held = self._of(entry)
        return Shown(entry_json(entry, held), entry_cells(entry, held, datetime.astimezone))

    def remark(self) -> str:
        doubt = self._held.doubt if self._held else ""
        return f"Marks of held messages may be missing: {doubt}." if doubt else ""

    def _of(self, entry: LogEntry) -> tuple[str, ...] | None:
        if self._held is None:
            return None
        try:
            return self._held.of(entry)
        except MpctlError as error:
            self._held = None
            self._console.warn((_unmarked(error),))
            return None


def _unmarked(error: MpctlError) -> Diagnostic:
    return Diagnostic(
        Code.INCOMPLETE_LISTING,
        "which of these messages are still held cannot be told",
        why=f"The held messages cannot be read: {error}.",
        severity=Severity.WARNING,
    )
