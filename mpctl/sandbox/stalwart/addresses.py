"""Sets of IP addresses and networks, with the address in the settings key (section 6.6)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

SHORTEST_PREFIX = 8
TOKEN = re.compile(r"[0-9A-Fa-f:.]{3,}")


@dataclass(frozen=True)
class AddressSet:
    """Addresses and networks; `problems` are the texts of keys that are neither."""

    singles: frozenset[Address] = frozenset()
    networks: tuple[Network, ...] = ()
    problems: tuple[str, ...] = ()

    def __contains__(self, address: Address) -> bool:
        """Whether it is one of them; an IPv4 address may lie in an IPv6 network, mapped."""
        return address in self.singles or any(_lies_in(address, net) for net in self.networks)

    @classmethod
    def read(cls, settings: Mapping[str, str], prefix: str) -> "AddressSet":
        """Read the keys below a prefix that ends in a dot."""
        texts = [key.removeprefix(prefix) for key in sorted(settings) if key.startswith(prefix)]
        singles: set[Address] = set()
        networks: list[Network] = []
        problems: list[str] = []
        for text in texts:
            try:
                if "/" in text:
                    networks.append(_network(text))
                else:
                    singles.add(ip_address(text))
            except ValueError:
                kind = "address" if "/" in text else "address value"
                problems.append(
                    f'Invalid IP {kind} "{text}".'.removesuffix("." if "/" in text else "")
                )
        return cls(frozenset(singles), tuple(networks), tuple(problems))


def _network(text: str) -> Network:
    network = ip_network(text, strict=False)
    if network.prefixlen < SHORTEST_PREFIX:
        raise ValueError(text)
    return network


def _lies_in(address: Address, network: Network) -> bool:
    if isinstance(address, IPv4Address) and isinstance(network, IPv6Network):
        return IPv6Address(f"::ffff:{address}") in network
    return address in network


def addresses_in(texts: Iterable[str]) -> set[Address]:
    """Return every IP address that the texts mention."""
    found: set[Address] = set()
    for text in texts:
        for token in TOKEN.findall(text):
            try:
                found.add(ip_address(token.strip(".")))
            except ValueError:
                continue
    return found
