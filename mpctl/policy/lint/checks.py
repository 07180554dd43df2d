"""The table of checks: from a declared rule to a finding, or to none.

What `mpctl.yaml` demands (a reason, an end) is an error where it lacks. How much a broad rule
weighs is written there. What only time has brought about is a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from mpctl.core.rule import Action, DeclaredRule
from mpctl.diagnostics import Code, Diagnostic, Severity
from mpctl.policy.configuration import Judgement, Lint
from mpctl.policy.lint.breadth import Own, breadth_of, fix, may_be_broad, why


@dataclass(frozen=True, slots=True)
class Ground:
    """What a rule is judged by; `now` is in UTC, `entity` empty for the rules of a rule set."""

    lint: Lint
    now: datetime
    own: Own
    entity: str = ""

    def days_until(self, day: date) -> int:
        """How many days ahead a day (UTC) lies; 0 is today."""
        return (day - self.now.date()).days


Check = Callable[[DeclaredRule, Ground], Diagnostic | None]


def _broad(rule: DeclaredRule, ground: Ground) -> Diagnostic | None:
    allowed = rule.key.action is Action.ALLOW
    judgement = ground.lint.broad_allow if allowed else ground.lint.broad_block
    if judgement is Judgement.OFF:
        return None
    breadth = breadth_of(rule.key.match, ground.own)
    if breadth is None:
        return None
    return Diagnostic(
        Code.BROAD_ALLOW if allowed else Code.BROAD_BLOCK,
        f"{_named(rule)} is broad: {breadth.value}",
        why(breadth, rule.key.action),
        fix(breadth),
        rule.origins[0],
        Severity(judgement.value),
        ground.entity,
    )


def _unreasoned(rule: DeclaredRule, ground: Ground) -> Diagnostic | None:
    required = rule.key.action in ground.lint.require_reason
    if not required or rule.reason.strip() or rule.ticket.strip():
        return None
    return Diagnostic(
        Code.NO_REASON,
        f"{_named(rule)} says no reason",
        "Nobody could tell later whether it is still needed.",
        "Write 'reason' or 'ticket' beside the value.",
        rule.origins[0],
        entity=ground.entity,
    )


def _too_long(rule: DeclaredRule, ground: Ground) -> Diagnostic | None:
    limit = ground.lint.max_allow_days
    if limit is None or rule.key.action is not Action.ALLOW:
        return None
    if rule.expires is not None and ground.days_until(rule.expires.last_day) <= limit:
        return None
    latest = ground.now.date() + timedelta(days=limit)
    end = f"ends only on {rule.expires.last_day}" if rule.expires else "never ends"
    return Diagnostic(
        Code.LONG_ALLOW,
        f"{_named(rule)} {end}",
        f"An allow is to be looked at again within {limit} days (max_allow_days).",
        f"Write 'expires: {latest}' or an earlier day.",
        rule.origins[0],
        entity=ground.entity,
    )


def _ending(rule: DeclaredRule, ground: Ground) -> Diagnostic | None:
    if rule.expires is None:
        return None
    if rule.expired(ground.now):
        return Diagnostic(
            Code.EXPIRED,
            f"{_named(rule)} has ended: it stood until {rule.expires.text}",
            "What has expired is declared absent, and an apply removes it.",
            "Take it out once it is no longer live, or write a later day if it should stand.",
            rule.origins[0],
            Severity.WARNING,
            ground.entity,
        )
    if ground.days_until(rule.expires.last_day) > ground.lint.expiring_days:
        return None
    allowed = rule.key.action is Action.ALLOW
    return Diagnostic(
        Code.EXPIRING,
        f"{_named(rule)} ends soon: it stands until {rule.expires.text}",
        f"After that its mail is {'judged by the filter' if allowed else 'no longer blocked'}.",
        "Write a later day if it should stay.",
        rule.origins[0],
        Severity.WARNING,
        ground.entity,
    )


def _named(rule: DeclaredRule) -> str:
    return f"the {rule.key.action} of {rule.shown!r}"


def checks_of(rules: Collection[DeclaredRule], ground: Ground) -> tuple[Check, ...]:
    """The checks that can find anything of these rules, in the order of their findings."""
    wanted = (
        (may_be_broad([rule.key.match for rule in rules], ground.own), _broad),
        (bool(ground.lint.require_reason), _unreasoned),
        (ground.lint.max_allow_days is not None, _too_long),
        (any(rule.expires for rule in rules), _ending),
    )
    return tuple(check for applies, check in wanted if applies)


# What the checks can find, and what only a plan finds, by live facts; no other can be waived.
PLANNED: Final = frozenset({Code.OWN_DOMAIN})
CODES: Final = frozenset(
    {
        Code.BROAD_ALLOW,
        Code.BROAD_BLOCK,
        Code.NO_REASON,
        Code.LONG_ALLOW,
        Code.EXPIRING,
        Code.EXPIRED,
    }
)
