"""`mpctl drift`: say whether anything live differs from what the policies declare."""

from __future__ import annotations

import click

from mpctl import __version__, render
from mpctl.cli.clock import system_clock
from mpctl.cli.options import Invocation, common_options
from mpctl.cli.progress import progress_for
from mpctl.cli.targets import open_providers
from mpctl.cli.workspace import load_policies
from mpctl.core.codec import plan_to_json
from mpctl.core.plan import Plan
from mpctl.core.stage import Stage
from mpctl.diagnostics import ExitCode
from mpctl.reconcile import make_plan
from mpctl.stages import during


@click.command(
    epilog="""\b
Examples:
  mpctl drift --sandbox
  mpctl drift --only 'domains/*' --format json
"""
)
@common_options
def drift(invocation: Invocation) -> ExitCode:
    """Say whether anything live differs from what the policies declare.

    Also what apply would leave alone: differences of entities that are only observed. Exit code 2
    means that something differs, 1 that something could not be read.
    """
    workspace = load_policies(invocation)
    repository = workspace.repository
    now = system_clock().now()
    with (
        progress_for(invocation.console) as progress,
        open_providers(
            invocation, repository.configuration, workspace.targets, writable=False
        ) as providers,
    ):
        plan = make_plan(workspace.selected, providers, now=now, progress=progress)
    findings = repository.findings
    with during(Stage.RENDER):
        return invocation.console.show(
            render.drift_document(plan, findings=findings, banner=invocation.console.banner),
            exit_code=_exit_code(plan),
            diagnostics=findings,
            parts={"plan": plan_to_json(plan, created=now, version=__version__)},
        )


def _exit_code(plan: Plan) -> ExitCode:
    if plan.problems:
        return ExitCode.STOPPED
    return ExitCode.PENDING if plan.changed else ExitCode.DONE
