"""`mpctl lint`: judge the policies."""

from __future__ import annotations

import click

from mpctl import render
from mpctl.cli.clock import system_clock
from mpctl.cli.options import Invocation, common_options, offline
from mpctl.cli.workspace import load_policies
from mpctl.diagnostics import ExitCode, Severity


@click.command(
    epilog="""\b
Examples:
  mpctl lint
  mpctl lint --only 'domains/acme*' --format markdown
  mpctl lint --format json
"""
)
@common_options
@offline
def lint(invocation: Invocation) -> ExitCode:
    """Judge the policies without asking any service.

    Names rules that are in order and better would not stand there: too broad, without a reason,
    without an end, about to end. The section lint of mpctl.yaml says what is judged, and a waiver
    in the policy accepts a finding until a day. Exit code 1 means that there are errors; warnings
    alone end with 0.
    """
    workspace = load_policies(invocation)
    findings = workspace.lint(system_clock().now())
    entities = workspace.selected.entities.values()
    counts = {
        "errors": findings.count(Severity.ERROR),
        "warnings": findings.count(Severity.WARNING),
        "waived": findings.waived,
    }
    judged = {"entities": len(entities), "rules": sum(len(entity.rules) for entity in entities)}
    return invocation.console.show(
        render.lint_document(
            findings.diagnostics, **counts, **judged, banner=invocation.console.banner
        ),
        exit_code=ExitCode.STOPPED if counts["errors"] else ExitCode.DONE,
        diagnostics=findings.diagnostics,
        parts={"policies": judged, "lint": counts},
    )
