"""Edited policies mean what they meant before, but for the one change, or they are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import Entity
from mpctl.core.rule import Action, DeclaredRule, RuleKey, SettingValue, Waiver
from mpctl.core.state import DesiredEntity, Mode
from mpctl.policy.edit.splice import Unsafe
from mpctl.policy.loading import Repository

Said = Mapping[RuleKey, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the document of one entity says, places and spellings of YAML left out."""

    own: Said = field(default_factory=dict)
    modes: Mapping[Action, Mode] = field(default_factory=dict)
    settings_mode: Mode = Mode.FULL
    owned: frozenset[Action] = frozenset()
    settings: Mapping[str, SettingValue] = field(default_factory=dict)
    rest: tuple[Any, ...] = ()

    @classmethod
    def of(cls, repository: Repository, entity: Entity, service: Capabilities) -> Meaning:
        """Read it from a repository that names the entity."""
        desired = repository.desired.entities[entity]
        own = next(
            declaration
            for declaration in repository.declarations
            if not declaration.ruleset and entity in declaration.entities
        )
        return cls(
            own=_said(own.rules),
            modes=dict(desired.modes),
            settings_mode=desired.settings_mode,
            owned=desired.owned,
            settings={
                name: setting.value
                for name, setting in desired.settings.items()
                if name not in service.settings or service.settings[name].implied is None
            },
            rest=(*_rest(desired), _waived(own.waivers)),
        )

    def with_rule(self, rule: DeclaredRule) -> Meaning:
        """The same with a rule, and its list written; one that was not is only added to."""
        action = rule.key.action
        modes = dict(self.modes)
        if action not in self.owned and modes[action] is Mode.FULL:
            modes[action] = Mode.ADDITIVE
        own = {**self.own, rule.key: saying(rule)}
        return replace(self, own=own, modes=modes, owned=self.owned | {action})

    def without_rule(self, key: RuleKey) -> Meaning:
        """The same without a rule; its list stays owned."""
        return replace(self, own={k: said for k, said in self.own.items() if k != key})

    def with_setting(self, name: str, value: SettingValue) -> Meaning:
        """The same with a setting."""
        return replace(self, settings={**self.settings, name: value})


def saying(rule: DeclaredRule) -> tuple[Any, ...]:
    """What a rule says, wherever it stands."""
    end = rule.expires and rule.expires.text
    fields = (rule.shown, end, rule.reason, rule.ticket, rule.requested_by)
    return (*fields, _waived(rule.waivers))


def prove(
    before: Repository, after: Repository, entity: Entity, expected: Meaning, service: Capabilities
) -> None:
    """Raise Unsafe unless the entity means what is expected and everything else what it meant."""
    if after.desired.entities.keys() != before.desired.entities.keys() | {entity}:
        raise Unsafe("it would name other entities than before")
    if Meaning.of(after, entity, service) != expected:
        raise Unsafe("the entity would not mean exactly that")
    for other, desired in before.desired.entities.items():
        if other != entity and _whole(desired) != _whole(after.desired.entities[other]):
            raise Unsafe(f"it would change {other.path} as well")
    if _rulesets(before) != _rulesets(after):
        raise Unsafe("it would change a rule set as well")


def _whole(desired: DesiredEntity) -> tuple[Any, ...]:
    settings = {name: setting.value for name, setting in desired.settings.items()}
    modes = dict(desired.modes), desired.settings_mode, desired.owned
    return (*modes, settings, _said(desired.rules), *_rest(desired))


def _rest(desired: DesiredEntity) -> tuple[Any, ...]:
    ignored = [(ignore.action, ignore.glob) for ignore in desired.ignored]
    return _said(desired.absent), ignored, desired.when_missing


def _rulesets(repository: Repository) -> dict[str, tuple[Any, ...]]:
    return {
        one.ruleset: (_said(one.rules), one.entities, _waived(one.waivers))
        for one in repository.declarations
        if one.ruleset
    }


def _said(rules: Mapping[RuleKey, DeclaredRule]) -> Said:
    return {key: saying(rule) for key, rule in rules.items()}


def _waived(waivers: tuple[Waiver, ...]) -> list[tuple[Any, ...]]:
    return [(waiver.code, waiver.reason, waiver.until) for waiver in waivers]
