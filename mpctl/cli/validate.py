"""`mpctl validate`: say whether the policies are in order."""

from __future__ import annotations

import click

from mpctl import render
from mpctl.cli.options import Invocation, common_options, offline
from mpctl.cli.workspace import load_policies
from mpctl.diagnostics import ExitCode
from mpctl.render.words import count


@click.command(
    epilog="""\b
Examples:
  mpctl validate
  mpctl validate --policies ../policies --format json
"""
)
@common_options
@offline
def validate(invocation: Invocation) -> ExitCode:
    """Check the policies without asking any service.

    All problems are shown together, each with its place. Exit code 1 means that there are some.
    """
    workspace = load_policies(invocation)
    findings = workspace.repository.findings
    desired = workspace.selected.entities.values()
    rules = sum(len(entity.rules) for entity in desired)
    headline = (
        f"The policies are in order: {count(len(desired), 'entity', 'entities')}, "
        f"{count(rules, 'rule')}"
    )
    return invocation.console.show(
        render.statement(headline, diagnostics=findings, banner=invocation.console.banner),
        exit_code=ExitCode.DONE,
        diagnostics=findings,
        parts={"policies": {"entities": len(desired), "rules": rules}},
    )
