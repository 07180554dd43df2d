"""Declared blocks that do nothing, because an allow for the same sender stands in the chain.

At a service where allow wins, an allow at the entity itself, above it or below it beats the block
(Mailprotector reference, section 7.7). Only allows of entities that were read are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import Cause, RuleChange, Verb
from mpctl.core.entity import Entity, Ref
from mpctl.core.match import Match
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import Action, RuleKey
from mpctl.core.state import DesiredEntity, LiveEntity
from mpctl.core.verdict import covering
from mpctl.diagnostics import Code, Diagnostic, Severity


@dataclass(frozen=True)
class Compared:
    """One entity with everything that planning knows of it; every entity below asks for that."""

    desired: DesiredEntity
    live: LiveEntity
    plan: EntityPlan

    @cached_property
    def rules_after(self) -> frozenset[RuleKey]:
        """The rules that are live once the plan is carried out."""
        keys = {row.key for row in self.live.rules}
        for change in self.plan.planned:
            if isinstance(change, RuleChange) and change.verb is Verb.CREATE:
                keys.add(change.key)
            elif isinstance(change, RuleChange) and change.cause is not Cause.SURPLUS:
                keys.discard(change.key)
        return frozenset(keys)

    @cached_property
    def proven(self) -> frozenset[RuleKey]:
        """The live rules of which the service proves that they are the entity's own."""
        return frozenset(row.key for row in self.live.rules if row.owned_here)

    @cached_property
    def created(self) -> frozenset[RuleKey]:
        """The rules that the plan creates."""
        changes = (change for change in self.plan.planned if isinstance(change, RuleChange))
        return frozenset(change.key for change in changes if change.verb is Verb.CREATE)


def voided_blocks(compared: Sequence[Compared], capabilities: Capabilities) -> Iterator[Diagnostic]:
    """Give a warning for each declared block that a known allow in its chain beats."""
    if capabilities.wins is not Action.ALLOW:
        return
    allows = {one.plan.ref: _allows(one) for one in compared}
    names = {one.plan.ref: one.plan.entity for one in compared}
    below = _allowed_below(compared, allows)
    for one in compared:
        upward = {ref: allows[ref] for ref in _upward(one.plan) if allows.get(ref)}
        chain = _Allowed(upward, below.get(one.plan.ref, {}))
        if chain.upward or chain.below:
            yield from _voided(one, chain, names)


def _allows(one: Compared) -> frozenset[Match]:
    return frozenset(key.match for key in one.rules_after if key.action is Action.ALLOW)


def _upward(plan: EntityPlan) -> Sequence[Ref]:
    return (plan.ref, *(plan.ancestors or ()))


_By = Mapping[Match, Sequence[Ref]]


def _allowed_below(
    compared: Sequence[Compared], allows: Mapping[Ref, frozenset[Match]]
) -> Mapping[Ref, _By]:
    """For each ancestor, what is allowed below it, and by whom."""
    below: dict[Ref, dict[Match, list[Ref]]] = {}
    for one in compared:
        for ancestor in one.plan.ancestors or ():
            known = below.setdefault(ancestor, {})
            for match in allows[one.plan.ref]:
                known.setdefault(match, []).append(one.plan.ref)
    return below


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What is allowed along the chain of an entity: at it and above by place, below by match."""

    upward: Mapping[Ref, frozenset[Match]]
    below: _By

    def covering(self, blocked: Match) -> dict[Ref, Match]:
        """Who allows all that is blocked, and as what."""
        found: dict[Ref, Match] = {}
        for match in covering(blocked):
            for ref, allows in self.upward.items():
                if match in allows:
                    found.setdefault(ref, match)
            for ref in self.below.get(match, ()):
                found.setdefault(ref, match)
        return found


def _voided(one: Compared, chain: _Allowed, names: Mapping[Ref, Entity]) -> Iterator[Diagnostic]:
    for key, rule in one.desired.rules.items():
        if key.action is not Action.BLOCK or key not in one.rules_after:
            continue
        for ref, stronger in chain.covering(key.match).items():
            yield Diagnostic(
                Code.VOIDED_BLOCK,
                f"block {rule.shown} has no effect: {names[ref].path} allows {stronger}",
                why="At this service an allow anywhere in the chain beats every block.",
                fix="Remove the allow, or the block that it makes useless.",
                origin=rule.origins[0],
                severity=Severity.WARNING,
                entity=str(one.plan.entity),
            )
