"""Rules and settings, once as declared in a policy and once as they are live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from mpctl.core.match import Kind, Match, MatchError, parse_match
from mpctl.diagnostics import Code, Origin

SettingValue = bool | int | str


class Action(StrEnum):
    """What a rule does with the mail that it matches."""

    ALLOW = "allow"
    BLOCK = "block"

    @property
    def opposite(self) -> Action:
        """The other action."""
        return Action.BLOCK if self is Action.ALLOW else Action.ALLOW


class RuleKey(NamedTuple):
    """The identity of a rule within its entity; native ids are luggage and never part of it."""

    action: Action
    match: Match


@cache
def rule_key(action: Action, text: str, kind: Kind | None) -> RuleKey:
    """The identity of a rule as a policy writes it; the kind is inferred unless stated.

    Kept: in a repository that is in order each text comes a second time, from the service.
    Raises MatchError for anything that is not exactly one well-formed value.
    """
    return RuleKey(action, parse_match(text, kind))


def live_key(action: Action, text: str) -> RuleKey:
    """The identity of a rule as the service shows it; what no kind expresses is verbatim."""
    try:
        return rule_key(action, text, None)
    except MatchError:
        return RuleKey(action, Match(Kind.NATIVE, text))


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a rule ends: `text` as written, `moment` the first instant (UTC) without it."""

    text: str
    moment: datetime

    @property
    def last_day(self) -> date:
        """The last day (UTC) on which the rule stands, be it for a part of the day."""
        return (self.moment - timedelta.resolution).date()


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding of lint that somebody accepts: its code, why, and until which day (UTC, inclusive).

    It stands where it is written, at `origin`, for a rule or for all rules of a document.
    """

    code: Code
    reason: str
    until: date
    origin: Origin

    def stands(self, today: date) -> bool:
        """Tell whether it has not ended before `today` (UTC)."""
        return today <= self.until


class DeclaredRule(NamedTuple):
    """A rule that a policy declares, with every place that declares it.

    `shown` is the value as written at the first origin; `expires` is the latest expiry of all
    origins, None when one of them never ends. `waivers` are those of the first origin.
    """

    key: RuleKey
    shown: str
    origins: tuple[Origin, ...]
    expires: Expiry | None = None
    reason: str = ""
    ticket: str = ""
    requested_by: str = ""
    waivers: tuple[Waiver, ...] = ()

    def expired(self, now: datetime) -> bool:
        """Tell whether the rule has ended at `now`."""
        return self.expires is not None and self.expires.moment <= now


@dataclass(frozen=True, slots=True)
class DeclaredSetting:
    """A setting that a policy declares."""

    name: str
    value: SettingValue
    origin: Origin


class LiveRule(NamedTuple):
    """One row of a live list, shown verbatim.

    `owned_here` is False when the service does not prove that the row belongs to the entity that
    was asked for; such a row counts as live and is never removed. A `foreign` row is somebody
    else's for certain: it fulfils a declaration, and is otherwise none of mpctl's business.
    """

    key: RuleKey
    shown: str
    native_id: str = ""
    owned_here: bool = True
    foreign: bool = False
