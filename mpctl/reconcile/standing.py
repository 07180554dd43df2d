"""What is live of some entities right now, over all their targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mpctl.core.entity import Entity
from mpctl.core.state import Account, DesiredState, LiveEntity
from mpctl.diagnostics import MpctlError
from mpctl.ports import Provider


@dataclass(frozen=True, slots=True)
class Standing:
    """The accounts that answered, and what they have."""

    accounts: dict[str, Account] = field(default_factory=dict)
    entities: dict[Entity, LiveEntity] = field(default_factory=dict)


def standing_now(desired: DesiredState, providers: Mapping[str, Provider]) -> Standing:
    """Read what a desired state is about.

    A target or an entity that cannot be read is left out; planning meets the same problem, and says
    it.
    """
    found = Standing()
    for target, provider in sorted(providers.items()):
        wanted = [e.reads for e in desired.entities.values() if e.entity.target == target]
        try:
            live = provider.fetch(wanted)
        except MpctlError:
            continue
        if live.entities:
            found.accounts[target] = live.account
        found.entities.update(live.entities)
    return found
