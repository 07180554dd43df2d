"""What a service can express of a rule, and what it would make of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from mpctl.core.capabilities import Capabilities, Known
from mpctl.core.expression import all_plain, expressed
from mpctl.core.match import KIND_NAMES, Kind, Match
from mpctl.core.rule import Action, DeclaredRule, RuleKey
from mpctl.diagnostics import Code, Diagnostic, Origin, Severity
from mpctl.policy.wording import alternatives

_NOT_WIDENED: Final = "Nothing is widened or dropped silently."
SKIP: Final = "skip"


def expresses(service: Capabilities, key: RuleKey) -> bool:
    """Tell whether a service can have such a rule, or several that together mean it."""
    return bool(expressed(key, service))


def in_parts(rules: Iterable[DeclaredRule], service: Capabilities) -> Iterator[DeclaredRule]:
    """Split what a service has only in parts; everything else stays as it is."""
    for rule in rules:
        for key in expressed(rule.key, service) or (rule.key,):
            yield rule if key == rule.key else rule._replace(key=key, shown=str(key.match))


def unsupported(
    rules: Collection[DeclaredRule], service: Capabilities, services: Collection[Capabilities]
) -> Iterator[Diagnostic]:
    """Give an error for each rule that a service cannot express; it names those that could."""
    if all_plain((rule.key for rule in rules), service):
        return
    for rule in rules:
        if not expresses(service, rule.key):
            yield _unsupported(rule, service, services)


def skipped(rules: Iterable[DeclaredRule], service: Capabilities) -> Iterator[Diagnostic]:
    """Give a note for each rule that an entity goes without, because its policy says so."""
    for rule in rules:
        if not expresses(service, rule.key):
            yield Diagnostic(
                Code.SKIPPED_RULE,
                f"{rule.key.action} {rule.shown} is left out: {_cannot(rule, service)}",
                origin=rule.origins[0],
                severity=Severity.NOTE,
            )


def misread(rules: Mapping[RuleKey, DeclaredRule], service: Capabilities) -> Iterator[Diagnostic]:
    """Give an error for each allow that means more at the service than the policy says.

    A policy means exactly the domain that it names; a service may cover the subdomains too.
    """
    if service.semantics.domain_covers_subdomains is not Known.YES:
        return
    for key, rule in rules.items():
        if key.action is Action.ALLOW and key.match.kind is Kind.DOMAIN:
            below = RuleKey(Action.ALLOW, Match(Kind.SUBDOMAINS, key.match.value))
            if below not in rules:
                yield _wider(rule, service)


def uncertain(
    rules: Mapping[RuleKey, DeclaredRule], service: Capabilities, origin: Origin
) -> Iterator[Diagnostic]:
    """Give a note where nobody knows whether the service means the same by a domain."""
    if service.semantics.domain_covers_subdomains is not Known.UNKNOWN:
        return
    domains = [rule for key, rule in rules.items() if key.match.kind is Kind.DOMAIN]
    if domains:
        yield Diagnostic(
            Code.UNKNOWN_MEANING,
            f"whether a domain covers its subdomains at {service.provider} is not documented; "
            f"it is taken not to, as in {domains[0].shown}",
            origin=origin,
            severity=Severity.NOTE,
        )


def _unsupported(
    rule: DeclaredRule, service: Capabilities, services: Collection[Capabilities]
) -> Diagnostic:
    stated = inexpressible(rule, service, services)
    able = any(expresses(other, rule.key) for other in services)
    skip = "Write 'unsupported: skip' into the entity to go without it." if able else ""
    return replace(stated, fix=" ".join(filter(None, [stated.fix, skip])))


def inexpressible(
    rule: DeclaredRule, service: Capabilities, services: Collection[Capabilities]
) -> Diagnostic:
    """Say that a service cannot express a rule, what it can, and which service could."""
    action = rule.key.action
    kinds = service.kinds.get(action, frozenset())
    known = [KIND_NAMES[kind] for kind in Kind if kind in kinds]
    able = sorted(other.provider for other in services if expresses(other, rule.key))
    shape = service.shapes.get(rule.key.match.kind) if rule.key.match.kind in kinds else None
    fixes = [
        f"It can {action} {alternatives(known)}." if known else f"It can {action} nothing.",
        f"Of {KIND_NAMES[rule.key.match.kind]} it takes only {shape.words}." if shape else "",
        f"{alternatives(able)} could." if able else "",
    ]
    return Diagnostic(
        Code.UNSUPPORTED_VALUE,
        f"{_cannot(rule, service)}: {rule.shown!r}",
        _NOT_WIDENED,
        " ".join(filter(None, fixes)),
        rule.origins[0],
    )


def _cannot(rule: DeclaredRule, service: Capabilities) -> str:
    return f"{service.provider} cannot {rule.key.action} {KIND_NAMES[rule.key.match.kind]}"


def _wider(rule: DeclaredRule, service: Capabilities) -> Diagnostic:
    return Diagnostic(
        Code.WIDER_MEANING,
        f"{service.provider} would also allow every subdomain of {rule.shown}",
        "An allow that means more than it says lets mail in that nobody reviewed.",
        f"If that is meant, allow '*.{rule.key.match.value}' as well.",
        rule.origins[0],
    )
