"""What makes the managed list count: its sentinel, one rule and two scores (11.2, 11.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mpctl.providers.stalwart.capabilities import CURRENT, DIFFERENT, MISSING, NOT_LIVE
from mpctl.providers.stalwart.native import MARK

LIST: Final = "lookup.mpctl"
SENTINEL: Final = f"{LIST}._keep"
RULE: Final = "spam-filter.rule.mpctl_access"
ALLOW_SCORE: Final = "spam-filter.list.scores.MPCTL_ALLOW"
BLOCK_SCORE: Final = "spam-filter.list.scores.MPCTL_BLOCK"
# The sentinel's value while something may be stored that is not live: the next run reloads.
PENDING: Final = f"{MARK}: not live"

_TERMS: Final = (
    "key_exists('mpctl', '{0}.sender.' + from)",
    "key_exists('mpctl', '{0}.sender.' + env_from)",
    "key_exists('mpctl', '{0}.domain.' + from.domain)",
    "key_exists('mpctl', '{0}.domain.' + env_from.domain)",
    "key_exists('mpctl', '{0}.ip.' + remote_ip)",
    "(is_ipv6_addr(remote_ip) && key_exists('mpctl', '{0}.ip6r.' + ip_reverse_name(remote_ip)))",
)
_RULE_FIELDS: Final[Mapping[str, str]] = {
    "enable": "true",
    "scope": "any",
    "priority": "2000",
    "condition.0.if": " || ".join(_TERMS).format("allow"),
    "condition.0.then": "'MPCTL_ALLOW'",
    "condition.1.if": " || ".join(_TERMS).format("block"),
    "condition.1.then": "'MPCTL_BLOCK'",
    "condition.2.else": "false",
}
WANTED: Final[Mapping[str, str]] = {
    SENTINEL: MARK,
    **{f"{RULE}.{field}": value for field, value in _RULE_FIELDS.items()},
    ALLOW_SCORE: "-100.0",
    BLOCK_SCORE: "reject",
}


def state(stored: Mapping[str, str]) -> str:
    """Judge the plumbing among the stored keys: missing, different, not live or current."""
    ours = {key: value for key, value in stored.items() if _is_plumbing(key)}
    if not ours.keys() - {SENTINEL}:
        return MISSING
    if dict(_comparable(ours)) != dict(_comparable(WANTED)):
        return DIFFERENT
    return NOT_LIVE if ours[SENTINEL] == PENDING else CURRENT


def surplus(stored: Mapping[str, str]) -> list[str]:
    """The keys of the managed rule that do not belong there, among them other spellings."""
    return [key for key in stored if key.startswith(f"{RULE}.") and key not in WANTED]


def _is_plumbing(key: str) -> bool:
    return key in WANTED or key.startswith(f"{RULE}.")


def _comparable(keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Keys and values in a form in which equal ones are equal.

    The web interface numbers conditions 0, a file 0000; the sentinel's value is not compared.
    """
    for key, value in keys.items():
        if key == SENTINEL:
            yield key, ""
        elif key in {ALLOW_SCORE, BLOCK_SCORE}:
            yield key, _score(value)
        else:
            yield ".".join(_position(part) for part in key.split(".")), value.strip()


def _position(part: str) -> str:
    return str(int(part)) if part.isascii() and part.isdecimal() else part


def _score(value: str) -> str:
    try:
        return str(float(value))
    except ValueError:
        return value.strip().lower()
