"""`mpctl reload`: make live what is stored at a server."""

from __future__ import annotations

import click

from mpctl.cli.looking import load_configuration, offering
from mpctl.cli.options import Invocation, common_options
from mpctl.cli.targets import open_port
from mpctl.diagnostics import Code, Diagnostic, ExitCode
from mpctl.ports import Reloader
from mpctl.render import statement


@click.command(
    epilog="""\b
Examples:
  mpctl reload              shows what it would do, exit code 2
  mpctl reload --confirm    does it
"""
)
@common_options
@click.option("--confirm", is_flag=True, help="Really reload. Without it nothing is done.")
def reload(invocation: Invocation, *, confirm: bool) -> ExitCode:
    """Make live what is stored at a server: Stalwart's settings and lists.

    An apply does this by itself. It is for the time after one that says "stored, but not live", or
    after changes that somebody made by other means: those go live as well.
    """
    configuration = load_configuration(invocation)
    target = offering(Reloader, invocation, configuration)
    errors = {}
    if confirm:
        with open_port(Reloader, invocation, configuration, target, writable=True) as reloader:
            errors = dict(reloader.reload())
    findings = tuple(_finding(key, words) for key, words in sorted(errors.items()))
    done = "could not be reloaded as a whole" if errors else "was reloaded"
    headline = f"{target} {done}" if confirm else f"[DRY RUN] {target} would be reloaded"
    code = ExitCode.PARTIAL if errors else ExitCode.DONE
    return invocation.console.show(
        statement(headline, diagnostics=findings, banner=invocation.console.banner),
        exit_code=code if confirm else ExitCode.PENDING,
        diagnostics=findings,
        parts={"dry_run": not confirm, "done": {"what": "reload", "subject": target}},
    )


def _finding(key: str, words: str) -> Diagnostic:
    return Diagnostic(
        Code.NOT_LIVE,
        f"{key}: {words}",
        why="While any setting is in error, the server goes on with what it loaded before.",
        fix="Have it corrected at the server, and reload again.",
    )
