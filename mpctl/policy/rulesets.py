"""Rule sets, and what it means to include one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from mpctl.core.capabilities import Capabilities, Flow
from mpctl.core.rule import DeclaredRule, Expiry, Waiver
from mpctl.diagnostics import Code, Origin
from mpctl.policy.expressible import unsupported
from mpctl.policy.placed import PlacedDict
from mpctl.policy.problems import Problems
from mpctl.policy.rules import (
    Rules,
    contradictions,
    read_rules,
    refuse_contradiction,
)
from mpctl.policy.waivers import read_waivers


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """Rules under a name, at the place of the name; `sound` if nothing about it is in error."""

    name: str
    origin: Origin
    rules: Rules
    waivers: tuple[Waiver, ...] = ()
    any_flow: bool = False
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Library:
    """All rule sets by name; `complete` is False when a file that may hold more is unreadable."""

    rulesets: Mapping[str, RuleSet]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Use:
    """A rule set that an entity of some service includes, and where.

    `whole` if the service must be able to express each of its rules.
    """

    ruleset: RuleSet
    service: Capabilities
    origin: Origin
    whole: bool = True


def read_ruleset(content: PlacedDict, problems: Problems, *, sound: bool) -> RuleSet:
    """Read a rule set; of two rules that contradict each other the later one is left out."""
    before = len(problems.errors)
    rules = read_rules(content, problems)
    for first, second in list(contradictions(rules)):
        fix = "Take it out of one of the lists."
        refuse_contradiction((first, second), second.origins[0], fix, problems)
        del rules[second.key]
    return RuleSet(
        name=content.get("ruleset", ""),
        origin=content.at("ruleset") if "ruleset" in content else content.origin,
        rules=rules,
        waivers=read_waivers(content, problems),
        any_flow="flow" in content,
        sound=sound and len(problems.errors) == before,
    )


def merged(own: Rules, included: Iterable[DeclaredRule]) -> Rules:
    """One rule for each key, with all its origins; the entity's own document comes first."""
    rules = dict(own)
    for rule in included:
        present = rules.get(rule.key)
        rules[rule.key] = rule if present is None else _joined(present, rule)
    return rules


def _joined(first: DeclaredRule, other: DeclaredRule) -> DeclaredRule:
    return first._replace(
        origins=first.origins + other.origins,
        expires=_latest(first.expires, other.expires),
        reason=first.reason or other.reason,
        ticket=first.ticket or other.ticket,
        requested_by=first.requested_by or other.requested_by,
    )


def _latest(first: Expiry | None, other: Expiry | None) -> Expiry | None:
    if first is None or other is None:
        return None
    return max(first, other, key=lambda expiry: expiry.moment)


def judge_uses(uses: Iterable[Use], services: Collection[Capabilities], problems: Problems) -> None:
    """Check each rule set against the services whose entities include it, each service once."""
    first_uses: dict[tuple[str, str, bool], Use] = {}
    for use in uses:
        first_uses.setdefault((use.ruleset.name, use.service.provider, use.whole), use)
    for use in first_uses.values():
        if use.whole:
            problems.errors.extend(unsupported(use.ruleset.rules.values(), use.service, services))
    for inbound, outbound in _mixed(first_uses.values()):
        _refuse_mixture(inbound, outbound, problems)


def _mixed(uses: Iterable[Use]) -> Iterator[tuple[Use, Use]]:
    sides: dict[str, dict[Flow, Use]] = {}
    for use in uses:
        if not use.ruleset.any_flow:
            sides.setdefault(use.ruleset.name, {}).setdefault(use.service.flow, use)
    for side in sides.values():
        if len(side) == len(Flow):
            yield side[Flow.INBOUND], side[Flow.OUTBOUND]


def _refuse_mixture(inbound: Use, outbound: Use, problems: Problems) -> None:
    problems.error(
        Code.MIXED_FLOW,
        inbound.ruleset.origin,
        f"{inbound.ruleset.name!r} is included for inbound mail at {inbound.origin} and for "
        f"outbound mail at {outbound.origin}",
        "Its rules would judge who writes to the one and what the other writes itself.",
        "Split the rule set, or write 'flow: any' if it is meant for both.",
    )
