"""Every rule through every check, and every finding past the waivers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain

from mpctl.core.entity import Entity
from mpctl.core.rule import Waiver
from mpctl.core.stage import Stage
from mpctl.diagnostics import Code, Diagnostic, Severity, in_reading_order
from mpctl.policy.declarations import Declaration
from mpctl.policy.lint.breadth import Own
from mpctl.policy.lint.checks import PLANNED, Ground, checks_of
from mpctl.policy.loading import Repository
from mpctl.stages import during


@dataclass(frozen=True, slots=True)
class Findings:
    """What lint has to say, in reading order, and how many findings were waived."""

    diagnostics: tuple[Diagnostic, ...]
    waived: int = 0

    def count(self, severity: Severity) -> int:
        """How many findings weigh as much as this."""
        return sum(finding.severity is severity for finding in self.diagnostics)


@during(Stage.LINT)
def judge(
    repository: Repository, *, now: datetime, entities: Collection[Entity] | None = None
) -> Findings:
    """Judge what a policy repository declares, after what was noticed when it was read.

    `entities` narrows that to their documents and the rule sets that they include. `now` is in UTC.
    """
    concerned = [
        declaration
        for declaration in repository.declarations
        if entities is None or any(entity in entities for entity in declaration.entities)
    ]
    sieve, grounds = _Sieve(), _Grounds(repository, now)
    for declaration in concerned:
        sieve.take(declaration, grounds.under(declaration))
    idle = _idle(chain.from_iterable(map(_waivers, concerned)), sieve.used, now.date())
    found = [*repository.findings, *sieve.found, *idle]
    return Findings(tuple(in_reading_order(found)), sieve.waived)


@dataclass(slots=True)
class _Grounds:
    """What documents are judged by; own domains are gathered once for the same targets."""

    repository: Repository
    now: datetime
    known: dict[frozenset[str], Own] = field(default_factory=dict)

    def under(self, declaration: Declaration) -> Ground:
        targets = frozenset(entity.target for entity in declaration.entities)
        if targets not in self.known:
            own = (self.repository.own_domains.get(target, ()) for target in targets)
            self.known[targets] = Own.of(chain.from_iterable(own))
        whom = "" if declaration.ruleset else str(next(iter(declaration.entities)))
        return Ground(self.repository.configuration.lint, self.now, self.known[targets], whom)


@dataclass(slots=True)
class _Sieve:
    """What is left of the findings, and which waivers held something back."""

    found: list[Diagnostic] = field(default_factory=list)
    used: set[Waiver] = field(default_factory=set)
    waived: int = 0

    def take(self, declaration: Declaration, ground: Ground) -> None:
        rules = declaration.rules.values()
        checks = checks_of(rules, ground)
        for rule in rules if checks else ():
            for check in checks:
                finding = check(rule, ground)
                if finding is not None:
                    self._sift(finding, (*rule.waivers, *declaration.waivers), ground.now.date())

    def _sift(self, finding: Diagnostic, waivers: Sequence[Waiver], today: date) -> None:
        standing = [waiver for waiver in waivers if _silences(waiver, finding, today)]
        self.used.update(standing)
        if standing:
            self.waived += 1
        else:
            self.found.append(finding)


def _silences(waiver: Waiver, finding: Diagnostic, today: date) -> bool:
    return waiver.code is finding.code and waiver.stands(today)


def _waivers(declaration: Declaration) -> Iterator[Waiver]:
    yield from declaration.waivers
    for rule in declaration.rules.values():
        yield from rule.waivers


def _idle(waivers: Iterable[Waiver], used: set[Waiver], today: date) -> Iterator[Diagnostic]:
    for waiver in dict.fromkeys(waivers):
        if not waiver.stands(today):
            yield _ended(waiver)
        elif waiver not in used and waiver.code not in PLANNED:
            yield _useless(waiver)


def _ended(waiver: Waiver) -> Diagnostic:
    return Diagnostic(
        Code.EXPIRED_WAIVER,
        f"the waiver of {waiver.code} ended on {waiver.until}",
        "It silences nothing any more.",
        "Take it out, or decide anew and write a later day.",
        waiver.origin,
        Severity.WARNING,
    )


def _useless(waiver: Waiver) -> Diagnostic:
    return Diagnostic(
        Code.USELESS_WAIVER,
        f"the waiver of {waiver.code} silences nothing",
        "It would hide the next finding of that kind, which nobody has accepted.",
        "Take it out.",
        waiver.origin,
        Severity.WARNING,
    )
