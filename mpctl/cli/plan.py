"""`mpctl plan`: say what would change at the live service."""

from __future__ import annotations

from pathlib import Path

import click

from mpctl import __version__, render
from mpctl.cli.clock import system_clock
from mpctl.cli.expiry import expiry_options
from mpctl.cli.lifting import Lifted
from mpctl.cli.options import Invocation, common_options
from mpctl.cli.place import journal_option, marked, runs_of
from mpctl.cli.progress import progress_for
from mpctl.cli.sides import Sides, side_options
from mpctl.cli.targets import open_providers
from mpctl.cli.workspace import load_policies
from mpctl.core.codec import plan_to_json
from mpctl.core.expired import ExpiredOnly
from mpctl.core.plan import Plan
from mpctl.core.stage import Stage
from mpctl.diagnostics import ExitCode
from mpctl.reconcile import prepare
from mpctl.stages import during
from mpctl.store.files import ensure_writable
from mpctl.store.planfile import save_plan


@click.command(
    epilog="""\b
Examples:
  mpctl plan --sandbox
  mpctl plan --only 'domains/acme*' --format markdown
  mpctl plan --detailed-exitcode --out plan.json
  mpctl plan --base origin/main --changed
"""
)
@common_options
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Save the plan as a JSON document that only you can read.",
)
@side_options
@expiry_options
@journal_option
@click.option(
    "--detailed-exitcode", is_flag=True, help="Exit with 2 when apply would change something."
)
def plan(
    invocation: Invocation,
    out: Path | None,
    *,
    journal: Path | None,
    sides: Sides,
    expired: ExpiredOnly | None,
    detailed_exitcode: bool,
) -> ExitCode:
    """Show what would change at the live service.

    Reads and compares, never writes. What loosens comes first; every declared line says where it
    stands. A guard that would refuse an apply is named. Exit code 1 means that something could not
    be read; the rest is planned all the same.

    With --base, what the change of policies since then causes stands first, apart from drift, and
    a rule that was declared there and is not any more is removed, also in additive lists.
    """
    ensure_writable(out)
    workspace = load_policies(invocation, expired, sides)
    repository = workspace.repository
    now = system_clock().now()
    findings = workspace.lint(now).diagnostics
    with (
        progress_for(invocation.console) as progress,
        open_providers(
            invocation, repository.configuration, workspace.targets, writable=False
        ) as providers,
    ):
        prepared = prepare(
            workspace.selected, workspace.everything, providers, now=now, progress=progress
        )
        made = marked(prepared, runs_of(invocation, journal)).plan
        made = workspace.seen_from_base(made, providers, now)
        result = Lifted().guarding(repository.configuration).over(made, providers, now)
    with during(Stage.RENDER):
        document = plan_to_json(result, created=now, version=__version__)
        if out is not None:
            save_plan(out, document)
        return invocation.console.show(
            render.plan_document(result, findings=findings, banner=invocation.console.banner),
            exit_code=plan_exit_code(result, detailed=detailed_exitcode),
            diagnostics=findings,
            parts={"plan": document},
        )


def plan_exit_code(plan: Plan, *, detailed: bool) -> ExitCode:
    """Stopped when anything could not be planned, else pending when wanted and there is work."""
    if plan.problems or plan.summary.withheld:
        return ExitCode.STOPPED
    return ExitCode.PENDING if detailed and plan.actionable else ExitCode.DONE
