"""Declared blocks that do nothing, because an allow for the same sender stands in the chain.

At a service where allow wins, an allow at the entity itself, above it or below it beats the block
(Mailprotector reference, section 7.7). Only allows of entities that were read are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import Cause, RuleChange, Verb
from mpctl.core.entity import Entity, Ref
from mpctl.core.match import Match
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import Action, RuleKey
from mpctl.core.state import DesiredEntity, LiveEntity
from mpctl.core.verdict import covering
from mpctl.diagnostics import Code, Diagnostic, Severity


@dataclass(frozen=True, slots=True)
class Compared:
    """One entity with everything that planning knows of it."""

    desired: DesiredEntity
    live: LiveEntity
    plan: EntityPlan

    @property
    def rules_after(self) -> frozenset[RuleKey]:
        """The rules that are live once the plan is carried out."""
        keys = {row.key for row in self.live.rules}
        for change in self.plan.planned:
            if isinstance(change, RuleChange) and change.verb is Verb.CREATE:
                keys.add(change.key)
            elif isinstance(change, RuleChange) and change.cause is not Cause.SURPLUS:
                keys.discard(change.key)
        return frozenset(keys)


def voided_blocks(compared: Sequence[Compared], capabilities: Capabilities) -> Iterator[Diagnostic]:
    """Give a warning for each declared block that a known allow in its chain beats."""
    if capabilities.wins is not Action.ALLOW:
        return
    allows = {c.plan.ref: _allows(c) for c in compared}
    below, names = _below(compared), {c.plan.ref: c.plan.entity for c in compared}
    for one in compared:
        chain = [one.plan.ref, *(one.plan.ancestors or ()), *below.get(one.plan.ref, ())]
        known = [(ref, allows[ref]) for ref in chain if allows.get(ref)]
        if known:
            yield from _voided(one, known, names)


def _allows(one: Compared) -> frozenset[Match]:
    return frozenset(key.match for key in one.rules_after if key.action is Action.ALLOW)


def _below(compared: Sequence[Compared]) -> Mapping[Ref, list[Ref]]:
    below: dict[Ref, list[Ref]] = {}
    for one in compared:
        for ancestor in one.plan.ancestors or ():
            below.setdefault(ancestor, []).append(one.plan.ref)
    return below


def _voided(
    one: Compared,
    chain: Sequence[tuple[Ref, frozenset[Match]]],
    names: Mapping[Ref, Entity],
) -> Iterator[Diagnostic]:
    standing = one.rules_after
    for key, rule in one.desired.rules.items():
        if key.action is not Action.BLOCK or key not in standing:
            continue
        for ref, allows in chain:
            stronger = next((m for m in covering(key.match) if m in allows), None)
            if stronger is not None:
                yield Diagnostic(
                    Code.VOIDED_BLOCK,
                    f"block {rule.shown} has no effect: {names[ref].path} allows {stronger}",
                    why="At this service an allow anywhere in the chain beats every block.",
                    fix="Remove the allow, or the block that it makes useless.",
                    origin=rule.origins[0],
                    severity=Severity.WARNING,
                    entity=str(one.plan.entity),
                )
