"""Which rule decides for a message: allow or block, or the service's ordinary filter.

At Mailprotector an allow anywhere in the recipient's chain beats every block (reference, section
7.7: "an allow beats a block, always"); where a service lets block win, the mirror holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mpctl.core.match import Kind, Match
from mpctl.core.rule import Action, RuleKey


@dataclass(frozen=True, slots=True)
class Verdict:
    """The action that decides, None for the ordinary filter, and every rule that matched."""

    action: Action | None
    matched: tuple[RuleKey, ...]


def verdict(sender: Match, rules: Iterable[RuleKey], *, wins: Action) -> Verdict:
    """Decide for a sender, a canonical address, over all rules of the recipient's chain."""
    matched = tuple(key for key in rules if covers(key.match, sender))
    actions = {key.action for key in matched}
    if wins in actions:
        return Verdict(wins, matched)
    return Verdict(next(iter(actions), None), matched)


def covers(match: Match, sender: Match) -> bool:
    """Tell whether a match means this address; a domain does not cover its subdomains."""
    domain = sender.value.rpartition("@")[2]
    if match.kind is Kind.EMAIL:
        return match.value == sender.value
    if match.kind is Kind.DOMAIN:
        return match.value == domain
    if match.kind is Kind.SUBDOMAINS:
        return domain.endswith("." + match.value)
    return False


def meet(one: Match, other: Match) -> bool:
    """Tell whether some sender falls under both; what is not about senders may always meet."""
    if not {one.kind, other.kind} <= _WITNESSES.keys():
        return True
    return covers(one, _witness(other)) or covers(other, _witness(one))


def _witness(match: Match) -> Match:
    """A sender that the match covers."""
    return Match(Kind.EMAIL, _WITNESSES[match.kind].format(match.value))


_WITNESSES: Final = {Kind.EMAIL: "{}", Kind.DOMAIN: "any@{}", Kind.SUBDOMAINS: "any@any.{}"}
