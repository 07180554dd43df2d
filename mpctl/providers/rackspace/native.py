"""The pure translations between rules and entries of the four lists (reference, section 7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mpctl.core.match import Kind, Match, MatchError, parse_match
from mpctl.core.rule import Action, LiveRule, RuleKey

NEW: Final = "blocklist"
OLD: Final = "blacklist"
WILDCARD: Final = "%"
_OCTETS: Final = re.compile(r"(\d{1,3})\.(\d{1,3}|%)\.(\d{1,3}|%)\.(\d{1,3}|%)")


class NotUnderstood(ValueError):
    """An answer that does not have the documented shape; the message says what is odd."""


@dataclass(frozen=True, slots=True)
class SpamList:
    """One of the four lists of a place; `name` is its route in the newer spelling."""

    name: str
    action: Action
    of_addresses: bool

    def route(self, spelling: str) -> str:
        """Its route where the block lists are spelt so (section 6.1)."""
        return self.name.replace(NEW, spelling)


LISTS: Final = (
    SpamList("blocklist", Action.BLOCK, of_addresses=False),
    SpamList("ipblocklist", Action.BLOCK, of_addresses=True),
    SpamList("safelist", Action.ALLOW, of_addresses=False),
    SpamList("ipsafelist", Action.ALLOW, of_addresses=True),
)


def list_of(key: RuleKey) -> SpamList:
    """The list in which a rule stands."""
    of_addresses = key.match.kind is Kind.IP
    return next(
        one for one in LISTS if (one.action, one.of_addresses) == (key.action, of_addresses)
    )


def entries_of(body: Any) -> tuple[str, ...]:
    """The entries in an answer (sections 6.3, 7.3); an answer that is `{}` holds none.

    Raises NotUnderstood when there is no list, or something else than text in it.
    """
    if not isinstance(body, dict):
        raise NotUnderstood("the answer is no object with a list of addresses")
    named = {str(name).lower(): value for name, value in body.items()}
    if named and "addresses" not in named:
        raise NotUnderstood("the answer has no list of addresses")
    entries = named.get("addresses") or []
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise NotUnderstood("the addresses are not a list of texts")
    return tuple(entries)


def from_native(spam_list: SpamList, entry: str) -> LiveRule:
    """Read one entry; its native id is the list with the service's own spelling."""
    match = _ip_match(entry) if spam_list.of_addresses else _sender_match(entry)
    return LiveRule(
        key=RuleKey(spam_list.action, match),
        shown=entry,
        native_id=f"{spam_list.name}:{entry}",
    )


def entry_of(native_id: str) -> tuple[SpamList, str]:
    """The list and the verbatim entry that a native id names."""
    name, _, entry = native_id.partition(":")
    return next(one for one in LISTS if one.name == name), entry


def to_native(match: Match) -> str:
    """The entry that means a match, exactly."""
    if match.kind is Kind.DOMAIN:
        return f"@{match.value}"
    if match.kind is Kind.SUBDOMAINS:
        return f"@{WILDCARD}.{match.value}"
    return _octets(match.value) if match.kind is Kind.IP else match.value


def _sender_match(entry: str) -> Match:
    """An entry of a sender list; the @ before a domain makes no difference (section 7.1)."""
    text = entry.strip().lower()
    name = text.removeprefix("@")
    try:
        if "@" in name:
            return parse_match(text, Kind.EMAIL) if WILDCARD not in text else _verbatim(entry)
        if name.startswith("%.") and WILDCARD not in name[1:]:
            return parse_match(name[2:], Kind.SUBDOMAINS)
        if WILDCARD in name:
            return Match(Kind.NATIVE, f"@{name}")
        return parse_match(name, Kind.DOMAIN)
    except MatchError:
        return _verbatim(entry)


def _ip_match(entry: str) -> Match:
    """An entry of an IP list: four octets, the last ones possibly open (section 7.2)."""
    found = _OCTETS.fullmatch(entry.strip())
    if found is None:
        return _verbatim(entry)
    fixed = [octet for octet in found.groups() if octet != WILDCARD]
    if found.groups() != (*fixed, *[WILDCARD] * (4 - len(fixed))):
        return _verbatim(entry)
    base = ".".join([*fixed, *["0"] * (4 - len(fixed))])
    try:
        return parse_match(f"{base}/{8 * len(fixed)}", Kind.IP)
    except MatchError:
        return _verbatim(entry)


def _octets(network: str) -> str:
    address, _, length = network.partition("/")
    fixed = int(length or 32) // 8
    return ".".join([*address.split(".")[:fixed], *[WILDCARD] * (4 - fixed)])


def _verbatim(entry: str) -> Match:
    return Match(Kind.NATIVE, entry)


def rows_of(entries: Mapping[SpamList, tuple[str, ...]]) -> tuple[LiveRule, ...]:
    """The rules of a place, list by list; a list is a set, so each text counts once."""
    return tuple(
        from_native(one, entry) for one, texts in entries.items() for entry in dict.fromkeys(texts)
    )
