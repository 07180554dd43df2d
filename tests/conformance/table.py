"""The table of desired states that every service is moved through, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fnmatch import fnmatch
from typing import Final

from mpctl.core.entity import Entity
from mpctl.core.match import parse_match
from mpctl.core.rule import (
    Action,
    DeclaredRule,
    DeclaredSetting,
    Expiry,
    RuleKey,
    SettingValue,
)
from mpctl.core.state import DesiredEntity, Ignore, Mode
from mpctl.diagnostics import Origin
from tests.clock import START
from tests.conformance.service import Rule, Service

HERE: Final = Origin("policies/acme/acme.example.yaml", 3, 1)
Lists = Mapping[Action, tuple[str, ...] | None]
OVER: Final = Expiry("2026-11-20", START - timedelta(hours=3))


@dataclass(frozen=True, slots=True)
class Stage:
    """A desired state of one entity.

    `allow` and `block` are the declared values, None for a list that is not written; `strangers`
    are rows that somebody else adds before the plan is made.
    """

    title: str
    allow: tuple[str, ...] | None = ()
    block: tuple[str, ...] | None = ()
    setting: int | None = None
    mode: Mode = Mode.FULL
    absent: Lists = field(default_factory=dict)
    expired: Lists = field(default_factory=dict)
    ignored: tuple[Ignore, ...] = ()
    strangers: tuple[tuple[Action, str], ...] = ()

    @property
    def lists(self) -> dict[Action, tuple[str, ...] | None]:
        """The two lists by action."""
        return {Action.ALLOW: self.allow, Action.BLOCK: self.block}

    def of(self, service: Service) -> Stage:
        """The stage as far as the service has such lists; the others are not written."""
        lacks = [action for action in Action if action not in service.actions]
        return replace(
            self,
            allow=None if Action.ALLOW in lacks else self.allow,
            block=None if Action.BLOCK in lacks else self.block,
            absent={a: values for a, values in self.absent.items() if a not in lacks},
            expired={a: values for a, values in self.expired.items() if a not in lacks},
            strangers=tuple(row for row in self.strangers if row[0] not in lacks),
        )

    def desired(self, service: Service, entity: Entity) -> DesiredEntity:
        """The stage as a policy declares it."""
        return DesiredEntity(
            entity=entity,
            origin=HERE,
            modes=dict.fromkeys(Action, self.mode),
            owned=frozenset(action for action, values in self.lists.items() if values is not None),
            rules={**_rules(self.lists), **_rules(self.expired, OVER)},
            absent=_rules(self.absent),
            ignored=self.ignored,
            settings=_settings({**self.settings_of(service), **_implied(service)}),
        )

    def settings_of(self, service: Service) -> dict[str, SettingValue]:
        """The declared settings; a service without any declares none."""
        if self.setting is None or service.setting is None:
            return {}
        name, values = service.setting
        return {name: values[self.setting]}

    @property
    def declared(self) -> frozenset[Rule]:
        """The rules that have to be live."""
        return frozenset(_all(self.lists))

    def tolerates(self, rule: Rule) -> bool:
        """Tell whether a live rule may stay although it is not declared."""
        if rule in {*_all(self.absent), *_all(self.expired)}:
            return False
        if self.mode is Mode.ADDITIVE or self.lists[rule.action] is None:
            return True
        return any(i.action is rule.action and fnmatch(rule.value, i.glob) for i in self.ignored)

    def ends(self, before: Counter[Rule]) -> Counter[Rule]:
        """The lists that the stage makes of what was live."""
        stay = Counter({rule: copies for rule, copies in before.items() if self.tolerates(rule)})
        return Counter(self.declared) | stay


def table(service: Service) -> tuple[Stage, ...]:
    """The stages, in an order in which each differs from the one before."""
    a, b, c, d, e, f, *more = service.values
    other_a, other_b, *_, other_e, other_f = service.spelled
    allow, block = Action.ALLOW, Action.BLOCK
    stages = (
        Stage("nothing declared, nothing live"),
        Stage("the first allows and blocks", allow=(a, b), block=(c, d)),
        Stage("allow and block change places", allow=(c, b), block=(a, d)),
        Stage("the setting lets more through", allow=(c,), block=(a, d), setting=1),
        Stage("the setting lets less through", allow=(c, e), block=(a,), setting=0),
        Stage(
            "somebody added copies of rules that stay and of others",
            allow=(c, e),
            block=(a,),
            strangers=((allow, c), (allow, c), (block, a), (block, f), (block, f)),
        ),
        Stage(
            "somebody added other spellings of rules that come and of others that go",
            allow=(c, e, a, b),
            block=(f,),
            strangers=((allow, other_a), (allow, other_b), (block, other_e), (block, other_f)),
        ),
        Stage("more rules than a page", allow=(c,), block=(a, b, d, e, f, *more)),
        Stage(
            "an additive policy leaves what it does not declare",
            allow=(c, f),
            block=(a,),
            mode=Mode.ADDITIVE,
            absent={block: (f,)},
            expired={block: (e,)},
        ),
        Stage(
            "ignored rules and an unwritten list stay, a rule in nobody's syntax goes",
            allow=None,
            block=(a,),
            ignored=(Ignore(block, f"*.{b}", HERE),),
            strangers=((block, service.odd),),
        ),
        Stage("everything goes", setting=1),
    )
    return tuple(stage.of(service) for stage in stages)


def _rules(lists: Lists, expires: Expiry | None = None) -> dict[RuleKey, DeclaredRule]:
    keys = {
        RuleKey(action, parse_match(value)): value
        for action, values in lists.items()
        for value in values or ()
    }
    return {key: DeclaredRule(key, shown, (HERE,), expires) for key, shown in keys.items()}


def _all(lists: Lists) -> Iterator[Rule]:
    for action, values in lists.items():
        yield from (Rule.of(action, value) for value in values or ())


def _implied(service: Service) -> dict[str, SettingValue]:
    specs = service.capabilities.settings.values()
    return {spec.name: spec.implied for spec in specs if spec.implied is not None}


def _settings(values: Mapping[str, SettingValue]) -> dict[str, DeclaredSetting]:
    return {name: DeclaredSetting(name, value, HERE) for name, value in values.items()}
