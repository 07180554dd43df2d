"""`mpctl show`: render a saved plan."""

from __future__ import annotations

from pathlib import Path

import click

from mpctl import __version__, render
from mpctl.cli.options import Invocation, offline, unselective_options
from mpctl.diagnostics import ExitCode
from mpctl.store.planfile import load_plan


@click.command(
    epilog="""\b
Examples:
  mpctl show plan.json
  mpctl show plan.json --format markdown
"""
)
@unselective_options
@offline
@click.argument("file", type=click.Path(path_type=Path))
def show(invocation: Invocation, file: Path) -> ExitCode:
    """Render a saved plan, without asking any service.

    A file that was edited, truncated or written by another version is refused with exit code 4.
    """
    plan, document = load_plan(file, version=__version__)
    simulated = any(a.service.startswith("SANDBOX") for a in plan.accounts.values())
    invocation.console.sandbox |= simulated
    return invocation.console.show(
        render.plan_document(plan, banner=invocation.console.banner),
        exit_code=ExitCode.DONE,
        parts={"plan": document},
    )
