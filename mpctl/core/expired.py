"""The daily run: of everything that is declared only what has expired, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from mpctl.core.rule import Action, DeclaredRule, RuleKey
from mpctl.core.state import DesiredEntity, DesiredState


@dataclass(frozen=True, slots=True)
class ExpiredOnly:
    """Which expired rules may go: allows, and blocks if that is wanted, for it lets mail in."""

    blocks: bool = False

    def narrow(self, desired: DesiredState, now: datetime) -> DesiredState:
        """Keep of each entity what has expired; an entity without such a rule falls out.

        Nothing is owned, no setting is declared: a plan of this can only remove expired rules.
        """
        return DesiredState({e.entity: e for e in self._narrowed(desired, now)})

    def _narrowed(self, desired: DesiredState, now: datetime) -> Iterator[DesiredEntity]:
        for entity in desired.entities.values():
            rules = {k: r for k, r in entity.rules.items() if self._goes(k, r, now)}
            if rules:
                yield replace(
                    entity,
                    owned=frozenset(),
                    rules=rules,
                    absent={},
                    dropped={},
                    ignored=(),
                    settings={},
                    findings=(),
                )

    def _goes(self, key: RuleKey, rule: DeclaredRule, now: datetime) -> bool:
        return rule.expired(now) and (self.blocks or key.action is Action.ALLOW)
