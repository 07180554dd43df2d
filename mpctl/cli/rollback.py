"""`mpctl rollback`: take back what a run did, as a plan like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from mpctl.cli.applying import Ending, applying
from mpctl.cli.looking import load_configuration
from mpctl.cli.options import Invocation, common_options
from mpctl.cli.place import runs_of
from mpctl.cli.terms import Terms, terms_options
from mpctl.cli.workspace import select
from mpctl.core.act import say_not_undone
from mpctl.core.plan import Plan
from mpctl.core.run import Run
from mpctl.core.undone import revert_of
from mpctl.core.wayback import WayBack, kept_working, recorded_state, way_back
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, Severity
from mpctl.policy import Configuration
from mpctl.ports import Provider
from mpctl.reconcile.standing import standing_now
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
@terms_options
def rollback(
    invocation: Invocation, run: str, *, out: Path | None, overwrite: bool, terms: Terms
) -> ExitCode:
    """Take back what a run did.

    The journal of RUN says what was live before. A plan that leads back there, and touches nothing
    else, is made against what is live now, shown, and carried out with --confirm. What somebody
    changed since is named and left alone. RUN is the name of a run, the beginning of one, or last.
    What a release, a delisting and the like did cannot be taken back, and that is said.

    The guards hold as for an apply, but for max_removals_percent; each has an option that lifts it.
    """
    ensure_writable(out)
    configuration = _without_share(load_configuration(invocation))
    past = runs_of(invocation, terms.journal).find(run)
    if not_undone := say_not_undone(past.id, past.acts):
        raise MpctlError(*not_undone)
    targets = _targets(past, configuration, invocation)
    with applying(invocation, configuration, targets, terms) as work:
        past = work.runs.find(past.id)  # it may have been at work until the lock was free
        back = _way_back(invocation, configuration, past, work.providers, overwrite=overwrite)
        prepared = work.guarded(work.prepare(back.desired))
        if out is not None:
            save_plan(out, work.as_json(prepared.plan))
        ending = work.carry_out(prepared, rolls_back=past.id)
        return work.show(
            ending,
            (*back.findings, *_revert(past, ending.plan)),
            exit_code=_exit_code(back, ending),
            parts={"rollback": _as_json(past, back)},
        )


def _without_share(configuration: Configuration) -> Configuration:
    """The configuration of a rollback: no guard over the share of an entity's rules that may go.

    That one recognises a policy that lost its rules; what goes here is what the run itself brought.
    """
    guards = replace(configuration.guards, max_removals_percent=100)
    return replace(configuration, guards=guards)


def _targets(past: Run, configuration: Configuration, invocation: Invocation) -> frozenset[str]:
    """The targets that are needed for what is wanted of the run: no key of another is asked for."""
    targets = frozenset(step.operation.change.entity.target for step in past.wrote)
    unknown = sorted(targets - configuration.targets.keys())
    if unknown:
        raise _other_account(past, f"target {unknown[0]!r}, which {configuration.path} lacks")
    wanted = select(recorded_state(past), configuration, invocation)
    return targets & {entity.target for entity in wanted.entities}


def _way_back(
    invocation: Invocation,
    configuration: Configuration,
    past: Run,
    providers: Mapping[str, Provider],
    *,
    overwrite: bool,
) -> WayBack:
    capabilities = {target: provider.capabilities for target, provider in providers.items()}
    wanted = select(recorded_state(past), configuration, invocation)
    recorded = kept_working(wanted, capabilities)
    standing = standing_now(recorded, providers)
    for target, account in standing.accounts.items():
        was = past.header.accounts.get(target)
        if was != account:
            raise _other_account(past, f"account {was and was.number} at {was and was.service}")
    return way_back(past, recorded, standing.entities, overwrite=overwrite)


def _exit_code(back: WayBack, ending: Ending) -> ExitCode:
    """That of any plan, but nothing is done while something was left alone."""
    if ending.exit_code is ExitCode.DONE and back.left_alone:
        wrote = ending.result is not None and ending.result.outcomes
        return ExitCode.PARTIAL if wrote else ExitCode.STOPPED
    return ending.exit_code


def _as_json(past: Run, back: WayBack) -> dict[str, object]:
    return {"run": past.id, "commit": past.header.commit, "left_alone": back.left_alone}


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
