"""Desired and live state in, changes out: keyed sets over multisets of live rows.

Two questions are settled before anything is compared: which list is owned (may an undeclared rule
go?) and which rule has expired (then it is declared absent). After that every rule key stands in
one of few cases, and the cost is linear in the number of rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import (
    Cause,
    Change,
    Direction,
    RuleChange,
    SettingChange,
    Standing,
    Verb,
    reading_order,
    rule_direction,
)
from mpctl.core.plan import EntityPlan, Ground
from mpctl.core.rule import Action, DeclaredRule, LiveRule, RuleKey
from mpctl.core.state import DesiredEntity, LiveEntity, Mode


def diff(
    desired: DesiredEntity, live: LiveEntity, *, capabilities: Capabilities, now: datetime
) -> EntityPlan:
    """Plan one entity; pure, and the same for any order of rules on either side."""
    sides = _Sides.of(desired, live, now)
    rules = [*_creations(sides), *_surplus(sides), *_removals(sides)]
    changes: list[Change] = [*rules, *_settings(desired, live, capabilities)]
    removed = {c.key for c in rules if c.verb is Verb.DELETE}
    left = [key for key in sides.rows if key not in removed and key not in sides.active]
    ignored = sum(1 for key in left if sides.ignores(key))
    return EntityPlan(
        entity=desired.entity,
        origin=desired.origin,
        native_id=live.native_id,
        live_name=live.live_name,
        ancestors=live.ancestors,
        changes=tuple(sorted(changes, key=reading_order)),
        kept=sum(1 for key in sides.active if key in sides.rows),
        ignored=ignored,
        unmanaged=len(left) - ignored,
        live_rules=sum(1 for row in live.rules if not row.foreign),
        ground=_ground(rules, live),
        findings=(*desired.findings, *live.findings),
    )


@dataclass(frozen=True, slots=True)
class _Sides:
    """Both sides in the shape in which comparing is trivial.

    `rows` are the live rows by key; `active` the declared rules that stand now; `gone` what must
    not be live, and why.
    """

    desired: DesiredEntity
    live: LiveEntity
    rows: Mapping[RuleKey, Sequence[LiveRule]]
    active: Mapping[RuleKey, DeclaredRule]
    gone: Mapping[RuleKey, tuple[DeclaredRule, Cause]]

    @classmethod
    def of(cls, desired: DesiredEntity, live: LiveEntity, now: datetime) -> _Sides:
        gone = {key: (rule, Cause.ABSENT) for key, rule in desired.absent.items()}
        for key, rule in desired.dropped.items():
            gone.setdefault(key, (rule, Cause.DROPPED))
        over = {k: r for k, r in desired.rules.items() if r.expires and r.expired(now)}
        for key, rule in over.items():
            gone.setdefault(key, (rule, Cause.EXPIRED))
        active = desired.rules
        if over:
            active = {key: rule for key, rule in active.items() if key not in over}
        return cls(desired, live, rows_by_key(live.rules), active, gone)

    def removes_undeclared(self, action: Action) -> bool:
        return action in self.desired.owned and self.desired.modes[action] is not Mode.ADDITIVE

    def goes_undeclared(self, key: RuleKey, rows: Sequence[LiveRule]) -> bool:
        stays = self.ignores(key) or all(row.foreign for row in rows)
        return self.removes_undeclared(key.action) and not stays

    def ignores(self, key: RuleKey) -> bool:
        return any(ignore.matches(key) for ignore in self.desired.ignored)

    def observes(self, action: Action) -> bool:
        return self.desired.modes[action] is Mode.OBSERVE


def rows_by_key(rules: Sequence[LiveRule]) -> dict[RuleKey, list[LiveRule]]:
    """Live rows as a multiset: the copies of each rule."""
    rows = {rule.key: [rule] for rule in rules}
    if len(rows) < len(rules):  # seldom: something stands twice
        rows = {key: [] for key in rows}
        for rule in rules:
            rows[rule.key].append(rule)
    return rows


def _creations(sides: _Sides) -> Iterator[RuleChange]:
    for key, rule in sides.active.items():
        if key not in sides.rows:
            standing = Standing.OBSERVED if sides.observes(key.action) else Standing.PLANNED
            yield RuleChange(
                entity=sides.desired.entity,
                verb=Verb.CREATE,
                key=key,
                shown=rule.shown,
                direction=rule_direction(Verb.CREATE, key.action),
                cause=Cause.DECLARED,
                standing=standing,
                declaration=rule,
            )


def _surplus(sides: _Sides) -> Iterator[RuleChange]:
    if len(sides.rows) == len(sides.live.rules):
        return  # nothing stands twice
    for key, rule in sides.active.items():
        rows = sides.rows.get(key, ())
        if len(rows) > 1 and sides.removes_undeclared(key.action):
            yield _removal(sides, surplus_rows(rows), Cause.SURPLUS, rule)


def _removals(sides: _Sides) -> Iterator[RuleChange]:
    for key, rows in sides.rows.items():
        if key in sides.active:
            continue
        if key in sides.gone:
            rule, cause = sides.gone[key]
            yield _removal(sides, rows, cause, rule)
        elif sides.goes_undeclared(key, rows):
            yield _removal(sides, rows, Cause.UNDECLARED)


def surplus_rows(copies: Sequence[LiveRule]) -> Sequence[LiveRule]:
    """All rows of one rule but the one that stays, which is the one with the lowest id."""
    return sorted(copies, key=lambda row: (len(row.native_id), row.native_id))[1:]


def _removal(
    sides: _Sides, rows: Sequence[LiveRule], cause: Cause, rule: DeclaredRule | None = None
) -> RuleChange:
    key = rows[0].key
    direction = rule_direction(Verb.DELETE, key.action)
    return RuleChange(
        entity=sides.desired.entity,
        verb=Verb.DELETE,
        key=key,
        shown=min(row.shown for row in rows),
        direction=Direction.NEUTRAL if cause is Cause.SURPLUS else direction,
        cause=cause,
        standing=_removal_standing(sides, rows),
        declaration=rule,
        copies=len(rows),
    )


def _removal_standing(sides: _Sides, rows: Sequence[LiveRule]) -> Standing:
    if sides.observes(rows[0].key.action):
        return Standing.OBSERVED
    proven = sides.live.complete and all(row.owned_here for row in rows)
    return Standing.PLANNED if proven else Standing.WITHHELD


def _settings(
    desired: DesiredEntity, live: LiveEntity, capabilities: Capabilities
) -> Iterator[SettingChange]:
    observed = desired.settings_mode is Mode.OBSERVE
    for name, setting in desired.settings.items():
        before = live.settings.get(name)
        if before is None or before != setting.value:
            spec = capabilities.settings[name]
            yield SettingChange(
                entity=desired.entity,
                name=name,
                before=before,
                after=setting.value,
                direction=spec.direction(before, setting.value),
                standing=Standing.OBSERVED if observed else Standing.PLANNED,
                declaration=setting,
                meaning=spec.meaning,
            )


def _ground(changes: Sequence[RuleChange], live: LiveEntity) -> Ground:
    """All live rows of the lists that change: what the reviewer's decision stood on."""
    touched = {change.action for change in changes}
    return {
        action: tuple(
            sorted(
                str(row.key.match)
                for row in live.rules
                if row.key.action is action and not row.foreign
            )
        )
        for action in sorted(touched)
    }
