"""Directions say what changes do to mail along the chain: neutral is nothing, and nothing is lost.

The forests are small, and a rule often stands at several levels of a chain, before or after.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings

from mpctl.core.change import Direction, RuleChange, Verb
from mpctl.core.entity import Entity
from mpctl.core.outcome import ApplyResult
from mpctl.core.rule import LiveRule
from mpctl.core.verdict import covers
from tests.laws.forest import Forest
from tests.laws.test_chains import Scene, scenes
from tests.strategies import ADDRESSES


def rule_changes(result: ApplyResult) -> Iterator[RuleChange]:
    """The planned rule changes of a run."""
    for plan in result.plan.entities:
        yield from (change for change in plan.planned if isinstance(change, RuleChange))


def with_rule(forest: Forest, change: RuleChange) -> Forest:
    """The forest with the rule of a change where it is, or would be."""
    here = forest.nodes[change.entity]
    row = LiveRule(change.key, change.shown, "5000")
    return Forest({**forest.nodes, change.entity: replace(here, rules=(*here.rules, row))})


def passages(scene: Scene, forest: Forest) -> dict[tuple[Entity, str], int]:
    """How far rules let every sender's mail get for recipients at every entity."""
    return {
        (entity, sender.value): forest.passage_by_rules(entity, sender, scene.service.wins)
        for entity in forest.nodes
        for sender in ADDRESSES
    }


@settings(max_examples=400)
@given(scenes())
def test_what_has_a_twin_changes_no_verdict(scene: Scene) -> None:
    """With the rule or without it, every sender's mail to every recipient is judged the same."""
    result, states = scene.run()

    for change in rule_changes(result):
        if change.twin is not None:
            forest = states[-1] if change.verb is Verb.DELETE else states[0]
            assert passages(scene, with_rule(forest, change)) == passages(scene, forest)


@settings(max_examples=400)
@given(scenes())
def test_no_loosening_and_no_tightening_goes_uncounted(scene: Scene) -> None:
    """Where more of a sender's mail gets through, a change in the chain is said to loosen it."""
    result, states = scene.run()
    before, after = passages(scene, states[0]), passages(scene, states[-1])

    for entity in scene.forest.nodes:
        chain = {node.entity for node in scene.forest.chain(entity)}
        for sender in ADDRESSES:
            said = {
                change.direction
                for change in rule_changes(result)
                if change.entity in chain and covers(change.match, sender)
            }
            where = entity, sender.value
            assert after[where] <= before[where] or Direction.LOOSENS in said
            assert after[where] >= before[where] or Direction.TIGHTENS in said


@given(scenes())
def test_outcomes_have_the_directions_of_the_plan(scene: Scene) -> None:
    """What was read again right before writing is judged as the whole plan was."""
    result, _ = scene.run()

    planned = {
        (change.entity, change.verb, change.key): (change.direction, change.twin)
        for change in rule_changes(result)
    }
    for ends in result.outcomes.values():
        for change in (end.operation.change for end in ends):
            if isinstance(change, RuleChange):
                where = change.entity, change.verb, change.key
                assert planned[where] == (change.direction, change.twin)
