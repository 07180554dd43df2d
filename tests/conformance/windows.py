"""Whether any moment of a run judged mail, or showed a setting, against both old and new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from mpctl.core.entity import Entity
from mpctl.core.match import Kind, Match, live_match
from mpctl.core.rule import Action, RuleKey
from mpctl.core.verdict import verdict
from tests.conformance.scenario import Scenario, Snapshots
from tests.conformance.service import Rule

Rules = Mapping[Entity, AbstractSet[Rule]]
_RANK: Final = {Action.BLOCK: 0, None: 1, Action.ALLOW: 2}


def opens_window(scenario: Scenario, before: Snapshots, moments: Sequence[Snapshots]) -> bool:
    """Tell whether a moment does not lie between the old and the declared state."""
    return any(_leaves(scenario, before, moment) for moment in moments)


def _leaves(scenario: Scenario, before: Snapshots, moment: Snapshots) -> bool:
    old: Rules = {entity: before[entity].rules.keys() for entity in before}
    now: Rules = {entity: moment[entity].rules.keys() for entity in moment}
    new: Rules = {entity: stage.declared for entity, stage in scenario.stages.items()}
    passages = zip(*(_passages(scenario, rules) for rules in (old, now, new)), strict=True)
    judged = any(not min(was, shall) <= here <= max(was, shall) for was, here, shall in passages)
    return judged or any(
        value not in {before[entity].settings.get(name), declared.get(name)}
        for entity, declared in _settings(scenario)
        for name, value in moment[entity].settings.items()
    )


def _settings(scenario: Scenario) -> Iterator[tuple[Entity, Mapping[str, object]]]:
    for entity, stage in scenario.stages.items():
        yield entity, stage.settings_of(scenario.service)


def _passages(scenario: Scenario, rules: Rules) -> Iterator[int]:
    """How far each sender's mail gets for recipients below each entity: held 0, delivered 2."""
    wins, above = scenario.service.capabilities.wins, scenario.service.above
    parsed = {entity: [_key(rule) for rule in held] for entity, held in rules.items()}
    for entity in scenario.stages:
        inherited = parsed[above] if above is not None and entity != above else []
        for sender in map(_sender, scenario.service.values):
            yield _RANK[verdict(sender, [*parsed[entity], *inherited], wins=wins).action]


def _key(rule: Rule) -> RuleKey:
    return RuleKey(rule.action, live_match(rule.value))


def _sender(value: str) -> Match:
    return Match(Kind.EMAIL, value if "@" in value else f"any@{value}")
