"""`mpctl rollback`: take back what a run did, as a plan like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from mpctl import __version__
from mpctl.cli.clock import system_clock
from mpctl.cli.expectation import Expectation
from mpctl.cli.lifting import Lifted, lifting_options
from mpctl.cli.looking import load_configuration
from mpctl.cli.options import Invocation, common_options
from mpctl.cli.place import journal_option, lock_option, one_at_a_time, runs_of
from mpctl.cli.plan import plan_exit_code
from mpctl.cli.progress import progress_for
from mpctl.cli.running import Execution
from mpctl.cli.signals import interruption
from mpctl.cli.targets import open_providers
from mpctl.cli.workspace import select
from mpctl.core.codec import plan_to_json, result_to_json
from mpctl.core.outcome import ApplyResult
from mpctl.core.plan import Plan
from mpctl.core.refusals import refusals
from mpctl.core.run import Run
from mpctl.core.undone import revert_of
from mpctl.core.wayback import WayBack, kept_working, recorded_state, way_back
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, Severity
from mpctl.policy import Configuration
from mpctl.ports import Provider
from mpctl.reconcile import Guarding, prepare
from mpctl.reconcile.standing import standing_now
from mpctl.render import apply_document, plan_document
from mpctl.store.files import ensure_writable
from mpctl.store.planfile import save_plan


@click.command(
    epilog="""\b
Examples:
  mpctl rollback last                shows what it would do, exit code 2
  mpctl rollback last --confirm      does it
  mpctl rollback 20261121T131500Z-1a2b3c4d --overwrite --confirm
"""
)
@common_options
@click.argument("run")
@click.option("--overwrite", is_flag=True, help="Take back also what somebody changed since.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Save the plan as a JSON document that only you can read.",
)
@click.option(
    "--expect", metavar="DIGEST", help="Refuse unless the plan has this digest (12 digits or more)."
)
@lifting_options
@journal_option
@lock_option
@click.option("--confirm", is_flag=True, help="Really write. Without it nothing is written.")
def rollback(
    invocation: Invocation,
    run: str,
    *,
    out: Path | None,
    expect: str | None,
    overwrite: bool,
    lifted: Lifted,
    journal: Path | None,
    lock_timeout: float,
    confirm: bool,
) -> ExitCode:
    """Take back what a run did.

    The journal of RUN says what was live before. A plan that leads back there, and touches nothing
    else, is made against what is live now, shown, and carried out with --confirm. What somebody
    changed since is named and left alone. RUN is the name of a run, the beginning of one, or last.

    The guards hold as for an apply, but for max_removals_percent; each has an option that lifts it.
    """
    ensure_writable(out)
    expectation = Expectation.of(expect, None)
    configuration = load_configuration(invocation)
    guarding = _guarding(lifted, configuration)
    runs = runs_of(invocation, journal)
    past = runs.find(run)
    targets = _targets(past, configuration)
    with (
        interruption() as signals,
        one_at_a_time(invocation, targets if confirm else (), timeout=lock_timeout),
        progress_for(invocation.console) as progress,
        open_providers(invocation, configuration, targets, writable=confirm) as providers,
    ):
        now = system_clock().now()
        past = runs.find(past.id)  # it may have been at work until the lock was free
        back = _way_back(invocation, configuration, past, providers, overwrite=overwrite)
        prepared = prepare(back.desired, back.desired, providers, now=now, progress=progress)
        prepared = replace(prepared, plan=guarding.over(prepared.plan, providers, now))
        plan = prepared.plan
        document = plan_to_json(plan, created=now, version=__version__)
        if out is not None:
            save_plan(out, document)
        if expectation is not None:
            expectation.hold(plan)
        execution = Execution(invocation, providers, runs, now, progress, signals)
        refused = confirm and bool(plan.refused)
        writes = confirm and not refused
        result = execution.carry_out(prepared, rolls_back=past.id) if writes else None
        findings = (*back.findings, *_revert(past, plan))
        banner = invocation.console.banner
        return invocation.console.show(
            apply_document(result, findings=findings, banner=banner)
            if result
            else plan_document(
                plan, findings=findings, banner=banner, dry_run=not refused, refused=refused
            ),
            exit_code=ExitCode.REFUSED if refused else _exit_code(back, plan, result),
            diagnostics=(*(refusals(plan) if refused else ()), *findings),
            parts={
                "dry_run": not confirm,
                "plan": document,
                **({"result": result_to_json(result)} if result else {}),
                "rollback": {
                    "run": past.id,
                    "commit": past.header.commit,
                    "left_alone": back.left_alone,
                },
            },
        )


def _guarding(lifted: Lifted, configuration: Configuration) -> Guarding:
    """The guards of a rollback: all but the share of an entity's rules that may go.

    That one recognises a policy that lost its rules; what goes here is what the run itself brought.
    """
    guards = replace(configuration.guards, max_removals_percent=100)
    return lifted.guarding(replace(configuration, guards=guards))


def _targets(past: Run, configuration: Configuration) -> frozenset[str]:
    targets = frozenset(step.operation.change.entity.target for step in past.wrote)
    unknown = sorted(targets - configuration.targets.keys())
    if unknown:
        raise _other_account(past, f"target {unknown[0]!r}, which {configuration.path} lacks")
    return targets


def _way_back(
    invocation: Invocation,
    configuration: Configuration,
    past: Run,
    providers: Mapping[str, Provider],
    *,
    overwrite: bool,
) -> WayBack:
    capabilities = {target: provider.capabilities for target, provider in providers.items()}
    state = kept_working(recorded_state(past), capabilities)
    recorded = select(state, configuration, invocation)
    standing = standing_now(recorded, providers)
    for target, account in standing.accounts.items():
        was = past.header.accounts.get(target)
        if was != account:
            raise _other_account(past, f"account {was and was.number} at {was and was.service}")
    return way_back(past, recorded, standing.entities, overwrite=overwrite)


def _exit_code(back: WayBack, plan: Plan, result: ApplyResult | None) -> ExitCode:
    code = result.exit_code if result else plan_exit_code(plan, detailed=True)
    if code is ExitCode.DONE and back.left_alone:
        return ExitCode.PARTIAL if result and result.outcomes else ExitCode.STOPPED
    return code


def _revert(past: Run, plan: Plan) -> tuple[Diagnostic, ...]:
    """What has to follow in Git, so that the next apply does not do it all again."""
    if past.header.rolls_back or not plan.actionable:
        return ()
    revert = revert_of(past.header)
    finding = Diagnostic(
        Code.ROLLED_BACK,
        f"the policies still ask for what run {past.id} did",
        why="The next apply would do it again.",
        fix=f"Take it out of the policies: {revert}" if revert else "Take it out of the policies.",
        severity=Severity.NOTE,
    )
    return (finding,)


def _other_account(past: Run, was: str) -> MpctlError:
    return MpctlError(
        Diagnostic(
            Code.OTHER_ACCOUNT,
            f"run {past.id} was of {was}, and that is not what is reached now",
            why="What it did there cannot be taken back here; nothing was written.",
            fix="Use the configuration and the key of that run.",
        ),
        exit_code=ExitCode.REFUSED,
    )
