"""Moving a service from stage to stage, and what must be true at each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from mpctl.core.change import Change, RuleChange, SettingChange, Verb, subject_of
from mpctl.core.outcome import ApplyResult, Status
from mpctl.core.plan import Plan
from mpctl.core.rule import SettingValue
from mpctl.diagnostics import ExitCode
from tests.conformance.running import Bench, Snapshot
from tests.conformance.service import Choice, Effect, Rule, Service
from tests.conformance.table import Stage, table


@dataclass(frozen=True, slots=True)
class Reachable:
    """How far a correct client gets from `before` to a stage, where the effects are as they are."""

    stage: Stage
    before: Snapshot
    effects: frozenset[Effect]

    @property
    def refused(self) -> set[Rule]:
        """The declared rules that cannot come, because their opposite cannot go."""
        if Effect.FLIPS_REFUSED not in self.effects:
            return set()
        missing = self.stage.declared - self.before.rules.keys()
        return {r for r in missing if Rule(r.action.opposite, r.value) in self.before.rules}

    @property
    def rules(self) -> Counter[Rule]:
        """The lists in the end: as declared, or with everything that was there besides."""
        ends = self.stage.ends(self.before.rules) - Counter(self.refused)
        withheld = Effect.REMOVALS_WITHHELD in self.effects
        return ends | self.before.rules if withheld else ends

    @property
    def leftover(self) -> bool:
        """Whether rules stay that should go."""
        return bool(self.rules - self.stage.ends(self.before.rules))

    @property
    def kept_ids(self) -> dict[Rule, int | str]:
        """The rows that must be the very same afterwards."""
        return {rule: id_ for rule, id_ in self.before.first_ids.items() if rule in self.rules}

    def settings(self, service: Service) -> dict[str, SettingValue]:
        """The settings in the end: as declared, or as they were."""
        refused = Effect.SETTINGS_REFUSED in self.effects
        return self.before.settings | ({} if refused else self.stage.settings_of(service))

    def fails(self, change: Change) -> bool:
        """Tell whether a planned change fails, and is planned again."""
        if isinstance(change, SettingChange):
            return Effect.SETTINGS_REFUSED in self.effects
        return change.verb is Verb.CREATE and rule_of(change) in self.refused


def go_through(service: Service, switches: Choice) -> int:
    """Move through the whole table at a choice of switches; gives the number of stages."""
    stages = table(service)
    with service.open(switches) as sandbox:
        bench = Bench(service, sandbox)
        for stage in stages:
            advance(bench, stage, service.effects(switches))
    return len(stages)


def advance(bench: Bench, stage: Stage, effects: frozenset[Effect] = frozenset()) -> None:
    """Move to one stage: plan, apply, look past the provider, and plan again."""
    for action, value in stage.strangers:
        bench.service.put(bench.sandbox, bench.entity, action, value)
    bench.service.settle(bench.sandbox)
    desired = stage.desired(bench.service, bench.entity)
    before = bench.snapshot()
    reachable = Reachable(stage, before, effects)

    result = bench.apply(desired)

    after, again = bench.snapshot(), bench.plan(desired)
    fails = {subject_of(change): reachable.fails(change) for change in planned(result.plan)}
    undone = {subject for subject, fail in fails.items() if fail}
    assert (result.plan.problems, result.findings, again.problems) == ((), (), ())
    assert after.rules == reachable.rules
    assert after.settings == reachable.settings(bench.service)
    assert after.rest == before.rest
    assert after.first_ids.items() >= reachable.kept_ids.items()
    assert _statuses(result) == {
        (subject, Status.FAILED if fail else Status.APPLIED) for subject, fail in fails.items()
    }
    assert {subject_of(change) for change in planned(again)} == undone
    assert bool(again.summary.withheld) == reachable.leftover
    assert result.exit_code is _exit_code(result, reachable, after)


def _exit_code(result: ApplyResult, reachable: Reachable, after: Snapshot) -> ExitCode:
    fails = [change for change in planned(result.plan) if reachable.fails(change)]
    if not fails and not reachable.leftover:
        return ExitCode.DONE
    touched = any(isinstance(change, SettingChange) for change in fails)
    return ExitCode.PARTIAL if touched or after != reachable.before else ExitCode.STOPPED


def rule_of(change: RuleChange) -> Rule:
    """The rule that a change is about."""
    return Rule(change.action, str(change.match))


def planned(plan: Plan) -> Iterator[Change]:
    """The planned changes of all entities."""
    for entity in plan.entities:
        yield from entity.planned


def _statuses(result: ApplyResult) -> set[tuple[tuple[str, ...], Status]]:
    outcomes = (outcome for ends in result.outcomes.values() for outcome in ends)
    return {(subject_of(outcome.operation.change), outcome.status) for outcome in outcomes}
