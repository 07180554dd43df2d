"""`mpctl apply`: make the live service what the policies say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from mpctl import __version__
from mpctl.cli.clock import system_clock
from mpctl.cli.expectation import Expectation
from mpctl.cli.expiry import expiry_options, hint_for
from mpctl.cli.lifting import Lifted, lifting_options
from mpctl.cli.options import Invocation, common_options
from mpctl.cli.place import (
    journal_option,
    lock_option,
    marked,
    one_at_a_time,
    runs_of,
    unfinished,
)
from mpctl.cli.plan import plan_exit_code
from mpctl.cli.progress import progress_for
from mpctl.cli.provenance import hold_to_checkout
from mpctl.cli.running import Execution
from mpctl.cli.sides import Sides, side_options
from mpctl.cli.signals import interruption
from mpctl.cli.targets import open_providers
from mpctl.cli.workspace import load_policies
from mpctl.core.codec import plan_to_json, result_to_json
from mpctl.core.expired import ExpiredOnly
from mpctl.core.outcome import ApplyResult
from mpctl.core.plan import Plan
from mpctl.core.refusals import refusals
from mpctl.diagnostics import Diagnostic, ExitCode
from mpctl.reconcile import prepare
from mpctl.render import Document, apply_document, plan_document
from mpctl.store.planfile import load_plan


@click.command(
    epilog="""\b
Examples:
  mpctl apply --sandbox              shows what it would do, exit code 2
  mpctl apply --sandbox --confirm    does it
  mpctl apply --only domains/acme.example --confirm
  mpctl apply --expired-only --confirm
  mpctl apply plan.json --confirm    only if nothing moved since it was saved
  mpctl apply --expect 7c1f09e2a4b6d813 --base HEAD~1 --confirm
"""
)
@common_options
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--expect", metavar="DIGEST", help="Refuse unless the plan has this digest (12 digits or more)."
)
@lifting_options
@side_options
@expiry_options
@journal_option
@lock_option
@click.option("--confirm", is_flag=True, help="Really write. Without it nothing is written.")
def apply(
    invocation: Invocation,
    file: Path | None,
    expect: str | None,
    *,
    lifted: Lifted,
    journal: Path | None,
    lock_timeout: float,
    sides: Sides,
    expired: ExpiredOnly | None,
    confirm: bool,
) -> ExitCode:
    """Make the live service what the policies say.

    Plans first. Without --confirm that is all, and exit code 2 means that there is something to do.
    With it, every operation ends in an outcome, and what was written is read back.

    FILE is a saved plan. The plan is made anew, and unless it equals the saved one, or the one that
    --expect names, nothing is written, what moved is said, and the exit code is 4.

    A plan that a guard refuses is not carried out either; each guard has an option that lifts it.
    """
    reviewed = load_plan(file, version=__version__)[0] if file else None
    expectation = Expectation.of(expect, reviewed, hint=hint_for(expired, reviewed))
    workspace = load_policies(invocation, expired, sides)
    repository = workspace.repository
    guarding = lifted.guarding(repository.configuration)
    notes = hold_to_checkout(invocation, repository.configuration) if confirm else ()
    runs = runs_of(invocation, journal)
    with (
        interruption() as signals,
        one_at_a_time(invocation, workspace.targets if confirm else (), timeout=lock_timeout),
        progress_for(invocation.console) as progress,
        open_providers(
            invocation, repository.configuration, workspace.targets, writable=confirm
        ) as providers,
    ):
        now = system_clock().now()
        broken_off = unfinished(invocation, runs, workspace.targets)
        prepared = prepare(
            workspace.selected, workspace.everything, providers, now=now, progress=progress
        )
        prepared = marked(prepared, runs)
        made = workspace.seen_from_base(prepared.plan, providers, now)
        prepared = replace(prepared, plan=guarding.over(made, providers, now))
        plan = prepared.plan
        if expectation is not None:
            expectation.hold(plan)
        refused = confirm and bool(plan.refused)
        run = Execution(invocation, providers, runs, now, progress, signals)
        result = (
            run.carry_out(prepared, settles=bool(broken_off)) if confirm and not refused else None
        )
        findings = (*broken_off, *notes, *workspace.lint(now).diagnostics)
        return invocation.console.show(
            _document(invocation, findings, plan, result, refused=refused),
            exit_code=_exit_code(plan, result, refused=refused),
            diagnostics=(*(refusals(plan) if refused else ()), *findings),
            parts={
                "dry_run": not confirm,
                "plan": plan_to_json(plan, created=now, version=__version__),
                **({"result": result_to_json(result)} if result else {}),
            },
        )


def _exit_code(plan: Plan, result: ApplyResult | None, *, refused: bool) -> ExitCode:
    if refused:
        return ExitCode.REFUSED
    return result.exit_code if result else plan_exit_code(plan, detailed=True)


def _document(
    invocation: Invocation,
    findings: tuple[Diagnostic, ...],
    plan: Plan,
    result: ApplyResult | None,
    *,
    refused: bool,
) -> Document:
    banner = invocation.console.banner
    if result is None:
        return plan_document(
            plan, findings=findings, banner=banner, dry_run=not refused, refused=refused
        )
    return apply_document(result, findings=findings, banner=banner)
