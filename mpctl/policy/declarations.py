"""What each document declares itself, before rule sets are merged into entities.

Lint judges this: a rule of a rule set once, at its own place, and not for each entity that takes
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mpctl.core.entity import Entity
from mpctl.core.match import MatchError, canonical_domain
from mpctl.core.rule import Waiver
from mpctl.policy.parts import Parts
from mpctl.policy.rules import Rules
from mpctl.policy.rulesets import Library


@dataclass(frozen=True, slots=True)
class Declaration:
    """The rules of one document, and its waivers.

    `entities` are whom the rules are for: the entity of the document, or those that include the
    rule set whose name is `ruleset`.
    """

    rules: Rules
    waivers: tuple[Waiver, ...]
    entities: frozenset[Entity]
    ruleset: str = ""


def declarations(read: Iterable[Parts], library: Library) -> list[Declaration]:
    """One for each document, the rule sets last."""
    result: list[Declaration] = []
    users: dict[str, list[Entity]] = {name: [] for name in library.rulesets}
    for parts in read:
        result.append(Declaration(parts.own, parts.waivers, frozenset({parts.entity})))
        for ruleset, _ in parts.included:
            users[ruleset.name].append(parts.entity)
    for name, ruleset in library.rulesets.items():
        entities = frozenset(users[name])
        result.append(Declaration(ruleset.rules, ruleset.waivers, entities, ruleset=name))
    return result


def own_domains(read: Iterable[Parts]) -> Mapping[str, frozenset[str]]:
    """By target, the domains that its entities are or lie in; a number tells of none."""
    found: dict[str, set[str]] = {}
    for parts in read:
        domain = _domain(parts)
        if domain:
            found.setdefault(parts.entity.target, set()).add(domain)
    return {target: frozenset(domains) for target, domains in found.items()}


def _domain(parts: Parts) -> str:
    scope = parts.service.scopes.get(parts.entity.scope) if parts.service else None
    if scope is None or not scope.in_domain or parts.entity.native_id is not None:
        return ""
    first, _, _ = parts.entity.name.partition("/")
    try:
        return canonical_domain(first.rpartition("@")[2])
    except MatchError:
        return ""
