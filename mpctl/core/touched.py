"""What a run did at one entity, the state that undoes it, and what nothing can undo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mpctl.core.change import Cause, RuleChange, SettingChange, Verb
from mpctl.core.entity import Entity
from mpctl.core.rule import Action, DeclaredRule, DeclaredSetting, RuleKey
from mpctl.core.run import Before, Run, Step
from mpctl.core.state import DesiredEntity, Mode
from mpctl.diagnostics import Code, Diagnostic, Origin, Severity


@dataclass(frozen=True, slots=True)
class Touched:
    """What a run did, or may have done, at one entity; `path` is that of its journal."""

    entity: Entity
    path: str
    before: Before
    steps: tuple[Step, ...]

    @classmethod
    def of(cls, run: Run, entity: Entity) -> Touched:
        """Collect the steps of a run at an entity that wrote, or may have."""
        steps = tuple(step for step in run.wrote if step.operation.change.entity == entity)
        before = run.before.get(entity, Before(entity, ""))
        return cls(entity, run.path, before, steps)

    @property
    def rules(self) -> Iterator[tuple[Step, RuleChange]]:
        """The steps that created or deleted a rule."""
        for step in self.steps:
            if isinstance(step.operation.change, RuleChange):
                yield step, step.operation.change

    @property
    def settings(self) -> Iterator[tuple[Step, SettingChange]]:
        """The steps that wrote a setting."""
        for step in self.steps:
            if isinstance(step.operation.change, SettingChange):
                yield step, step.operation.change

    @property
    def created(self) -> frozenset[RuleKey]:
        """The rules that the run brought."""
        return frozenset(c.key for _, c in self.rules if c.verb is Verb.CREATE)

    def origin(self, step: Step) -> Origin:
        """Where the journal tells of a step."""
        return Origin(self.path, step.line, 1)

    def desired(self) -> DesiredEntity:
        """Everything as it was before: nothing is owned, so nothing else can be removed."""
        return DesiredEntity(
            entity=self.entity,
            origin=Origin(self.path, self.before.line, 1),
            modes=dict.fromkeys(Action, Mode.ADDITIVE),
            rules={rule.key: rule for rule in self._removed()},
            absent={
                c.key: DeclaredRule(c.key, c.shown, (self.origin(step),))
                for step, c in self.rules
                if c.verb is Verb.CREATE
            },
            settings={
                c.name: DeclaredSetting(c.name, c.before, self.origin(step))
                for step, c in self.settings
                if c.before is not None
            },
        )

    def _removed(self) -> Iterator[DeclaredRule]:
        """The rules that went, and those that had to go before another could be created."""
        spelling = {row.key: row.shown for row in self.before.rules}
        for step, change in self.rules:
            opposite = RuleKey(change.action.opposite, change.match)
            if change.verb is Verb.DELETE and change.cause is not Cause.SURPLUS:
                yield DeclaredRule(change.key, change.shown, (self.origin(step),))
            elif step.operation.replaces and opposite in spelling:
                yield DeclaredRule(opposite, spelling[opposite], (self.origin(step),))

    def cannot(self, recorded: DesiredEntity) -> Iterator[Diagnostic]:
        """Say what of it no rollback to that state can undo."""
        for _, rule in self.rules:
            if rule.verb is Verb.DELETE and rule.cause is Cause.SURPLUS:
                yield self._lost(f"{_rule(rule)} was there more than once; once is enough")
        for step, change in self.settings:
            if change.before is None:
                what = f"what {change.name} was before is not known; it stays as it is"
                yield self._lost(what, Severity.WARNING)
            elif step.outcome is not None and step.outcome.code is Code.SETTING_DAMAGED:
                what = f"writing {change.name} damaged its neighbours: {step.outcome.detail}"
                yield self._lost(what, Severity.WARNING)
            elif change.pins:
                what = f"{change.name} was written explicitly and stays the entity's own"
                yield self._lost(what)
            elif recorded.settings[change.name].value == change.before:
                what = f"{change.name} goes back by its value; if it was inherited, it is no more"
                yield self._lost(what)

    def _lost(self, what: str, severity: Severity = Severity.NOTE) -> Diagnostic:
        return Diagnostic(Code.NOT_UNDONE, what, severity=severity, entity=str(self.entity))


def _rule(change: RuleChange) -> str:
    return f"{change.action} {change.shown}"
