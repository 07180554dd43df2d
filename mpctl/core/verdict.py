"""Which rule decides for a message: allow or block, or the service's ordinary filter.

At Mailprotector an allow anywhere in the recipient's chain beats every block (reference, section
7.7: "an allow beats a block, always"); where a service lets block win, the mirror holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
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


def meets_any(ones: Collection[Match], others: Collection[Match]) -> bool:
    """Tell whether any of these meets any of those; linear, unlike asking `meet` of each pair."""
    if not ones or not others:
        return False
    sets = frozenset(ones), frozenset(others)
    if any(match.kind not in _WITNESSES for match in sets[0] | sets[1]):
        return True
    return any(
        not there.isdisjoint(covering(match))
        for here, there in (sets, sets[::-1])
        for match in here
    )


def covering(match: Match) -> Iterator[Match]:
    """The matches that cover every sender that this one covers, itself first."""
    yield match
    if match.kind not in {Kind.EMAIL, Kind.DOMAIN, Kind.SUBDOMAINS}:
        return
    _, at, domain = match.value.rpartition("@")
    if at:
        yield Match(Kind.DOMAIN, domain)
    labels = domain.split(".")
    yield from (Match(Kind.SUBDOMAINS, ".".join(labels[start:])) for start in range(1, len(labels)))


def _witness(match: Match) -> Match:
    """A sender that the match covers."""
    return Match(Kind.EMAIL, _WITNESSES[match.kind].format(match.value))


_WITNESSES: Final = {Kind.EMAIL: "{}", Kind.DOMAIN: "any@{}", Kind.SUBDOMAINS: "any@any.{}"}
