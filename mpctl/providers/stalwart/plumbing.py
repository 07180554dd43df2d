"""What makes the managed list count: its sentinel, one rule and two scores (11.2, 11.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from mpctl.providers.stalwart.capabilities import (
    CURRENT,
    DIFFERENT,
    MISSING,
    NOT_LIVE,
    WITHOUT_DMARC,
)
from mpctl.providers.stalwart.native import MARK

LIST: Final = "lookup.mpctl"
SENTINEL: Final = f"{LIST}._keep"
RULE: Final = "spam-filter.rule.mpctl_access"
ALLOW_SCORE: Final = "spam-filter.list.scores.MPCTL_ALLOW"
BLOCK_SCORE: Final = "spam-filter.list.scores.MPCTL_BLOCK"
# The sentinel's value while something may be stored that is not live: the next run reloads.
PENDING: Final = f"{MARK}: not live"

_SENDER: Final = (
    "key_exists('mpctl', '{0}.sender.' + from) || "
    "key_exists('mpctl', '{0}.sender.' + env_from) || "
    "key_exists('mpctl', '{0}.domain.' + from.domain) || "
    "key_exists('mpctl', '{0}.domain.' + env_from.domain)"
)
_ADDRESS: Final = (
    "key_exists('mpctl', '{0}.ip.' + remote_ip) || "
    "(is_ipv6_addr(remote_ip) && key_exists('mpctl', '{0}.ip6r.' + ip_reverse_name(remote_ip)))"
)
_ANY: Final = f"{_SENDER} || {_ADDRESS}"
# Anybody can write a sender; an address cannot be forged.
_PROVEN: Final = f"$DMARC_POLICY_ALLOW && ({_SENDER}) || {_ADDRESS}"


@cache
def wanted(*, dmarc: bool = False) -> Mapping[str, str]:
    """The keys as they have to be; with `dmarc` allowed senders count if they prove themselves."""
    rule = {
        "enable": "true",
        "scope": "any",
        "priority": "2000",
        "condition.0.if": (_PROVEN if dmarc else _ANY).format("allow"),
        "condition.0.then": "'MPCTL_ALLOW'",
        "condition.1.if": _ANY.format("block"),
        "condition.1.then": "'MPCTL_BLOCK'",
        "condition.2.else": "false",
    }
    return {
        SENTINEL: MARK,
        **{f"{RULE}.{field}": value for field, value in rule.items()},
        ALLOW_SCORE: "-100.0",
        BLOCK_SCORE: "reject",
    }


def state(stored: Mapping[str, str], *, dmarc: bool = False) -> str:
    """Judge the plumbing among the stored keys: missing, different, not live, current.

    Where `dmarc` is wanted, the rule that does without is told apart: it lets more through.
    """
    ours = {key: value for key, value in stored.items() if _is_plumbing(key)}
    if not ours.keys() - {SENTINEL}:
        return MISSING
    if dict(_comparable(ours)) == dict(_comparable(wanted(dmarc=dmarc))):
        return NOT_LIVE if ours[SENTINEL] == PENDING else CURRENT
    plain = dmarc and dict(_comparable(ours)) == dict(_comparable(wanted()))
    return WITHOUT_DMARC if plain else DIFFERENT


def surplus(stored: Mapping[str, str]) -> list[str]:
    """The keys of the managed rule that do not belong there, among them other spellings."""
    return [key for key in stored if key.startswith(f"{RULE}.") and key not in wanted()]


def _is_plumbing(key: str) -> bool:
    return key in wanted() or key.startswith(f"{RULE}.")


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
