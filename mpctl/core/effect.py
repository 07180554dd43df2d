"""Direction by effect along the chain: what changes nothing because the rule stands above anyway.

The mail of whoever stands at or below an entity is judged by the rules of everything above too. So
a removal has no effect while the exact same rule stands at an ancestor once the plan is done, and a
creation has none where it stood at an ancestor before. Only exact matches at ancestors whose list
was read count; in any doubt a change keeps the direction of its verb.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mpctl.core.change import (
    Change,
    Direction,
    RuleChange,
    Tie,
    Twin,
    Verb,
    reading_order,
    subject_of,
)
from mpctl.core.entity import Ref
from mpctl.core.plan import EntityPlan
from mpctl.core.voiding import Compared

_Lists = Mapping[Ref, Compared]


def judged_together(compared: Sequence[Compared]) -> tuple[Compared, ...]:
    """The entities of one target, with the changes neutral that have no effect along the chain."""
    lists = {one.plan.ref: one for one in compared if one.desired.reads.rules}
    return tuple(replace(one, plan=_judged(one.plan, lists)) for one in compared)


def judged_as(fresh: EntityPlan, judged: EntityPlan) -> EntityPlan:
    """A plan that was made again, with the directions that the whole plan found."""
    known = {subject_of(c): c for c in judged.planned if isinstance(c, RuleChange) and c.twin}

    def of(change: Change) -> Change:
        like = known.get(subject_of(change))
        if like is None or not isinstance(change, RuleChange):
            return change
        return replace(change, direction=like.direction, twin=like.twin)

    return _with(fresh, [of(change) for change in fresh.changes]) if known else fresh


def _judged(plan: EntityPlan, lists: _Lists) -> EntityPlan:
    above = [lists[ref] for ref in plan.ancestors or () if ref in lists and ref != plan.ref]
    return _with(plan, [_by_effect(change, above) for change in plan.changes]) if above else plan


def _with(plan: EntityPlan, changes: Sequence[Change]) -> EntityPlan:
    return replace(plan, changes=tuple(sorted(changes, key=reading_order)))


def _by_effect(change: Change, above: Sequence[Compared]) -> Change:
    """A change as neutral, with its twin, when it has one; the nearest one counts."""
    if not isinstance(change, RuleChange) or change.direction is Direction.NEUTRAL:
        return change
    for one in above:
        before, after = change.key in one.proven, change.key in one.rules_after
        there = after if change.verb is Verb.DELETE else before
        if there and (before or change.key in one.created):
            twin = Twin(_tie(before=before, after=after), one.plan.entity)
            return replace(change, direction=Direction.NEUTRAL, twin=twin)
    return change


def _tie(*, before: bool, after: bool) -> Tie:
    if before and after:
        return Tie.ALSO_AT
    return Tie.MOVED_FROM if before else Tie.MOVED_TO
