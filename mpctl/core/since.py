"""What somebody changed after a run, as far as the way back meets it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mpctl.core.change import Cause, Change, SettingChange, Verb
from mpctl.core.outcome import Status
from mpctl.core.rule import DeclaredRule, RuleKey
from mpctl.core.run import Step
from mpctl.core.state import DesiredEntity, LiveEntity
from mpctl.core.touched import Touched
from mpctl.diagnostics import Code, Diagnostic, Severity, first_few


@dataclass(slots=True)
class Since:
    """What became of the traces of a run at one entity since.

    `settings` somebody gave a third value; `rules` that the run removed have a newer opposite.
    """

    touched: Touched
    live: LiveEntity
    other: bool = field(init=False)
    settings: dict[str, SettingChange] = field(init=False)
    rules: dict[RuleKey, RuleKey] = field(init=False)

    def __post_init__(self) -> None:
        known = self.touched.before.native_id
        self.other = bool(known) and self.live.native_id != known
        self.settings = {
            change.name: change
            for _, change in self.touched.settings
            if change.before is not None
            and self.live.settings.get(change.name) not in (change.before, change.after)
        }
        old = {row.key for row in self.touched.before.rules} | self.touched.created
        new = {row.key for row in self.live.rules} - old
        opposites = {key: RuleKey(key.action.opposite, key.match) for key in self._restored()}
        self.rules = {key: newer for key, newer in opposites.items() if newer in new}

    def _restored(self) -> Iterator[RuleKey]:
        live = {row.key for row in self.live.rules}
        yield from (key for key in self.touched.desired().rules if key not in live)

    def changed(self) -> Iterator[Diagnostic]:
        """Say what is neither as before the run nor as it left it."""
        if self.other:
            was, now = self.touched.before.native_id, self.live.native_id
            yield self._changed(f"it is another entity now: its number was {was} and is {now}")
        for name, change in self.settings.items():
            value = self.live.settings.get(name)
            yield self._changed(
                f"{name} is {_value(value)} now; the run found {_value(change.before)} "
                f"and left {_value(change.after)}"
            )
        for key, newer in self.rules.items():
            yield self._changed(f"{_key(newer)} was added since; the run removed {_key(key)}")

    def gone(self) -> Iterator[Diagnostic]:
        """Say which changes of the run are not there any more, so that nothing is left to do."""
        gone = [_words(s.operation.change) for s in self.touched.steps if self._is_back(s)]
        if gone:
            yield self._note(f"already as before the run: {first_few(gone)}")

    def spared(self, desired: DesiredEntity) -> DesiredEntity:
        """The desired state without what somebody changed since."""
        if self.other:
            return replace(desired, rules={}, absent={}, settings={})
        return replace(
            desired,
            rules={k: rule for k, rule in desired.rules.items() if k not in self.rules},
            settings={n: s for n, s in desired.settings.items() if n not in self.settings},
        )

    def overwritten(self, desired: DesiredEntity) -> DesiredEntity:
        """The desired state where what was added against it since has to go."""
        newer = {
            key: DeclaredRule(key, str(key.match), desired.rules[old].origins)
            for old, key in self.rules.items()
            if old in desired.rules
        }
        return replace(desired, absent={**desired.absent, **newer})

    def _is_back(self, step: Step) -> bool:
        change = step.operation.change
        if step.status is not Status.APPLIED:
            return False
        if isinstance(change, SettingChange):
            now = self.live.settings.get(change.name)
            return not change.pins and now is not None and now == change.before
        live = {row.key for row in self.live.rules}
        created = change.verb is Verb.CREATE
        return change.cause is not Cause.SURPLUS and (change.key in live) != created

    def _changed(self, what: str) -> Diagnostic:
        return Diagnostic(
            Code.CHANGED_SINCE,
            what,
            why="Somebody changed this after the run.",
            fix="It is left alone, unless you add --overwrite.",
            severity=Severity.WARNING,
            entity=str(self.live.entity),
        )

    def _note(self, what: str) -> Diagnostic:
        return Diagnostic(
            Code.CHANGED_SINCE, what, severity=Severity.NOTE, entity=str(self.live.entity)
        )


def _words(change: Change) -> str:
    if isinstance(change, SettingChange):
        return f"{change.name} {_value(change.before)} -> {_value(change.after)}"
    verb = "add" if change.verb is Verb.CREATE else "remove"
    return f"{verb} {change.action} {change.shown}"


def _key(key: RuleKey) -> str:
    return f"{key.action} {key.match}"


def _value(value: object) -> str:
    if value is None:
        return "unknown"
    return str(value).lower() if isinstance(value, bool) else str(value)
