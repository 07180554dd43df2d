"""Rows that somebody else owns for certain: they fulfil declarations, and nothing else."""

from __future__ import annotations

from mpctl.core.change import Standing
from mpctl.core.diff import diff
from mpctl.core.entity import parse_entity
from mpctl.core.match import parse_match
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import Action, DeclaredRule, LiveRule, RuleKey
from mpctl.core.state import DesiredEntity, LiveEntity, Mode
from mpctl.diagnostics import Origin
from mpctl.providers.stalwart.capabilities import CAPABILITIES
from tests.clock import START

HERE = Origin("policies/mx.yaml", 1, 1)
ENTITY = parse_entity("server/mx.acme.example", default_target="mail")
BANNED = RuleKey(Action.BLOCK, parse_match("198.51.100.7"))
FOREIGN = LiveRule(BANNED, "198.51.100.7", "ban", owned_here=False, foreign=True)


def planned(*declared: RuleKey, absent: tuple[RuleKey, ...] = ()) -> EntityPlan:
    """Plan an owned list against one foreign row."""
    rules = {key: DeclaredRule(key, str(key.match), (HERE,)) for key in declared}
    gone = {key: DeclaredRule(key, str(key.match), (HERE,)) for key in absent}
    desired = DesiredEntity(
        ENTITY,
        HERE,
        modes=dict.fromkeys(Action, Mode.FULL),
        owned=frozenset(Action),
        rules=rules,
        absent=gone,
    )
    live = LiveEntity(ENTITY, "mx", rules=(FOREIGN,))
    return diff(desired, live, capabilities=CAPABILITIES, now=START)


def test_a_foreign_row_is_no_drift() -> None:
    """Nothing is planned of it, no guard counts it, and no ground stands on it."""
    plan = planned()
    assert (plan.changes, plan.unmanaged, plan.live_rules) == ((), 1, 0)


def test_a_foreign_row_fulfils_a_declaration() -> None:
    """What stands already is not written again."""
    assert planned(BANNED).changes == ()


def test_a_foreign_row_that_must_be_absent_is_withheld() -> None:
    """A policy that asks for it by name learns that mpctl may not."""
    (change,) = planned(absent=(BANNED,)).changes
    assert change.standing is Standing.WITHHELD


def test_no_ground_stands_on_a_foreign_row() -> None:
    """A ban that comes or goes does not move a plan."""
    other = RuleKey(Action.BLOCK, parse_match("198.51.100.8"))
    assert planned(other).ground == {Action.BLOCK: ()}
