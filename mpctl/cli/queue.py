"""`mpctl queue`: look at a server's outbound queue, and act on one message."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import click

from mpctl.cli.looking import load_configuration, offering, usage
from mpctl.cli.options import Invocation, common_options
from mpctl.cli.targets import open_port
from mpctl.core.mailflow import Queued
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.ports import MailQueue
from mpctl.render import Document, Table, statement
from mpctl.render.words import count

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
@common_options
@click.argument("action", type=click.Choice(_ACTIONS))
@click.argument("number", required=False)
@click.option("--at", default="", metavar="TIME", help="When to try again, as in the example.")
@click.option("--confirm", is_flag=True, help="Really write. Without it nothing is written.")
def queue(
    invocation: Invocation, action: str, number: str | None, *, at: str, confirm: bool
) -> ExitCode:
    """Look at a server's outbound queue, and act on one message: Stalwart's.

    Only one message is ever rescheduled or cancelled. The queue holds accepted mail on its way out;
    it is no quarantine.
    """
    _check_words(action, number, at)
    configuration = load_configuration(invocation)
    target = offering(MailQueue, invocation, configuration)
    writes = action in _WRITES and confirm
    with open_port(MailQueue, invocation, configuration, target, writable=writes) as mail_queue:
        if number is None:
            return _list(invocation, mail_queue)
        found = mail_queue.show(number)
        if action == "show":
            return _show(invocation, found)
        if not confirm:
            return _say(invocation, f"[DRY RUN] would {action} {_words(found)}", action, found)
        if action == "cancel":
            done = mail_queue.cancel(number)
        else:
            done = mail_queue.reschedule(number, _moment(at))
    if not done:
        raise MpctlError(_nothing_done(found, action))
    return _say(invocation, f"{action}: done for {_words(found)}", action, found, done=True)


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
        headline=f"Message {_words(message)}",
        summary="",
        tables=(Table(("recipient", "status", "next retry", "expires"), rows),),
        banner=invocation.console.banner,
    )
    return invocation.console.show(
        document, exit_code=ExitCode.DONE, parts={"queue": [asdict(message)]}
    )


def _say(
    invocation: Invocation, headline: str, action: str, message: Queued, *, done: bool = False
) -> ExitCode:
    return invocation.console.show(
        statement(headline, banner=invocation.console.banner),
        exit_code=ExitCode.DONE if done else ExitCode.PENDING,
        parts={"dry_run": not done, "done": {"what": action, "subject": message.id}},
    )


def _words(message: Queued) -> str:
    recipients = count(len(message.recipients), "recipient")
    return f"{message.id} from {message.sender or '<>'} to {recipients}"


def _nothing_done(message: Queued, action: str) -> Diagnostic:
    return Diagnostic(
        Code.NOT_FOUND,
        f"the service did not {action} message {message.id}",
        why="Nothing of it waits any more, or it was delivered in the meantime.",
        fix="mpctl queue list shows what waits.",
    )
