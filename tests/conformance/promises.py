"""What holds after any run whatever: exactly-once effect, no false removal, an honest outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mpctl.core.change import RuleChange, SettingChange, Verb, subject_of
from mpctl.core.entity import Entity
from mpctl.core.outcome import ApplyResult, Outcome, Status
from mpctl.diagnostics import ExitCode
from tests.conformance.moving import planned, rule_of
from tests.conformance.running import Snapshot
from tests.conformance.scenario import Scenario, Snapshots
from tests.conformance.service import Rule
from tests.conformance.table import Stage
from tests.conformance.windows import opens_window


class Broken(StrEnum):
    """A promise that a run broke."""

    DUPLICATE = "duplicates"
    FALSE_REMOVAL = "false removals"
    NO_OUTCOME = "operations without outcome"
    LOST = "rules lost that old and new want"
    MEDDLED = "changes to what is not managed"
    WINDOW = "moments that judge mail against old and new"
    NO_EFFECT = "applied without effect, unnoticed"
    SECRET_EFFECT = "not applied, but with an effect"
    EXIT_CODE = "exit codes that are not true"
    NOT_JOURNALED = "runs that the journal does not tell the truth about"
    NOT_TAKEN_BACK = "runs that could not be rolled back"
    NOT_FINISHED = "second runs that did not finish"


@dataclass(frozen=True, slots=True)
class Meddled:
    """What another writer did during a run: rules that came, and rules that went."""

    came: Counter[tuple[Entity, Rule]]
    went: Counter[tuple[Entity, Rule]]

    @property
    def anything(self) -> bool:
        """Whether there was another writer at all."""
        return bool(self.came or self.went)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a scenario that was disturbed, with what was live before, during and after it.

    Where the service `lied`, and called something done which is not, the final reading has to
    notice.
    """

    scenario: Scenario
    before: Snapshots
    moments: Sequence[Snapshots]
    result: ApplyResult
    after: Snapshots
    meddled: Meddled
    lied: bool

    def broken(self) -> Iterator[Broken]:
        """Name every promise that was broken."""
        for entity in self.scenario.stages:
            yield from _At(self, entity).broken()
        alone = not (self.lied or self.meddled.anything)
        if alone and opens_window(self.scenario, self.before, self.moments):
            yield Broken.WINDOW
        if not self._exit_code_is_true():
            yield Broken.EXIT_CODE

    def _exit_code_is_true(self) -> bool:
        code = self.result.exit_code
        if code is ExitCode.DONE:
            return self.meddled.anything or all(
                self.after[entity].rules == Counter(stage.declared)
                for entity, stage in self.scenario.stages.items()
            )
        if code is ExitCode.STOPPED:
            return self.meddled.anything or self.after == self.before
        return code is ExitCode.PARTIAL


@dataclass(frozen=True, slots=True)
class _At:
    """A run as one entity saw it."""

    run: Run
    entity: Entity

    @property
    def stage(self) -> Stage:
        return self.run.scenario.stages[self.entity]

    @property
    def before(self) -> Snapshot:
        return self.run.before[self.entity]

    @property
    def after(self) -> Snapshot:
        return self.run.after[self.entity]

    @property
    def outcomes(self) -> Sequence[Outcome]:
        return self.run.result.outcomes.get(self.entity, ())

    @property
    def expected(self) -> Counter[Rule]:
        """What would be there if the run had done nothing."""
        return self.before.rules + self._of(self.run.meddled.came) - self._of(self.run.meddled.went)

    def _of(self, meddled: Counter[tuple[Entity, Rule]]) -> Counter[Rule]:
        return Counter({r: n for (entity, r), n in meddled.items() if entity == self.entity})

    def broken(self) -> Iterator[Broken]:
        came = self._of(self.run.meddled.came)
        allowed = {rule: max(1, self.before.rules[rule]) + came[rule] for rule in self.after.rules}
        if any(copies > allowed[rule] for rule, copies in self.after.rules.items()):
            yield Broken.DUPLICATE
        changes = [c for c in planned(self.run.result.plan) if c.entity == self.entity]
        rules = [change for change in changes if isinstance(change, RuleChange)]
        removals = {rule_of(change) for change in rules if change.verb is Verb.DELETE}
        if (self.expected - self.after.rules).keys() - removals:
            yield Broken.FALSE_REMOVAL
        if not self.stage.declared & self.expected.keys() <= self.after.rules.keys():
            yield Broken.LOST
        if self.after.rest != self.before.rest:
            yield Broken.MEDDLED
        ended = {subject_of(outcome.operation.change) for outcome in self.outcomes}
        if {subject_of(change) for change in changes} != ended:
            yield Broken.NO_OUTCOME
        yield from self._untrue()

    def _untrue(self) -> Iterator[Broken]:
        # Where both actions cannot stand at once, the creation takes the opposite rows away itself.
        replaced = {id_ for o in self.outcomes if o.wrote for id_ in o.operation.replaces}
        others = {**self._of(self.run.meddled.came), **self._of(self.run.meddled.went)}
        judged = [o for o in self.outcomes if not _concerns(o, others)]
        applied = [outcome for outcome in judged if outcome.status is Status.APPLIED]
        untouched = [o for o in judged if not o.wrote and o.operation.native_id not in replaced]
        noticed = self.run.lied and bool(self.run.result.findings)
        if not noticed and not all(map(self._has_effect, applied)):
            yield Broken.NO_EFFECT
        if not all(map(self._has_no_effect, untouched)):
            yield Broken.SECRET_EFFECT

    def _has_effect(self, outcome: Outcome) -> bool:
        change = outcome.operation.change
        if isinstance(change, SettingChange):
            return self.after.settings.get(change.name) == change.after
        if change.verb is Verb.CREATE:
            return rule_of(change) in self.after.rules
        return outcome.operation.native_id not in {str(row.id) for row in self.after.rows}

    def _has_no_effect(self, outcome: Outcome) -> bool:
        change, native_id = outcome.operation.change, outcome.operation.native_id
        if isinstance(change, SettingChange):
            return self.after.settings == self.before.settings
        rule = rule_of(change)
        if change.verb is Verb.CREATE:
            return rule not in self.after.rules
        ids = {str(row.id) for row in self.after.rows}
        return native_id in ids if native_id else self.after.rules[rule] == self.before.rules[rule]


def _concerns(outcome: Outcome, rules: dict[Rule, int]) -> bool:
    change = outcome.operation.change
    return isinstance(change, RuleChange) and rule_of(change) in rules
