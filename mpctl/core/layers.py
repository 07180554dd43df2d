"""The levels of a recipient's chain: as they are live, or as far as policies alone tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from mpctl.core.bearing import Layer, Standing
from mpctl.core.browse import Level
from mpctl.core.capabilities import Capabilities, Scope
from mpctl.core.entity import ID_PREFIX, Entity
from mpctl.core.rule import LiveRule
from mpctl.core.spelling import canonical_name, spelling
from mpctl.core.state import DesiredEntity


def live_layers(
    levels: Iterable[Level], declared: Callable[[Level], DesiredEntity | None]
) -> Iterator[Layer]:
    """What is live, each rule with the places that declare it."""
    for level in levels:
        policy = declared(level)
        rules = tuple(_standing(rule, policy) for rule in level.rules)
        yield Layer(level.path, rules, whole=level.complete)


def declaring(
    desired: Mapping[Entity, DesiredEntity], target: str
) -> Callable[[Level], DesiredEntity | None]:
    """A function that finds the document of a level, written by name or by number."""
    by_spelling = {spelling(entity): one for entity, one in desired.items()}

    def find(level: Level) -> DesiredEntity | None:
        scope, _, name = level.path.partition("/")
        names = (canonical_name(name.casefold()), f"{ID_PREFIX}{level.ref.native_id}")
        found = (by_spelling.get((target, scope, one)) for one in names)
        return next((one for one in found if one is not None), None)

    return find


def policy_layers(
    address: str, desired: Iterable[DesiredEntity], service: Capabilities, now: datetime
) -> Iterator[tuple[DesiredEntity, Layer]]:
    """The declared entities that hold for an address, or may, the nearest level first.

    `desired` are those of one target. Where an entity stands is known to policies by its name
    alone: an address, its domain. No layer is whole, since other levels may stand between.
    """
    order = list(service.scopes)
    for one in sorted(desired, key=lambda d: (-order.index(d.entity.scope), d.entity)):
        above = _stands_above(one.entity, address, service)
        if above is not False:
            rules = tuple(
                Standing(key, rule.shown, rule.origins, rule.reason or rule.ticket)
                for key, rule in one.rules.items()
                if not rule.expired(now)
            )
            yield one, Layer(one.entity.path, rules, above=above is True, whole=False)


def _stands_above(entity: Entity, address: str, service: Capabilities) -> bool | None:
    """Tell whether an entity holds for an address, None where its name does not tell."""
    scope = service.scopes[entity.scope]
    if entity.native_id is not None:
        return None
    if not scope.in_domain:
        return True if len(service.scopes) == 1 else None
    return _names(scope, canonical_name(entity.name), address)


def _names(scope: Scope, name: str, address: str) -> bool | None:
    first, _, _ = name.partition("/")
    if scope.parts > 1:
        return None if first == address.rpartition("@")[2] else False
    return first in {address, address.rpartition("@")[2]}


def _standing(rule: LiveRule, policy: DesiredEntity | None) -> Standing:
    declared = policy.rules.get(rule.key) if policy else None
    if declared is None:
        return Standing(rule.key, rule.shown)
    return Standing(rule.key, rule.shown, declared.origins, declared.reason or declared.ticket)
