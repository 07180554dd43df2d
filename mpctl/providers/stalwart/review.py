"""What must not be sent, and what a reader of a plan should know before it is (11.3, 11.10)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Final

from mpctl.core.match import Kind, Match
from mpctl.core.rule import Action, DeclaredRule, LiveRule, RuleKey
from mpctl.core.state import DesiredEntity, LiveEntity, Mode
from mpctl.diagnostics import Code, Diagnostic, Severity, first_few
from mpctl.providers.stalwart import plumbing
from mpctl.providers.stalwart.choice import Choice
from mpctl.providers.stalwart.domains import DOMAINS_FACT, UNKNOWN_FACT
from mpctl.providers.stalwart.native import entries_of

ALLOWED_FACT: Final = "allowed_ips"
OWN_FACT: Final = "own_address"
# A key has at most 255 bytes: some stores of the server hold no more (3.4).
MAX_KEY: Final = 255
# The filter tries wildcards one by one, a dozen times a message (section 13, row 6).
MANY_WILDCARDS: Final = 1_000
_WILD: Final = re.compile(r"(?<!\\)[*?]")
_MIN_PREFIX: Final = 8
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_DOMAINS: Final = frozenset({Kind.DOMAIN, Kind.SUBDOMAINS})
_SENDERS: Final = _DOMAINS | {Kind.EMAIL}


def review(
    desired: DesiredEntity, live: LiveEntity, choice: Choice, today: date
) -> Iterator[Diagnostic]:
    """Judge the rules that would be written; what is live already is not judged."""
    new = _new(desired, live)
    yield from _too_long(new)
    if choice.by_connection:
        yield from _cut_off(new, live)
    yield from _own_domains(new, live, today)
    if not choice.dmarc:
        yield from _forgeable(new)
    yield from _many_wildcards(new, desired, live, choice)


def _new(desired: DesiredEntity, live: LiveEntity) -> list[DeclaredRule]:
    standing = {row.key for row in live.rules}
    return [
        rule
        for key, rule in desired.rules.items()
        if key not in standing and desired.modes[key.action] is not Mode.OBSERVE
    ]


def _too_long(new: Sequence[DeclaredRule]) -> Iterator[Diagnostic]:
    for rule in new:
        prefix = f"{plumbing.LIST}.{rule.key.action}."
        longest = max(len((prefix + e).encode()) for e in entries_of(rule.key.match))
        if longest > MAX_KEY:
            yield Diagnostic(
                Code.UNSUPPORTED_VALUE,
                f"{rule.shown} needs a key of {longest} bytes, and the server has {MAX_KEY}",
                origin=rule.origins[0],
            )


def _own_domains(
    new: Sequence[DeclaredRule], live: LiveEntity, today: date
) -> Iterator[Diagnostic]:
    blocks = [rule for rule in new if _blocks_domain(rule.key)]
    if blocks and UNKNOWN_FACT in live.facts:
        yield _unknown_owner(blocks, live.facts[UNKNOWN_FACT])
    own = live.facts.get(DOMAINS_FACT, "").split()
    for rule in blocks:
        hit = [domain for domain in own if _means(rule.key.match, domain)]
        if hit and not _waived(rule, today):
            yield _blocks_itself(rule, hit[0])


def blocks_anew(declared: Collection[RuleKey], standing: Collection[RuleKey]) -> bool:
    """Tell whether a domain is to be blocked that is not blocked yet."""
    return any(_blocks_domain(key) and key not in standing for key in declared)


def _blocks_domain(key: RuleKey) -> bool:
    return key.action is Action.BLOCK and key.match.kind in _DOMAINS


def _means(match: Match, domain: str) -> bool:
    if match.kind is Kind.SUBDOMAINS:
        return domain.endswith(f".{match.value}")
    return domain == match.value


def _waived(rule: DeclaredRule, today: date) -> bool:
    return any(w.code is Code.OWN_DOMAIN and w.stands(today) for w in rule.waivers)


def _forgeable(new: Sequence[DeclaredRule]) -> Iterator[Diagnostic]:
    allows = [r for r in new if r.key.action is Action.ALLOW and r.key.match.kind in _SENDERS]
    if allows:
        yield Diagnostic(
            Code.FORGEABLE,
            "anybody who writes one of these senders is let through, be it forged: "
            f"{first_few([rule.shown for rule in allows], ', ')}",
            why="The filter compares what a message says of itself, and an allow beats every "
            "block.",
            fix="With options: {allow_needs: dmarc} at the target, an allowed sender counts only "
            "in a message that passes DMARC.",
            origin=allows[0].origins[0],
            severity=Severity.NOTE,
        )


def _many_wildcards(
    new: Sequence[DeclaredRule], desired: DesiredEntity, live: LiveEntity, choice: Choice
) -> Iterator[Diagnostic]:
    added = [rule for rule in new if _wildcards(rule.key, choice)]
    keys = {rule.key for rule in added} | {row.key for row in live.rules if _stays(row, desired)}
    number = len({entry for key in keys for entry in _wildcards(key, choice)}) if added else 0
    if number > MANY_WILDCARDS:
        yield Diagnostic(
            Code.MANY_WILDCARDS,
            f"the list comes to {number:,} wildcards, the first of the new ones {added[0].shown}",
            why="The filter tries them one after the other, several times for every message.",
            fix="Name domains and addresses one by one where that is possible.",
            origin=added[0].origins[0],
            severity=Severity.WARNING,
        )


def _wildcards(key: RuleKey, choice: Choice) -> list[tuple[Action, str]]:
    """The entries of a rule that the filter has to try one by one."""
    if choice.by_connection and key.action is Action.BLOCK and key.match.kind is Kind.IP:
        return []  # the list does not have it
    return [(key.action, entry) for entry in entries_of(key.match) if _WILD.search(entry)]


def _stays(row: LiveRule, desired: DesiredEntity) -> bool:
    action = row.key.action
    removed = action in desired.owned and desired.modes[action] is Mode.FULL
    return row.key in desired.rules or not removed


def _cut_off(new: Sequence[DeclaredRule], live: LiveEntity) -> Iterator[Diagnostic]:
    allowed = live.facts.get(ALLOWED_FACT, "").split()
    own = live.facts.get(OWN_FACT, "")
    for rule in new:
        if rule.key.action is Action.BLOCK and rule.key.match.kind is Kind.IP:
            why = _dangerous(rule.key.match.value, allowed, own)
            if why:
                yield _refused(rule, why)


def _dangerous(value: str, allowed: Sequence[str], own: str) -> str:
    """Why no connection from a network may be refused, empty if it may (6.6, 11.10)."""
    network = ipaddress.ip_network(value)
    if network.is_loopback or _overlaps(network, "127.0.0.0/8") or _overlaps(network, "::1"):
        return "it contains the server itself"
    if network.prefixlen < _MIN_PREFIX:
        return f"the server takes networks of {_MIN_PREFIX} bits and more"
    if isinstance(network, ipaddress.IPv6Network) and _MAPPED.subnet_of(network):
        return "it contains every IPv4 address"
    if own and _overlaps(network, own):
        return f"mpctl itself asks from {own}"
    inside = [text for text in allowed if _overlaps(network, text)]
    return f"server.allowed-ip has {inside[0]}" if inside else ""


def _overlaps(network: ipaddress.IPv4Network | ipaddress.IPv6Network, text: str) -> bool:
    other = ipaddress.ip_network(text)
    return network.version == other.version and network.overlaps(other)


def _refused(rule: DeclaredRule, why: str) -> Diagnostic:
    return Diagnostic(
        Code.UNSUPPORTED_VALUE,
        f"connections from {rule.shown} cannot be refused: {why}",
        why="A refused connection is refused for everybody and every protocol, for mpctl too.",
        fix="Narrow it, or take it out.",
        origin=rule.origins[0],
    )


def _blocks_itself(rule: DeclaredRule, domain: str) -> Diagnostic:
    return Diagnostic(
        Code.OWN_DOMAIN,
        f"block {rule.shown} means {domain}, a domain of the server itself",
        why="It holds mail that its own people send without logging in, such as devices do; mail "
        "that others forge in their name is what DMARC is for.",
        fix="Take it out; or accept it at this rule with 'waive' and the code own-domain.",
        origin=rule.origins[0],
    )


def _unknown_owner(blocks: Sequence[DeclaredRule], why: str) -> Diagnostic:
    shown = first_few([rule.shown for rule in blocks], ", ")
    return Diagnostic(
        Code.OWN_DOMAIN,
        f"it is unknown whether the server itself has one of the blocked domains: {shown}",
        why=f"Its domains could not be listed: {why}.",
        fix="Give the key the permission domain-list, or look at the server.",
        origin=blocks[0].origins[0],
        severity=Severity.NOTE,
    )
