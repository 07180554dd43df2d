"""The functions of expressions that the Stalwart reference names (section 6.3), and no others."""

import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address

from mpctl.sandbox.stalwart.message import Scene, Value


def is_true(value: Value) -> bool:
    """Whether a value counts as true in a condition."""
    return bool(value)


def _key_exists(scene: Scene, name: Value, key: Value) -> Value:
    """An array is no key, and a list that is not loaded has none."""
    return int(scene.look_up(str(name), key) is not None) if isinstance(key, str) else 0


def _key_get(scene: Scene, name: Value, key: Value) -> Value:
    found = scene.look_up(str(name), key) if isinstance(key, str) else None
    return _as_number(found or "")


def _as_number(text: str) -> Value:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def _is_ipv6_addr(_: Scene, text: Value) -> Value:
    return int(isinstance(_address(text), IPv6Address))


def _ip_reverse_name(_: Scene, text: Value) -> Value:
    address = _address(text)
    pointer = address.reverse_pointer if address else ""
    return pointer.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")


def _address(text: Value) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _is_empty(_: Scene, value: Value) -> Value:
    return int(value in ("", []))


def _is_intersect(_: Scene, left: Value, right: Value) -> Value:
    return int(not set(_items(left)).isdisjoint(_items(right)))


def _contains(_: Scene, whole: Value, part: Value) -> Value:
    return int(part in whole) if isinstance(whole, str | list) and isinstance(part, str) else 0


def _matches(_: Scene, pattern: Value, text: Value) -> Value:
    return int(any(re.search(str(pattern), item) for item in _items(text)))


def _items(value: Value) -> list[str]:
    return value if isinstance(value, list) else [str(value)]


FUNCTIONS: Mapping[str, tuple[Callable[..., Value], int]] = {
    "key_exists": (_key_exists, 2),
    "key_get": (_key_get, 2),
    "is_ipv6_addr": (_is_ipv6_addr, 1),
    "ip_reverse_name": (_ip_reverse_name, 1),
    "is_empty": (_is_empty, 1),
    "is_intersect": (_is_intersect, 2),
    "contains": (_contains, 2),
    "matches": (_matches, 2),
}
"""Each function with the number of its arguments."""
