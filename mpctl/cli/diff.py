"""`mpctl diff`: say what a change of policies means, without asking any service."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import click

from mpctl import __version__, policy, render
from mpctl.cli.clock import system_clock
from mpctl.cli.options import Invocation, common_options, offline
from mpctl.cli.policies import read_sides
from mpctl.cli.workspace import select
from mpctl.core.codec import plan_to_json
from mpctl.core.declared import declared_changes
from mpctl.core.entity import Entity
from mpctl.core.plan import Plan
from mpctl.core.stage import Stage
from mpctl.core.state import DesiredState
from mpctl.diagnostics import ExitCode
from mpctl.providers import CAPABILITIES
from mpctl.stages import during


@click.command(
    epilog="""\b
Examples:
  mpctl diff origin/main
  mpctl diff origin/main HEAD --format markdown
"""
)
@common_options
@offline
@click.argument("base")
@click.argument("head", required=False)
def diff(invocation: Invocation, base: str, head: str | None) -> ExitCode:
    """Say what a change of policies means, without asking any service.

    BASE and HEAD are Git revisions; without HEAD, the policies are those of the work tree. No key
    is needed. What is live is not known here: only mpctl plan tells what would really change.
    """
    now = system_clock().now()
    sides = read_sides(invocation, base, head=head or "")
    with during(Stage.DIFF):
        plan = _difference(sides.base, sides.head, invocation, now)
    with during(Stage.RENDER):
        return invocation.console.show(
            render.difference_document(plan, findings=sides.head.findings),
            exit_code=ExitCode.DONE,
            diagnostics=sides.head.findings,
            parts={"plan": plan_to_json(plan, created=now, version=__version__)},
        )


def _difference(
    before: policy.Repository, after: policy.Repository, invocation: Invocation, now: datetime
) -> Plan:
    targets = {**before.configuration.targets, **after.configuration.targets}
    capabilities = {name: CAPABILITIES[target.provider] for name, target in targets.items()}
    both = DesiredState({**before.desired.entities, **after.desired.entities})
    chosen = select(both, after.configuration, invocation).entities.keys()
    new, old = _only(chosen, after.desired), _only(chosen, before.desired)
    return declared_changes(new, old, capabilities, now)


def _only(chosen: Collection[Entity], desired: DesiredState) -> DesiredState:
    return DesiredState({e: d for e, d in desired.entities.items() if e in chosen})
