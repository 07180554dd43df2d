"""Which matches cover very many senders, and what is wrong with allowing or blocking them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from mpctl.core.match import Kind, Match
from mpctl.core.rule import Action
from mpctl.policy.lint.lists import is_freemail, is_public_suffix, none_is_anybodys

# What a registry hands to a whole provider: 4,096 addresses of IPv4, a /32 of IPv6.
BROAD_IPV4: Final = 20
BROAD_IPV6: Final = 32
# A shorter prefix of the part before the @ matches most senders.
BROAD_PREFIX: Final = 3

_BY_NAME: Final = frozenset({Kind.DOMAIN, Kind.SUBDOMAINS, Kind.EMAIL, Kind.RECIPIENT})


class Breadth(Enum):
    """Why a match is broad; the value completes "it is broad: ..."."""

    OWN = "it is a domain that these policies are about"
    PUBLIC_SUFFIX = "anybody can have a domain below it"
    FREEMAIL = "anybody can have an address there"
    PREFIX = "very many addresses begin with it"
    NETWORK = "it is as large as the network of a whole provider"


_PHISHING: Final = "Whoever writes from there passes the filter, phishing included."
_LOST: Final = "Mail of everybody there is held, also what somebody waits for."
_WHY: Final = {
    (Breadth.OWN, Action.ALLOW): "Mail that forges a sender of your own would pass the filter.",
    (Breadth.OWN, Action.BLOCK): "Mail between your own people would be held.",
}
_FIX: Final = {
    Breadth.OWN: "Take it out, or name the one address that is meant.",
    Breadth.PUBLIC_SUFFIX: "Name the domains that are meant.",
    Breadth.FREEMAIL: "Name the addresses that are meant.",
    Breadth.PREFIX: "Write a longer prefix.",
    Breadth.NETWORK: "Name the servers or the smaller networks that are meant.",
}


def why(breadth: Breadth, action: Action) -> str:
    """Say what such a rule does to the mail."""
    return _WHY.get((breadth, action), _PHISHING if action is Action.ALLOW else _LOST)


def fix(breadth: Breadth) -> str:
    """Say what to write instead."""
    return _FIX[breadth]


@dataclass(frozen=True, slots=True)
class Own:
    """The domains that policies are about, and every domain above one of them."""

    domains: frozenset[str] = frozenset()
    above: frozenset[str] = frozenset()

    @classmethod
    def of(cls, domains: Iterable[str]) -> Own:
        """Gather them from the domains, in canonical form."""
        own = frozenset(domains)
        return cls(own, frozenset(parent for domain in own for parent in _parents(domain)))

    def covers(self, match: Match) -> bool:
        """Tell whether a domain or a wildcard matches senders at one of them or below it."""
        wildcard = match.kind is Kind.SUBDOMAINS
        return match.value in self.domains or (wildcard and match.value in self.above)


def may_be_broad(matches: Collection[Match], own: Own) -> bool:
    """A quick look at many matches: False only if `breadth_of` has nothing to say of any."""
    if not {match.kind for match in matches} <= _BY_NAME:
        return True
    values = {match.value for match in matches}
    apart = values.isdisjoint(own.domains) and values.isdisjoint(own.above)
    return not (apart and none_is_anybodys(values))


def breadth_of(match: Match, own: Own) -> Breadth | None:
    """Say why a match is broad, None if it is not; an address never is."""
    kind, value = match
    if kind is Kind.IP:
        return Breadth.NETWORK if _broad_network(value) else None
    if kind is Kind.SENDER_PREFIX:
        return Breadth.PREFIX if len(value) < BROAD_PREFIX else None
    if kind is not Kind.DOMAIN and kind is not Kind.SUBDOMAINS:
        return None
    if own.covers(match):
        return Breadth.OWN
    if is_public_suffix(value):
        return Breadth.PUBLIC_SUFFIX
    return Breadth.FREEMAIL if is_freemail(value) else None


def _broad_network(value: str) -> bool:
    address, slash, prefix = value.partition("/")
    return bool(slash) and int(prefix) <= (BROAD_IPV6 if ":" in address else BROAD_IPV4)


def _parents(domain: str) -> list[str]:
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels))]
