"""Asking the running filter about a few of the changed rules: stored is not live (7.1).

The filter answers with the tags of a made-up message. What it should answer is worked out from the
stored entries, by the same questions that the managed rule asks.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from mpctl.core.change import RuleChange
from mpctl.core.match import Kind, Match
from mpctl.core.outcome import Outcome
from mpctl.core.rule import Action
from mpctl.providers.stalwart.answers import data_of
from mpctl.providers.stalwart.capabilities import CURRENT, NOT_LIVE, PLUMBING
from mpctl.providers.stalwart.choice import Choice
from mpctl.providers.stalwart.native import in_unicode
from mpctl.providers.stalwart.stored import Stored, as_network
from mpctl.transport import BadAnswer, Session

AT_MOST: Final = 5
_TAGS: Final = {Action.ALLOW: "MPCTL_ALLOW", Action.BLOCK: "MPCTL_BLOCK"}
_REFUSED_CONNECTION: Final = "IP_BLOCKED"
_NOBODY: Final = "mpctl-probe@mpctl.invalid"
_NOWHERE: Final = "192.0.2.254"


@dataclass(frozen=True, slots=True)
class Probe:
    """A message that a rule is about: who sends it, from where."""

    sender: str = _NOBODY
    address: str = _NOWHERE

    @classmethod
    def of(cls, match: Match) -> Probe | None:
        """A message that falls under a match, None where nobody can tell."""
        if match.kind is Kind.EMAIL:
            return cls(sender=match.value)
        if match.kind is Kind.DOMAIN:
            return cls(sender=f"mpctl-probe@{match.value}")
        if match.kind is Kind.SUBDOMAINS:
            return cls(sender=f"mpctl-probe@mpctl-probe.{match.value}")
        if match.kind is Kind.IP:
            return cls(address=str(ipaddress.ip_network(match.value).network_address))
        return None

    @property
    def body(self) -> dict[str, Any]:
        """The question as the service takes it."""
        lines = (f"From: <{self.sender}>", f"To: <{_NOBODY}>", "Subject: mpctl", "", "mpctl", "")
        return {
            "message": "\r\n".join(lines),
            "remoteIp": self.address,
            "envFrom": self.sender,
            "envFromFlags": 0,
            "envRcptTo": [_NOBODY],
        }


@dataclass(frozen=True)
class Filter:
    """What the filter should say if everything that is stored were live."""

    stored: Stored
    choice: Choice

    def tags(self, probe: Probe) -> set[str]:
        """The tags of a message, of those that mpctl's rules give."""
        found = set(self._of_connection(probe.address))
        if self.stored.settings(self.choice)[PLUMBING] in {CURRENT, NOT_LIVE}:
            decides = (action for action in Action if self._lists(action, probe))
            found |= {_TAGS[action] for action in list(decides)[:1]}
        return found

    def _of_connection(self, address: str) -> Iterator[str]:
        ip = ipaddress.ip_address(address)
        blocked = (as_network(text) for text in self.stored.blocked)
        if ip.is_loopback or _within(ip, self.stored.allowed):
            return
        if _within(ip, [match for match in blocked if match is not None]):
            yield _REFUSED_CONNECTION

    def _lists(self, action: Action, probe: Probe) -> bool:
        entries, patterns = self._entries[action]
        asked = [f"ip.{probe.address}"]
        # A made-up message passes no DMARC.
        if action is Action.BLOCK or not self.choice.dmarc:
            domain = in_unicode(probe.sender.rpartition("@")[2])
            asked += [f"sender.{probe.sender}", f"domain.{domain}"]
        ip = ipaddress.ip_address(probe.address)
        if isinstance(ip, ipaddress.IPv6Address):
            asked.append("ip6r." + ".".join(reversed(ip.exploded.replace(":", ""))))
        return any(a in entries or any(p.fullmatch(a) for p in patterns) for a in asked)

    @cached_property
    def _entries(self) -> dict[Action, tuple[set[str], list[re.Pattern[str]]]]:
        return {action: _compiled(self.stored.entries(action).needed) for action in Action}


def ask(session: Session, probe: Probe) -> set[str]:
    """The tags that the running filter gives a message.

    Raises TransportError.
    """
    call = "POST /spam-filter/classify"
    data = data_of(session.request("POST", "/spam-filter/classify", json=probe.body).body, call)
    tags = data.get("tags") if isinstance(data, dict) else None
    if not isinstance(tags, dict):
        raise BadAnswer(call, "the answer has no tags")
    return {*_TAGS.values(), _REFUSED_CONNECTION} & set(tags)


def sample(outcomes: Sequence[Outcome]) -> list[tuple[Outcome, Probe]]:
    """A few of the rules that changed, spread over all of them, with a message for each."""
    rules = [
        (outcome, probe)
        for outcome in outcomes
        if isinstance(outcome.operation.change, RuleChange)
        and (probe := Probe.of(outcome.operation.change.match)) is not None
    ]
    return rules[:: max(1, -(-len(rules) // AT_MOST))]


def _within(ip: ipaddress.IPv4Address | ipaddress.IPv6Address, networks: Sequence[Match]) -> bool:
    return any(ip in ipaddress.ip_network(match.value) for match in networks)


def _compiled(entries: Sequence[str] | dict[str, Any]) -> tuple[set[str], list[re.Pattern[str]]]:
    """Exact entries and patterns, as the service reads them (6.1)."""
    exact, patterns = set(), []
    for entry in entries:
        parts = re.findall(r"\\.|.", entry, re.DOTALL)
        if "*" in parts or "?" in parts:
            patterns.append(re.compile("".join(map(_regex, parts)), re.DOTALL))
        else:
            exact.add("".join(part[-1] for part in parts))
    return exact, patterns


def _regex(part: str) -> str:
    return {"*": ".*", "?": "."}.get(part) or re.escape(part[-1])
