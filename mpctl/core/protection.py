"""Entities that no apply may change unless somebody says so, not even from above.

A selector without wildcards means one entity, which is asked for where the plan alone does not
tell: when it may be written by its number, and when a setting changes above it. Which entities one
with wildcards means would take reading all of them; so whatever it may mean counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import SettingChange
from mpctl.core.entity import Entity, Ref, parse_entity
from mpctl.core.guards import Check, Guard, Lifting
from mpctl.core.inheritance import Changing
from mpctl.core.limits import FLAGS
from mpctl.core.plan import EntityPlan
from mpctl.core.spelling import canonical_name, spelling
from mpctl.core.state import Account, LiveState, Reading

_WILDCARDS: Final = frozenset("*?[")
_BY_NUMBER: Final = "it is written by its number, so whether it is meant is unknown"
NOTHING_READ: Final = LiveState(Account(""))


@dataclass(frozen=True, slots=True)
class Selector:
    """An entry of `protect`."""

    entity: Entity

    @classmethod
    def parse(cls, text: str, default_target: str) -> Selector:
        """Read an entry that the configuration has checked."""
        return cls(parse_entity(text, default_target=default_target))

    @property
    def exact(self) -> bool:
        """Tell whether it means one entity."""
        written = (self.entity.target, self.entity.scope, self.entity.name)
        return not any(_WILDCARDS & set(part) for part in written)

    def of_target(self, target: str) -> bool:
        """Tell whether it may mean entities of a target."""
        return fnmatchcase(target, self.entity.target)

    def names(self, entity: Entity) -> bool:
        """Tell whether it means an entity by the name that this is written with."""
        if not self.in_scope_of(entity):
            return False
        if self.exact:
            return canonical_name(self.entity.name) == canonical_name(entity.name)
        forms = {entity.name, canonical_name(entity.name)}
        return any(fnmatchcase(form, self.entity.name) for form in forms)

    def in_scope_of(self, entity: Entity) -> bool:
        """Tell whether it is about the scope and target of an entity."""
        return self.of_target(entity.target) and fnmatchcase(entity.scope, self.entity.scope)


@dataclass(frozen=True, slots=True)
class Protection:
    """The protected entities against the planned changes of one target.

    `resolved` is what is known of those that had to be asked for, `valued` their settings.
    """

    plans: Sequence[EntityPlan]
    selectors: Sequence[Selector]
    changing: Changing
    writes: Mapping[str, Mapping[Ref, SettingChange]]
    resolved: LiveState = NOTHING_READ
    valued: LiveState = NOTHING_READ

    @classmethod
    def of(
        cls,
        plans: Sequence[EntityPlan],
        selectors: Sequence[Selector],
        capabilities: Capabilities,
    ) -> Protection:
        """Hold what nobody was asked about yet against planned changes."""
        writes: dict[str, dict[Ref, SettingChange]] = {}
        for plan in plans:
            for change in plan.planned:
                if isinstance(change, SettingChange):
                    writes.setdefault(change.name, {})[plan.ref] = change
        return cls(plans, selectors, Changing.of(plans, capabilities), writes)

    def to_resolve(self) -> list[Reading]:
        """The entities that must be found, to know who they are and what stands above them."""
        exact = [selector for selector in self.selectors if selector.exact]
        return [
            Reading(selector.entity, rules=False)
            for selector in exact
            if self._may_come_down(selector) or self._may_be_meant_otherwise(selector)
        ]

    def to_value(self) -> list[Reading]:
        """The entities whose settings must be read, because one changes above them."""
        readings = (
            Reading(
                selector.entity,
                rules=False,
                settings=frozenset(change.name for change in self._nearest_above(selector)),
            )
            for selector in self.selectors
            if selector.entity in self.resolved.entities
        )
        return [reading for reading in readings if reading.settings]

    def check(self, lifting: Lifting) -> Iterator[Check]:
        """Tell of every protected entity that would be changed, or of which that is unknown."""
        told = set()
        for selector in self.selectors:
            for entity, number, what in (*self._touched(selector), *self._from_above(selector)):
                if spelling(entity) not in told:
                    told.add(spelling(entity))
                    yield _check(entity, selector, number, what, lifting)

    def _touched(self, selector: Selector) -> Iterator[tuple[Entity, int, str]]:
        """The entities of the plan that a selector means, or may mean."""
        for plan in self.plans:
            number = len(plan.planned)
            if selector.names(plan.entity) or self._is_resolved(selector, plan):
                yield plan.entity, number, "changes are planned there"
            elif selector.in_scope_of(plan.entity) and self._unsure(selector, plan):
                yield plan.entity, number, _BY_NUMBER

    def _is_resolved(self, selector: Selector, plan: EntityPlan) -> bool:
        found = self.resolved.entities.get(selector.entity)
        return found is not None and plan.ref == Ref(selector.entity.scope, found.native_id)

    def _unsure(self, selector: Selector, plan: EntityPlan) -> bool:
        if not selector.exact:
            return plan.entity.native_id is not None
        return _written_otherwise(selector, plan) and selector.entity in self.resolved.unread

    def _may_be_meant_otherwise(self, selector: Selector) -> bool:
        return any(
            selector.in_scope_of(plan.entity) and _written_otherwise(selector, plan)
            for plan in self.plans
        )

    def _may_come_down(self, selector: Selector) -> list[str]:
        """The settings that change at any level above what a selector means."""
        known = self.changing.capabilities.scopes
        scopes = [scope for scope in known if fnmatchcase(scope, selector.entity.scope)]
        return sorted(
            name
            for name in self.changing.highest
            if any(self.changing.may_reach(scope, name) for scope in scopes)
        )

    def _nearest_above(self, selector: Selector) -> Iterator[SettingChange]:
        """The writes whose values come down, if any does: the nearest of each setting.

        A write that only pins keeps what is above it from coming down.
        """
        found = self.resolved.entities[selector.entity]
        for name in self._may_come_down(selector):
            writes = self.writes[name]
            above = writes if found.ancestors is None else found.ancestors
            nearest = next((writes[ref] for ref in above if ref in writes), None)
            if nearest is not None and (found.ancestors is None or not nearest.pins):
                yield nearest

    def _from_above(self, selector: Selector) -> Iterator[tuple[Entity, int, str]]:
        names = self._may_come_down(selector)
        if not names or selector.entity in self.resolved.missing:
            return
        changing = f"{', '.join(names)} would change above it"
        if not selector.exact:
            yield selector.entity, len(names), f"{changing}, and whom it means is unknown"
        elif selector.entity in self.resolved.entities:
            yield from self._coming_down(selector)
        else:
            problem = self.resolved.unread.get(selector.entity)
            why = f": {problem.summary}" if problem else ""
            yield selector.entity, len(names), f"{changing}, and where it stands is unknown{why}"

    def _coming_down(self, selector: Selector) -> Iterator[tuple[Entity, int, str]]:
        found = self.valued.entities.get(selector.entity)
        problem = self.valued.unread.get(selector.entity)
        why = f": {problem.summary}" if problem else ""
        phrases = []
        for change in self._nearest_above(selector):
            value = found.settings.get(change.name) if found else None
            where = f"{change.name} of {change.entity.path}"
            if value is None:
                phrases.append(f"{where} may come down to it, its own value is unknown{why}")
            elif self._known_above(selector) and _leaves(change, value):
                continue
            else:
                phrases.append(f"{where} may come down to it")
        if phrases:
            yield selector.entity, len(phrases), "; ".join(phrases)

    def _known_above(self, selector: Selector) -> bool:
        return self.resolved.entities[selector.entity].ancestors is not None


def _leaves(change: SettingChange, value: object) -> bool:
    """Tell whether an entity below that reads `value` keeps it.

    It does if the value is not the one that changes, so it comes from further down, or if it is
    what the value becomes.
    """
    return value == change.after or (change.before is not None and value != change.before)


def _written_otherwise(selector: Selector, plan: EntityPlan) -> bool:
    """Tell whether one of the two is written by its number and the other by its name."""
    return (plan.entity.native_id is None) != (selector.entity.native_id is None)


def _check(entity: Entity, selector: Selector, number: int, what: str, lifting: Lifting) -> Check:
    meant = {spelling(entity), spelling(selector.entity)}
    lifted = next((e for e in lifting.protected if spelling(e) in meant), None)
    return Check(
        Guard.PROTECT,
        0,
        number,
        refused=lifted is None,
        entity=str(entity),
        lifted_by=f"{FLAGS[Guard.PROTECT]} {lifted}" if lifted else "",
        what=what,
    )
