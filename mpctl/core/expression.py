"""What becomes of a match at a service: itself, several that together mean the same, or nothing."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

from mpctl.core.capabilities import Capabilities, Shape
from mpctl.core.match import Kind, Match
from mpctl.core.rule import RuleKey


def all_plain(keys: Iterable[RuleKey], service: Capabilities) -> bool:
    """Tell whether a service has each of these rules just as it is; quick, and mostly true."""
    used = {(key.action, key.match.kind) for key in keys}
    return all(
        kind in service.kinds.get(action, frozenset()) and kind not in service.shapes
        for action, kind in used
    )


def expressed(key: RuleKey, service: Capabilities) -> tuple[RuleKey, ...]:
    """The rules that a service has for a rule: together exactly as wide, none where it cannot."""
    if key.match.kind not in service.kinds.get(key.action, frozenset()):
        return ()
    shape = service.shapes.get(key.match.kind)
    if shape is None:
        return (key,)
    return tuple(RuleKey(key.action, match) for match in _shaped(key.match, shape))


def _shaped(match: Match, shape: Shape) -> Iterator[Match]:
    if shape.pattern is not None and not shape.pattern.fullmatch(match.value):
        return
    if match.kind is Kind.IP and shape.prefixes:
        yield from _pieces(match, shape)
    else:
        yield match


def _pieces(match: Match, shape: Shape) -> Iterator[Match]:
    """The network itself, or its parts of the next length that the service knows."""
    network = ipaddress.ip_network(match.value)
    finer = [prefix for prefix in sorted(shape.prefixes) if prefix >= network.prefixlen]
    if not isinstance(network, ipaddress.IPv4Network) or not finer:
        return
    if 1 << (finer[0] - network.prefixlen) > shape.pieces:
        return
    for part in network.subnets(new_prefix=finer[0]):
        single = part.prefixlen == part.max_prefixlen
        yield Match(Kind.IP, str(part.network_address if single else part))
