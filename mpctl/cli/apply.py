"""`mpctl apply`: make the live service what the policies say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from mpctl import __version__
from mpctl.cli.applying import applying
from mpctl.cli.expiry import expiry_options, hint_for
from mpctl.cli.options import Invocation, common_options
from mpctl.cli.place import marked, unfinished
from mpctl.cli.provenance import hold_to_checkout
from mpctl.cli.sides import Sides, side_options
from mpctl.cli.terms import Terms, terms_options
from mpctl.cli.workspace import load_policies
from mpctl.core.expired import ExpiredOnly
from mpctl.diagnostics import ExitCode
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
@side_options
@expiry_options
@terms_options
def apply(
    invocation: Invocation,
    file: Path | None,
    *,
    sides: Sides,
    expired: ExpiredOnly | None,
    terms: Terms,
) -> ExitCode:
    """Make the live service what the policies say.

    Plans first. Without --confirm that is all, and exit code 2 means that there is something to do.
    With it, every operation ends in an outcome, and what was written is read back.

    FILE is a saved plan. The plan is made anew, and unless it equals the saved one, or the one that
    --expect names, nothing is written, what moved is said, and the exit code is 4.

    A plan that a guard refuses is not carried out either; each guard has an option that lifts it.
    """
    reviewed = load_plan(file, version=__version__)[0] if file else None
    terms = terms.holding_to(reviewed, hint=hint_for(expired, reviewed))
    workspace = load_policies(invocation, expired, sides)
    configuration = workspace.repository.configuration
    notes = hold_to_checkout(invocation, configuration) if terms.confirm else ()
    with applying(invocation, configuration, workspace.targets, terms) as work:
        broken_off = unfinished(invocation, work.runs, workspace.targets)
        prepared = marked(work.prepare(workspace.selected, workspace.everything), work.runs)
        plan = workspace.seen_from_base(prepared.plan, work.providers, work.now)
        guarded = work.guarded(replace(prepared, plan=plan))
        ending = work.carry_out(guarded, settles=bool(broken_off))
        return work.show(ending, (*broken_off, *notes, *workspace.lint(work.now).diagnostics))
