"""The translations between matches and the entries of the managed lookup list (11.2 to 11.4).

One match may need several entries: a network is expanded to octets or hexadecimal digits, because
the filter knows no networks; an address in an international domain is compared as it was sent, so
it stands in both forms. A match is live when all of its entries are. Networks share entries, so
the value of an entry names the networks that need it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from mpctl.core.match import Kind, Match, MatchError, parse_match

MARK: Final = "mpctl"
_SENDER, _DOMAIN, _WILDCARD, _IP, _IP6R = "sender.", "domain.", "domain.*.", "ip.", "ip6r.*."
_OCTET: Final = 8
_NIBBLE: Final = 4
_OCTETS: Final = 4

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=65_536)
def entries_of(match: Match) -> tuple[str, ...]:
    """The entries that together mean a match, without the action before them."""
    if match.kind is Kind.EMAIL:
        local, _, domain = match.value.rpartition("@")
        both = dict.fromkeys([match.value, f"{local}@{in_unicode(domain)}"])
        return tuple(_SENDER + address for address in both)
    if match.kind is Kind.DOMAIN:
        return (_DOMAIN + in_unicode(match.value),)
    if match.kind is Kind.SUBDOMAINS:
        return (_WILDCARD + in_unicode(match.value),)
    if match.kind is Kind.IP:
        return tuple(_of_network(ipaddress.ip_network(match.value)))
    return (match.value,)


def meaning_of(entry: str) -> Match:
    """What an entry means, be it alone or as one of several; native if no kind says just that."""
    for prefix, read in _READERS.items():
        if entry.startswith(prefix):
            try:
                match = read(entry.removeprefix(prefix))
            except (ValueError, OverflowError):
                break
            if entry in entries_of(match):
                return match
    return Match(Kind.NATIVE, entry)


def in_unicode(domain: str) -> str:
    """A domain in A-labels as the filter compares it: `.domain` has U-labels (6.3)."""
    return ".".join(_u_label(label) for label in domain.split("."))


def is_ours(value: str) -> bool:
    """Tell whether a value carries mpctl's mark."""
    return value == MARK or value.startswith(f"{MARK}:")


@dataclass(slots=True)
class Entries:
    """The entries of one action, each with the matches that need it."""

    needed: dict[str, set[Match]] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: Mapping[str, str]) -> Entries:
        """Read entries and their values; a match of which an entry is missing is not live."""
        needed = {}
        for entry, value in stored.items():
            claims = set(_networks_in(value, entry)) or {meaning_of(entry)}
            whole = {match for match in claims if all(e in stored for e in entries_of(match))}
            needed[entry] = whole or {_alone(entry)}
        return cls(needed)

    @property
    def matches(self) -> dict[Match, None]:
        """Every match that is live, in the order of the entries."""
        return {match: None for needed in self.needed.values() for match in sorted(needed)}

    def add(self, match: Match) -> Sequence[str]:
        """Need all entries of a match; gives them."""
        for entry in entries_of(match):
            self.needed.setdefault(entry, set()).add(match)
        return entries_of(match)

    def drop(self, match: Match) -> Sequence[str]:
        """Need no entry for a match any more; gives those that it needed."""
        touched = [entry for entry in entries_of(match) if match in self.needed.get(entry, ())]
        for entry in touched:
            self.needed[entry].discard(match)
        return touched


def value_of(entry: str, needed: Collection[Match]) -> str:
    """The value of an entry: our mark, and the networks, if it is but a part of them."""
    if set(needed) == {meaning_of(entry)} or any(m.kind is not Kind.IP for m in needed):
        return MARK
    return f"{MARK}: {' '.join(sorted(match.value for match in needed))}"


def _networks_in(value: str, entry: str) -> Iterator[Match]:
    for word in value.removeprefix(f"{MARK}:").split() if is_ours(value) else ():
        try:
            match = parse_match(word, Kind.IP)
        except MatchError:
            continue
        if entry in entries_of(match):
            yield match


def _alone(entry: str) -> Match:
    """What an entry means if those that belong to it are missing."""
    match = meaning_of(entry)
    return match if len(entries_of(match)) == 1 else Match(Kind.NATIVE, entry)


def _u_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    import idna  # noqa: PLC0415 - its tables are large, and most names are ASCII

    try:
        return idna.ulabel(label)
    except idna.IDNAError:
        return label


def _of_network(network: Network) -> Iterator[str]:
    step = _OCTET if network.version == _OCTETS else _NIBBLE
    length = max(step, -(-network.prefixlen // step) * step)
    for part in network.subnets(new_prefix=length):
        yield _pattern(part, length // step)


def _pattern(part: Network, digits: int) -> str:
    """The entry of a network that ends at a boundary, by its leading octets or digits."""
    address = part.network_address
    if part.prefixlen == part.max_prefixlen:
        return _IP + str(address)
    if part.version == _OCTETS:
        return f"{_IP}{'.'.join(str(address).split('.')[:digits])}.*"
    return _IP6R + ".".join(reversed(address.exploded.replace(":", "")[:digits]))


def _ip(text: str) -> Match:
    octets = text.split(".")
    if octets[-1] != "*":
        return parse_match(text, Kind.IP)
    known = [*octets[:-1], *["0"] * (_OCTETS + 1 - len(octets))]
    return parse_match(f"{'.'.join(known)}/{_OCTET * (len(octets) - 1)}", Kind.IP)


def _ip6r(text: str) -> Match:
    digits = "".join(reversed(text.split(".")))
    packed = int(digits.ljust(32, "0"), 16).to_bytes(16, "big")
    return parse_match(f"{ipaddress.IPv6Address(packed)}/{_NIBBLE * len(digits)}", Kind.IP)


# The first prefix that fits says how the rest is read: the wildcard stands before the domain.
_READERS: Final = {
    _SENDER: lambda text: parse_match(text, Kind.EMAIL),
    _WILDCARD: lambda text: parse_match(text, Kind.SUBDOMAINS),
    _DOMAIN: lambda text: parse_match(text, Kind.DOMAIN),
    _IP: _ip,
    _IP6R: _ip6r,
}
