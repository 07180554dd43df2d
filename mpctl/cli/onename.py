"""An entity that no policy names may be named all the same: by its number instead of its name."""

from __future__ import annotations

from mpctl.core.entity import Entity
from mpctl.core.state import DesiredEntity, Reading
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.policy.edit import Proposal
from mpctl.ports import Provider


def ensure_one_name(provider: Provider, proposal: Proposal) -> None:
    """Raise MpctlError where a new document would be the second one of its entity."""
    if proposal.edit is None or proposal.edit.before is not None:
        return
    entity = proposal.entity
    numbered = entity.native_id is not None
    others = [
        declared
        for declared in proposal.repository.desired.entities.values()
        if (declared.entity.target, declared.entity.scope) == (entity.target, entity.scope)
        and (declared.entity.native_id is not None) is not numbered
    ]
    if not others:
        return
    wanted = [entity, *(other.entity for other in others)]
    live = provider.fetch([Reading(each, rules=False) for each in wanted]).entities
    found = live.get(entity)
    for other in others:
        same = live.get(other.entity)
        if found is not None and same is not None and found.native_id == same.native_id:
            raise MpctlError(_declared_already(entity, other))


def _declared_already(entity: Entity, other: DesiredEntity) -> Diagnostic:
    return Diagnostic(
        Code.SAME_ENTITY,
        f"{entity.path} is declared already, as {other.entity.path}",
        why="One entity has one document. Nothing was written.",
        fix=f"Name it {other.entity.path}.",
        origin=other.origin,
        entity=str(entity),
    )
