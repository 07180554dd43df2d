"""Of everything that is declared of an entity one change, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import Change, subject_of
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.rule import DeclaredRule, RuleKey
from mpctl.core.state import DesiredEntity


def only_rules(
    desired: DesiredEntity, keys: Collection[RuleKey], service: Capabilities
) -> DesiredEntity:
    """Keep these rules, and what the service needs so that they have an effect."""
    plumbing = {
        name: setting
        for name, setting in desired.settings.items()
        if service.settings[name].implied is not None
    }
    rules = {key: rule for key, rule in desired.rules.items() if key in keys}
    return replace(_nothing(desired), rules=rules, settings=plumbing)


def without_rules(desired: DesiredEntity, keys: Iterable[RuleKey]) -> DesiredEntity:
    """Have these rules gone, which nothing declares any more."""
    gone = {key: DeclaredRule(key, str(key.match), (desired.origin,)) for key in keys}
    return replace(_nothing(desired), dropped=gone)


def only_setting(desired: DesiredEntity, name: str) -> DesiredEntity:
    """Keep one setting."""
    return replace(_nothing(desired), settings={name: desired.settings[name]})


def besides(whole: Plan, part: Plan) -> Iterator[tuple[EntityPlan, Change]]:
    """What the whole plan would change and the part would not."""
    done = {(one.entity, subject_of(c)) for one in part.entities for c in one.planned}
    for one in whole.entities:
        for change in one.planned:
            if (one.entity, subject_of(change)) not in done:
                yield one, change


def _nothing(desired: DesiredEntity) -> DesiredEntity:
    """The entity with nothing owned and nothing declared."""
    empty = replace(desired, owned=frozenset(), rules={}, absent={}, dropped={}, ignored=())
    return replace(empty, settings={}, findings=())
