"""`mpctl delist`: take a sender off a service's own block list."""

from __future__ import annotations

import click

from mpctl.cli.acting import CONFIRM, DONE, Confirmation, Record, Verdict, acting, acting_options
from mpctl.cli.blocks import as_json, table
from mpctl.cli.clock import system_clock
from mpctl.cli.looking import load_configuration, offering, usage
from mpctl.cli.options import Invocation, unselective_options
from mpctl.core.act import Act, Deed
from mpctl.core.flagged import Category
from mpctl.core.match import Kind, MatchError, parse_match
from mpctl.core.outcome import Status
from mpctl.diagnostics import Code, Diagnostic, ExitCode, Severity
from mpctl.operate import Delisting, look_up
from mpctl.operate import delist as take_off
from mpctl.ports import BlockList
from mpctl.render import Document
from mpctl.render.words import count


@click.command(
    epilog="""\b
Examples:
  mpctl delist news@acme.example              shows it, exit code 2
  mpctl delist news@acme.example --confirm    does it
"""
)
@unselective_options
@click.argument("address")
@acting_options
def delist(invocation: Invocation, address: str, *, confirmation: Confirmation) -> ExitCode:
    """Take a sender off a service's own block list: MailBaby's.

    Without --confirm it says what it would do, and exit code 2. An address that the list does not
    show is sent all the same, with a warning: the list reaches back some days only. The filter may
    list the sender again.
    """
    try:
        sender = parse_match(address, Kind.EMAIL).value
    except MatchError as error:
        raise usage(error.what, error.hint) from error
    configuration = load_configuration(invocation)
    target = offering(BlockList, invocation, configuration)
    with acting(invocation, configuration, target, confirmation) as (connection, record):
        block_list = connection.port(BlockList)
        before = look_up(block_list, sender)
        if record is None:
            return _show(invocation, before, None, ExitCode.PENDING)
        after = _take_off(record, target, block_list, before)
        code = ExitCode.PARTIAL if after.shown else ExitCode.DONE
        return _show(invocation, before, after, record.exit_code(code))


def _take_off(record: Record, target: str, block_list: BlockList, before: Delisting) -> Delisting:
    act = Act(Deed.DELIST, target, before.address, f"shown {count(len(before.shown), 'time')}")
    return record.doing(act, lambda: take_off(block_list, before, system_clock().sleep), _judge)


def _judge(after: Delisting) -> Verdict:
    return (Status.UNKNOWN, "it is still shown") if after.shown else DONE


def _show(
    invocation: Invocation, before: Delisting, after: Delisting | None, code: ExitCode
) -> ExitCode:
    findings = tuple(_findings(before, after))
    left = before if after is None else after
    document = Document(
        headline=_headline(before, after),
        summary="",
        tables=tuple(table(c, left.shown) for c in Category if _any(left, c)),
        diagnostics=findings,
        banner=invocation.console.banner,
    )
    return invocation.console.show(
        document,
        exit_code=code,
        diagnostics=findings,
        parts={
            "dry_run": after is None,
            "delist": {
                "address": before.address,
                "shown_before": as_json(before.shown),
                "shown_after": None if after is None else as_json(after.shown),
            },
        },
    )


def _headline(before: Delisting, after: Delisting | None) -> str:
    if after is None:
        rows = f", {count(len(before.shown), 'row')}" if before.shown else ""
        return f"[DRY RUN] would take {before.address} off the block list{rows}; {CONFIRM}"
    if after.shown:
        return f"{before.address} was asked to be taken off, and is still shown"
    return f"{before.address} was taken off the block list"


def _findings(before: Delisting, after: Delisting | None) -> list[Diagnostic]:
    findings = []
    if not before.shown:
        findings.append(
            Diagnostic(
                Code.NOT_FOUND,
                f"the block list does not show {before.address}",
                why="It shows some days only; a sender may be listed for longer.",
                fix="Nothing; the request is sent all the same.",
                severity=Severity.WARNING,
            )
        )
    if after is not None and after.shown:
        findings.append(
            Diagnostic(
                Code.NOT_CONVERGED,
                f"{before.address} is still on the block list",
                why="The service says yes to every request; what it shows afterwards counts.",
                fix="Look again in a minute: mpctl blocks. The filter may have listed it anew.",
            )
        )
    return findings


def _any(delisting: Delisting, category: Category) -> bool:
    return any(one.category is category for one in delisting.shown)
