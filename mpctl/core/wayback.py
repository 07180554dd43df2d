"""The way back: from what a run did to a desired state that undoes it, and nothing beyond.

Only what the run touched is declared, so a plan of it can reach nothing else. Steps whose end is
not known count as touched: planning against what is live finds out whether they were done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import Entity
from mpctl.core.rule import DeclaredSetting
from mpctl.core.run import Run
from mpctl.core.since import Since
from mpctl.core.state import DesiredEntity, DesiredState, LiveEntity
from mpctl.core.touched import Touched
from mpctl.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class WayBack:
    """Where a rollback goes: what it declares, and what has to be said.

    `left_alone` tells whether anything stays because somebody changed it since.
    """

    desired: DesiredState
    findings: tuple[Diagnostic, ...] = ()
    left_alone: bool = False


def recorded_state(run: Run) -> DesiredState:
    """Everything that a run touched, as it was before."""
    return DesiredState({entity: Touched.of(run, entity).desired() for entity in _touched(run)})


def kept_working(desired: DesiredState, capabilities: Mapping[str, Capabilities]) -> DesiredState:
    """Leave the service's own plumbing in place: what is taken back has to take effect as well.

    `capabilities` are by target.
    """
    return DesiredState(
        {
            entity: replace(one, settings=_kept(one, capabilities[entity.target]))
            for entity, one in desired.entities.items()
        }
    )


def _kept(desired: DesiredEntity, capabilities: Capabilities) -> dict[str, DeclaredSetting]:
    specs = capabilities.settings.values()
    implied = {spec.name: spec.implied for spec in specs if spec.implied is not None}
    return {
        name: replace(setting, value=implied[name]) if name in implied else setting
        for name, setting in desired.settings.items()
    }


def way_back(
    run: Run, desired: DesiredState, live: Mapping[Entity, LiveEntity], *, overwrite: bool
) -> WayBack:
    """Spare what somebody changed since the run, unless that is to be overwritten.

    `desired` is the recorded state, or a part of it; an entity that is not in `live` could not be
    read, and stays in it for planning to say so.
    """
    entities: dict[Entity, DesiredEntity] = {}
    findings: list[Diagnostic] = []
    spared = False
    for entity, recorded in desired.entities.items():
        touched, wanted = Touched.of(run, entity), recorded
        findings += touched.cannot(recorded)
        if entity in live:
            since = Since(touched, live[entity])
            changed = list(since.changed())
            findings += [*changed, *since.gone()]
            wanted = since.overwritten(recorded) if overwrite else since.spared(recorded)
            spared = spared or bool(changed and not overwrite)
        if wanted.rules or wanted.absent or wanted.settings:
            entities[entity] = wanted
    return WayBack(DesiredState(entities), tuple(findings), spared)


def _touched(run: Run) -> list[Entity]:
    return sorted({step.operation.change.entity for step in run.wrote})
