"""`mpctl reload`: make live what is stored at a server."""

from __future__ import annotations

from collections.abc import Mapping

import click

from mpctl.cli.acting import CONFIRM, DONE, Confirmation, Record, Verdict, acting, acting_options
from mpctl.cli.looking import load_configuration, offering
from mpctl.cli.options import Invocation, unselective_options
from mpctl.core.act import Act, Deed
from mpctl.core.outcome import Status
from mpctl.diagnostics import Code, Diagnostic, ExitCode, first_few
from mpctl.ports import Reloader
from mpctl.render import statement


@click.command(
    epilog="""\b
Examples:
  mpctl reload              shows what it would do, exit code 2
  mpctl reload --confirm    does it
"""
)
@unselective_options
@acting_options
def reload(invocation: Invocation, *, confirmation: Confirmation) -> ExitCode:
    """Make live what is stored at a server: Stalwart's settings and lists.

    An apply does this by itself. It is for the time after one that says "stored, but not live", or
    after changes that somebody made by other means: those go live as well.
    """
    configuration = load_configuration(invocation)
    target = offering(Reloader, invocation, configuration)
    with acting(invocation, configuration, target, confirmation) as (connection, record):
        if record is None:
            return _show(invocation, target, {}, None)
        reloader = connection.port(Reloader)
        errors = record.doing(Act(Deed.RELOAD, target, target), reloader.reload, _judge)
        return _show(invocation, target, errors, record)


def _judge(errors: Mapping[str, str]) -> Verdict:
    return (Status.UNKNOWN, f"in error: {first_few(sorted(errors), ', ')}") if errors else DONE


def _show(
    invocation: Invocation, target: str, errors: Mapping[str, str], record: Record | None
) -> ExitCode:
    findings = tuple(_finding(key, words) for key, words in sorted(errors.items()))
    done = "could not be reloaded as a whole" if errors else "was reloaded"
    headline = f"{target} {done}" if record else f"[DRY RUN] would reload {target}; {CONFIRM}"
    code = ExitCode.PARTIAL if errors else ExitCode.DONE
    return invocation.console.show(
        statement(headline, diagnostics=findings, banner=invocation.console.banner),
        exit_code=record.exit_code(code) if record else ExitCode.PENDING,
        diagnostics=findings,
        parts={"dry_run": record is None, "done": {"what": "reload", "subject": target}},
    )


def _finding(key: str, words: str) -> Diagnostic:
    return Diagnostic(
        Code.NOT_LIVE,
        f"{key}: {words}",
        why="While any setting is in error, the server goes on with what it loaded before.",
        fix="Have it corrected at the server, and reload again.",
    )
