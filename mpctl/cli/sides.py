"""The options that compare with a Git revision: the base of a pull request."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import click

from mpctl import policy
from mpctl.cli.options import Invocation
from mpctl.cli.policies import read_policies, read_sides
from mpctl.core.declared import let_go
from mpctl.core.plan import Plan
from mpctl.core.sides import abandoned_entities, changed_entities, seen_from, with_dropped
from mpctl.core.state import DesiredEntity, DesiredState, Reading
from mpctl.diagnostics import Diagnostic, ExitCode, MpctlError
from mpctl.ports import Provider

_OPTIONS: Final = (
    click.option(
        "--base",
        default="",
        metavar="REV",
        help="Compare with the policies of this Git revision: what does this change cause?",
    ),
    click.option(
        "--changed",
        is_flag=True,
        help="Only entities whose policies are not the same at --base.",
    ),
    click.option(
        "--config-rev",
        default="",
        metavar="REV",
        help="Take mpctl.yaml from this Git revision instead of the work tree.",
    ),
)


@dataclass(frozen=True, slots=True)
class Sides:
    """Which revision is the base, whether only what changed is wanted, whose mpctl.yaml holds."""

    base: str = ""
    changed: bool = False
    config_rev: str = ""


NO_SIDES: Final = Sides()


def side_options(command: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
    """Add these options to a command, which gets them as `sides`."""

    @functools.wraps(command)
    def sided(*arguments: Any, **options: Any) -> ExitCode:
        sides = Sides(**{name: options.pop(name) for name in ("base", "changed", "config_rev")})
        if sides.changed and not sides.base:
            raise click.UsageError("--changed needs --base")
        return command(*arguments, sides=sides, **options)

    for option in reversed(_OPTIONS):
        sided = option(sided)
    return sided


@dataclass(frozen=True, slots=True)
class Base:
    """The policies of the base, its commit, and whether only what changed is planned."""

    commit: str
    desired: DesiredState
    partial: bool

    def dropping(self, head: DesiredState) -> DesiredState:
        """The head's policies with what the base declared and they do not."""
        return with_dropped(head, self.desired)

    def narrowed(self, selected: DesiredState) -> DesiredState:
        """Of a selection what the plan is about."""
        if not self.partial:
            return selected
        changed = changed_entities(selected, self.desired)
        return DesiredState({e: d for e, d in selected.entities.items() if e in changed})

    def abandoned(self, head: DesiredState) -> tuple[DesiredEntity, ...]:
        """What the base had a document for and the head has not."""
        return abandoned_entities(head, self.desired)

    def seen(
        self,
        plan: Plan,
        abandoned: tuple[DesiredEntity, ...],
        providers: Mapping[str, Provider],
        now: datetime,
    ) -> Plan:
        """A plan with the group of each change, and what of the abandoned stays live."""
        said = tuple(_let_go(entity, providers) for entity in abandoned)
        known = replace(plan, base=self.commit, partial=self.partial, abandoned=said)
        return seen_from(known, self.desired, now)


def load(invocation: Invocation, sides: Sides) -> tuple[policy.Repository, Base | None]:
    """Read the policies, and the base if somebody asked for one."""
    if not sides.base:
        return read_policies(invocation, sides.config_rev), None
    both = read_sides(invocation, sides.base, config_rev=sides.config_rev)
    return both.head, Base(both.commit, both.base.desired, sides.changed)


def _let_go(entity: DesiredEntity, providers: Mapping[str, Provider]) -> Diagnostic:
    provider = providers.get(entity.entity.target)
    if provider is None:
        return let_go(entity)
    try:
        live = provider.fetch([Reading(entity.entity)])
    except MpctlError:
        return let_go(entity)
    found = live.entities.get(entity.entity)
    return let_go(entity, len(found.rules) if found else None)
