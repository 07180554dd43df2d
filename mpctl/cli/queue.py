"""`mpctl queue`: look at a server's outbound queue, and act on one message."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final

import click

from mpctl.cli.acting import CONFIRM, DONE, Confirmation, Record, acting, acting_options
from mpctl.cli.looking import load_configuration, offering, usage
from mpctl.cli.options import Invocation, unselective_options
from mpctl.cli.targets import open_port
from mpctl.core.act import Act, Deed
from mpctl.core.mailflow import Queued
from mpctl.core.outcome import Status
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.ports import MailQueue
from mpctl.render import Document, Table, statement
from mpctl.render.words import count

NOTHING: Final = (Status.FAILED, "there was nothing to do")

_WRITES = ("reschedule", "cancel")
_ACTIONS = ("list", "show", *_WRITES)


@click.command(
    epilog="""\b
Examples:
  mpctl queue list
  mpctl queue show 217700302698266624
  mpctl queue reschedule 217700302698266624 --at 2026-11-22T09:00:00Z
  mpctl queue cancel 217700302698266624 --confirm
"""
)
@unselective_options
@click.argument("action", type=click.Choice(_ACTIONS))
@click.argument("number", required=False)
@click.option("--at", default="", metavar="TIME", help="When to try again, as in the example.")
@acting_options
def queue(
    invocation: Invocation,
    action: str,
    number: str | None,
    *,
    at: str,
    confirmation: Confirmation,
) -> ExitCode:
    """Look at a server's outbound queue, and act on one message: Stalwart's.

    Only one message is ever rescheduled or cancelled. The queue holds accepted mail on its way out;
    it is no quarantine.
    """
    _check_words(action, number, at)
    configuration = load_configuration(invocation)
    target = offering(MailQueue, invocation, configuration)
    if number is not None and action in _WRITES:
        with acting(invocation, configuration, target, confirmation) as (connection, record):
            mail_queue = connection.port(MailQueue)
            found = mail_queue.show(number)
            act = Act(Deed(action), target, number, _words(found) + (f", at {at}" if at else ""))
            if record is not None:
                _write(mail_queue, record, act, at)
            return _say(invocation, act, record)
    with open_port(MailQueue, invocation, configuration, target) as mail_queue:
        if number is None:
            return _list(invocation, mail_queue)
        return _show(invocation, mail_queue.show(number))


def _write(mail_queue: MailQueue, record: Record, act: Act, at: str) -> None:
    def write() -> bool:
        if act.deed is Deed.CANCEL:
            return mail_queue.cancel(act.subject)
        return mail_queue.reschedule(act.subject, _moment(at))

    if not record.doing(act, write, lambda done: DONE if done else NOTHING):
        raise MpctlError(_nothing_done(act))


def _check_words(action: str, number: str | None, at: str) -> None:
    if (action == "list") is (number is not None):
        raise usage(f"{action} takes {'no number' if number else 'the number of a message'}", "")
    if (action == "reschedule") is not bool(at):
        raise usage(f"{action} takes {'no --at' if at else '--at, the time to try again'}", "")
    if at:
        _moment(at)


def _moment(at: str) -> str:
    """The time as RFC 3339, in UTC."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise usage(f"{at!r} is not a time", "Write it as in 2026-11-21T09:00:00Z.") from error
    if moment.tzinfo is None:
        raise usage(f"{at!r} has no zone", "Write it as in 2026-11-21T09:00:00Z.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _list(invocation: Invocation, mail_queue: MailQueue) -> ExitCode:
    found = mail_queue.list()
    stopped = ", the queue is stopped" if found.running is False else ""
    columns = ("number", "from", "created", "recipients", "waiting")
    document = Document(
        headline=f"{count(len(found.messages), 'message')} in the queue{stopped}",
        summary="",
        tables=(Table(columns, tuple(map(_row, found.messages))),),
        banner=invocation.console.banner,
    )
    parts = {"queue": [asdict(message) for message in found.messages]}
    return invocation.console.show(document, exit_code=ExitCode.DONE, parts=parts)


def _row(message: Queued) -> tuple[str, ...]:
    first = next(
        (one for one in message.recipients if not one.status.startswith("completed")), None
    )
    waits = f"{first.address}: {first.status}" if first else ""
    return (
        message.id,
        message.sender or "<>",
        message.created,
        str(len(message.recipients)),
        waits,
    )


def _show(invocation: Invocation, message: Queued) -> ExitCode:
    rows = tuple((r.address, r.status, r.next_retry, r.expires) for r in message.recipients)
    document = Document(
        headline=f"Message {message.id} {_words(message)}",
        summary="",
        tables=(Table(("recipient", "status", "next retry", "expires"), rows),),
        banner=invocation.console.banner,
    )
    return invocation.console.show(
        document, exit_code=ExitCode.DONE, parts={"queue": [asdict(message)]}
    )


def _say(invocation: Invocation, act: Act, record: Record | None) -> ExitCode:
    what = f"{act.subject} {act.about}"
    headline = (
        f"{act.deed}: done for {what}"
        if record
        else f"[DRY RUN] would {act.deed} {what}; {CONFIRM}"
    )
    return invocation.console.show(
        statement(headline, banner=invocation.console.banner),
        exit_code=record.exit_code(ExitCode.DONE) if record else ExitCode.PENDING,
        parts={"dry_run": record is None, "done": {"what": act.deed, "subject": act.subject}},
    )


def _words(message: Queued) -> str:
    recipients = count(len(message.recipients), "recipient")
    return f"from {message.sender or '<>'} to {recipients}"


def _nothing_done(act: Act) -> Diagnostic:
    return Diagnostic(
        Code.NOT_FOUND,
        f"the service did not {act.deed} message {act.subject}",
        why="Nothing of it waits any more, or it was delivered in the meantime.",
        fix="mpctl queue list shows what waits.",
    )
