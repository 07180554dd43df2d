"""All rules of the service, found by id and by owner."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from mpctl.sandbox.mailprotector.entities import Key


class RuleType(StrEnum):
    """The two effects of a rule, as responses write them (Mailprotector reference, section 7.1)."""

    ALLOW = "Allow"
    BLOCK = "Block"

    @classmethod
    def parse(cls, word: str) -> "RuleType":
        """Read the word in any case; ValueError when it is neither."""
        return cls(word.strip().title())


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a rule list, with its value as it was stored."""

    id: int
    owner: Key
    value: str
    rule_type: RuleType

    def says(self, value: str, rule_type: RuleType) -> bool:
        """Whether a rule of this content would be a duplicate on the same owner."""
        return self.rule_type is rule_type and self.value.casefold() == value.casefold()


class RuleBook:
    """A mutable index of rules. Ids come from one counter and are never used twice."""

    def __init__(self, rules: Iterable[Rule] = (), *, next_id: int) -> None:
        self.next_id = next_id
        self._by_id: dict[int, Rule] = {}
        self._by_owner: dict[Key, dict[int, Rule]] = {}
        for rule in rules:
            self._insert(rule)

    def add(self, owner: Key, value: str, rule_type: RuleType) -> Rule:
        """Store a new rule and return it."""
        rule = Rule(self.next_id, owner, value, rule_type)
        self.next_id += 1
        self._insert(rule)
        return rule

    def _insert(self, rule: Rule) -> None:
        self._by_id[rule.id] = rule
        self._by_owner.setdefault(rule.owner, {})[rule.id] = rule

    def remove(self, rule_id: int) -> Rule:
        """Forget a rule and return it; KeyError when there is none."""
        rule = self._by_id.pop(rule_id)
        del self._by_owner[rule.owner][rule_id]
        return rule

    def __getitem__(self, rule_id: int) -> Rule:
        return self._by_id[rule_id]

    def get(self, rule_id: int) -> Rule | None:
        """Return the rule of this id, if there is one."""
        return self._by_id.get(rule_id)

    def of(self, owner: Key) -> tuple[Rule, ...]:
        """Return the rules of one owner, oldest first."""
        return tuple(self._by_owner.get(owner, {}).values())

    def all(self) -> tuple[Rule, ...]:
        """Return every rule, oldest first within its owner."""
        return tuple(rule for rules in self._by_owner.values() for rule in rules.values())
