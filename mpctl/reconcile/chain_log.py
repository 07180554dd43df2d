"""What became of each operation of a chain, and what has to be held back because of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from mpctl.core.capabilities import Capabilities
from mpctl.core.chain import Chain, related
from mpctl.core.change import Change, RuleChange, SettingChange, Verb
from mpctl.core.entity import Entity
from mpctl.core.outcome import Outcome, Status
from mpctl.core.plan import EntityPlan
from mpctl.core.schedule import Operation
from mpctl.core.verdict import meet
from mpctl.diagnostics import Code

CREATION_FAILED: Final = "a rule that had to be there first could not be created"
RIVAL_FAILED: Final = "a rule of the other list for the same senders could not be changed first"
SETTING_FAILED: Final = "a value below, which had to be written first, could not be"
LEVEL_FAILED: Final = "a setting that judges the same mail could not be written first"


class ChainLog:
    """The outcomes of one chain so far; entities of a stage may note theirs concurrently.

    `record` is told of all of them.
    """

    def __init__(
        self,
        chain: Chain,
        capabilities: Capabilities,
        record: Callable[[Sequence[Outcome]], None] = lambda _: None,
    ) -> None:
        self._settings = capabilities.settings
        self._record = record
        self.outcomes: dict[Entity, list[Outcome]] = {plan.entity: [] for plan in chain}
        self._plans = {plan.entity: plan for plan in chain}
        self._undone: list[Change] = []

    def note(self, outcomes: Sequence[Outcome]) -> None:
        """Take outcomes of one entity in."""
        self._record(outcomes)
        for outcome in outcomes:
            change = outcome.operation.change
            self.outcomes[change.entity].append(outcome)
            if outcome.status is not Status.APPLIED:
                self._undone.append(change)

    def give_up(self, plan: EntityPlan, reason: str, code: Code | None = None) -> None:
        """Note that nothing of an entity's plan was attempted."""
        self.note([not_attempted(Operation(change), reason, code) for change in plan.planned])

    def held_back(self, operation: Operation) -> str:
        """Why an operation must wait for what was not done before it; empty when it need not.

        A removal waits for every creation in the chain above and below it, and a setting for those
        below; a rule waits for its rivals of the other list. A setting that judges mail stands
        between what comes and what goes: it waits for the one, and the other for it.
        """
        change = operation.change
        undone = [other for other in self._undone if self._bears_on(other, change)]
        rules = [other for other in undone if isinstance(other, RuleChange)]
        settings = [other for other in undone if isinstance(other, SettingChange)]
        if isinstance(change, SettingChange):
            return self._setting_held_back(change, rules, settings)
        return self._rule_held_back(change, rules, settings)

    def _setting_held_back(
        self,
        change: SettingChange,
        rules: Sequence[RuleChange],
        settings: Sequence[SettingChange],
    ) -> str:
        if any(setting.name == change.name for setting in settings):
            return SETTING_FAILED
        return CREATION_FAILED if self._judges(change) and any(map(_comes, rules)) else ""

    def _rule_held_back(
        self, change: RuleChange, rules: Sequence[RuleChange], settings: Sequence[SettingChange]
    ) -> str:
        if change.verb is Verb.DELETE:
            if any(map(_comes, rules)):
                return CREATION_FAILED
            if any(map(self._judges, settings)):
                return LEVEL_FAILED
        rivals = (rule for rule in rules if rule.action is not change.action)
        return RIVAL_FAILED if any(meet(rule.match, change.match) for rule in rivals) else ""

    def _judges(self, setting: SettingChange) -> bool:
        return self._settings[setting.name].judges

    def _bears_on(self, other: Change, change: Change) -> bool:
        if other.entity == change.entity:
            return True
        return related(self._plans[other.entity], self._plans[change.entity])


def _comes(rule: RuleChange) -> bool:
    return rule.verb is Verb.CREATE


def not_attempted(operation: Operation, reason: str, code: Code | None = None) -> Outcome:
    """The outcome of an operation that was left alone."""
    return Outcome(operation, Status.NOT_ATTEMPTED, reason, code=code)
