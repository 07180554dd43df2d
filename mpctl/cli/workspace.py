"""The policies that a command works with, narrowed to what the user selected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mpctl import policy
from mpctl.cli.clock import system_clock
from mpctl.cli.options import Invocation
from mpctl.cli.sides import NO_SIDES, Base, Sides, load
from mpctl.core.entity import Entity, EntityError, selects
from mpctl.core.expired import ExpiredOnly
from mpctl.core.plan import Plan
from mpctl.core.stage import Stage
from mpctl.core.state import DesiredEntity, DesiredState
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, did_you_mean
from mpctl.ports import Provider
from mpctl.stages import during


@dataclass(frozen=True, slots=True)
class Workspace:
    """A policy repository, and the part of it that the command line selects.

    `everything` is what it declares, with what a base declared and it does not any more.
    """

    repository: policy.Repository
    selected: DesiredState
    everything: DesiredState
    base: Base | None = None
    abandoned: tuple[DesiredEntity, ...] = ()

    @property
    def targets(self) -> frozenset[str]:
        """The targets that the selected entities name."""
        return frozenset(entity.target for entity in self.selected.entities)

    @during(Stage.DIFF)
    def seen_from_base(self, plan: Plan, providers: Mapping[str, Provider], now: datetime) -> Plan:
        """A plan with the group of each change; the same plan where there is no base."""
        if self.base is None:
            return plan
        return self.base.seen(plan, self.abandoned, providers, now)

    def lint(self, now: datetime) -> policy.Findings:
        """What lint says about the selected entities and the rule sets that they include.

        Where everything is selected, rule sets that nobody includes are judged too.
        """
        whole = len(self.selected.entities) == len(self.repository.desired.entities)
        entities = None if whole else self.selected.entities.keys()
        return policy.judge(self.repository, now=now, entities=entities)


def load_policies(
    invocation: Invocation, expired: ExpiredOnly | None = None, sides: Sides = NO_SIDES
) -> Workspace:
    """Read and check the policies, and select what the user asks for.

    With `expired` that is what of it has expired by now; `sides` may name a base.
    """
    repository, base = load(invocation, sides)
    everything = base.dropping(repository.desired) if base else repository.desired
    selected = select(everything, repository.configuration, invocation)
    if base is not None:
        selected = base.narrowed(selected)
    if expired is not None:
        selected = expired.narrow(selected, system_clock().now())
    return Workspace(
        repository, selected, everything, base, _abandoned(base, repository, invocation)
    )


def _abandoned(
    base: Base | None, repository: policy.Repository, invocation: Invocation
) -> tuple[DesiredEntity, ...]:
    default = repository.configuration.default_target
    gone = base.abandoned(repository.desired) if base else ()
    return tuple(one for one in gone if is_wanted(one.entity, invocation, default))


def select(
    desired: DesiredState, configuration: policy.Configuration, invocation: Invocation
) -> DesiredState:
    """What `--target` and `--only` leave of a state; raises MpctlError (bad usage) for nothing."""
    if invocation.target and invocation.target not in configuration.targets:
        raise _usage(
            f"there is no target {invocation.target!r}",
            did_you_mean(invocation.target, configuration.targets),
        )
    default = configuration.default_target
    chosen = {
        entity: declared
        for entity, declared in desired.entities.items()
        if is_wanted(entity, invocation, default)
    }
    if invocation.only and not chosen:
        selectors = " ".join(invocation.only)
        raise _usage(f"--only {selectors} matches no declared entity", _examples(desired, default))
    return DesiredState(chosen)


def is_wanted(entity: Entity, invocation: Invocation, default_target: str) -> bool:
    """Tell whether `--target` and `--only` leave an entity; raises MpctlError (bad usage)."""
    if invocation.target and entity.target != invocation.target:
        return False
    try:
        return not invocation.only or any(
            selects(selector, entity, default_target=invocation.target or default_target)
            for selector in invocation.only
        )
    except EntityError as error:
        raise _usage(f"--only is not a selector: {error}", "") from error


def _examples(desired: DesiredState, default: str) -> str:
    """Some entities as a selector is written; those of the default target need no target."""
    ours = sorted(entity for entity in desired.entities if entity.target == default)
    others = sorted(desired.entities.keys() - set(ours))
    some = ", ".join([*(e.path for e in ours), *map(str, others)][:3])
    return f"Declared are, for example: {some}." if some else ""


def _usage(summary: str, fix: str) -> MpctlError:
    return MpctlError(Diagnostic(Code.USAGE, summary, fix=fix), exit_code=ExitCode.USAGE)
