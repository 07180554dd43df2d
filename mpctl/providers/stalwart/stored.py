"""What is stored, of that which concerns mpctl, as one reading gives it (11.5)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from mpctl.core.match import Kind, Match
from mpctl.core.rule import Action, LiveRule, RuleKey, SettingValue
from mpctl.core.setting import SettingError
from mpctl.providers.stalwart import plumbing
from mpctl.providers.stalwart.capabilities import CAPABILITIES, PLUMBING
from mpctl.providers.stalwart.choice import Choice
from mpctl.providers.stalwart.native import Entries, is_ours

BLOCKED: Final = "server.blocked-ip."
ALLOWED: Final = "server.allowed-ip."
HOSTNAME: Final = "server.hostname"
FILTER: Final = "spam-filter.enable"
SESSION_FILTER: Final = "session.data.spam-filter"
VERSION: Final = "version.spam-filter"
# The key of each threshold, and what holds where there is none (6.5).
THRESHOLDS: Final[Mapping[str, tuple[str, str]]] = {
    "spam_threshold": ("spam-filter.score.spam", "5.0"),
    "discard_threshold": ("spam-filter.score.discard", "0"),
    "reject_threshold": ("spam-filter.score.reject", "0"),
}
PREFIXES: Final = (plumbing.LIST, plumbing.RULE, BLOCKED[:-1], ALLOWED[:-1])
KEYS: Final = (
    plumbing.ALLOW_SCORE,
    plumbing.BLOCK_SCORE,
    *(key for key, _ in THRESHOLDS.values()),
    FILTER,
    SESSION_FILTER,
    VERSION,
    HOSTNAME,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A live rule: as the diff sees it, and what it means where it stands.

    `listed` tells the managed list from `server.blocked-ip`, where `stored` names the key.
    """

    rule: LiveRule
    means: Match
    listed: bool = True
    stored: str = ""


@dataclass(frozen=True)
class Stored:
    """The keys that concern mpctl, with their values."""

    keys: Mapping[str, str]

    @property
    def hostname(self) -> str:
        """What the server calls itself, empty where it does not say."""
        return self.keys.get(HOSTNAME, "")

    @property
    def pending(self) -> bool:
        """Tell whether an earlier run stored what may not be live."""
        return self.keys.get(plumbing.SENTINEL) == plumbing.PENDING

    @property
    def filter_is_off(self) -> bool:
        """Tell whether the spam filter does not run, and no rule counts."""
        switches = (self.keys.get(FILTER, "true"), self.keys.get(SESSION_FILTER, "true"))
        return any(value.strip().lower() in {"false", "0"} for value in switches)

    @cached_property
    def blocked(self) -> Mapping[str, str]:
        """The values of `server.blocked-ip` by address or network, as spelled."""
        return self._below(BLOCKED)

    @cached_property
    def allowed(self) -> tuple[Match, ...]:
        """The addresses and networks of `server.allowed-ip`."""
        found = (as_network(text) for text in self._below(ALLOWED))
        return tuple(match for match in found if match is not None)

    def entries(self, action: Action) -> Entries:
        """The entries of the managed list for one action; a value to be changed."""
        return Entries.of(self._below(f"{plumbing.LIST}.{action}."))

    def settings(self, choice: Choice) -> dict[str, SettingValue]:
        """The thresholds and the state of the plumbing; what cannot be read is left out."""
        values: dict[str, SettingValue] = {PLUMBING: plumbing.state(self.keys, dmarc=choice.dmarc)}
        for name, (key, default) in THRESHOLDS.items():
            try:
                values[name] = CAPABILITIES.settings[name].canonical(self.keys.get(key, default))
            except SettingError:
                continue
        return values

    def rows(self, choice: Choice) -> tuple[Row, ...]:
        """The live rules; a block that stands in the other place than chosen is native."""
        by_connection = choice.by_connection
        listed = [
            row for action in Action for row in self._listed(action, by_connection=by_connection)
        ]
        return (*listed, *self._connections(by_connection=by_connection))

    def _below(self, prefix: str) -> dict[str, str]:
        return {
            key.removeprefix(prefix): value
            for key, value in self.keys.items()
            if key.startswith(prefix)
        }

    def _listed(self, action: Action, *, by_connection: bool) -> Iterator[Row]:
        for match in self.entries(action).matches:
            native_id = f"{plumbing.LIST}.{action}.{match.kind}.{match}"
            shown = str(match)
            key = match
            if by_connection and action is Action.BLOCK and match.kind is Kind.IP:
                shown = f"{match} for mail only"
                key = Match(Kind.NATIVE, shown)
            yield Row(LiveRule(RuleKey(action, key), shown, native_id), match)

    def _connections(self, *, by_connection: bool) -> Iterator[Row]:
        """Ours among the blocked addresses; and, for rules that need no other, the foreign ones."""
        ours = {text: as_network(text) for text, value in self.blocked.items() if is_ours(value)}
        for text, match in ours.items():
            key = match if match is not None and by_connection else None
            shown = text if key is not None else f"{text} for every connection"
            rule = LiveRule(
                RuleKey(Action.BLOCK, key or Match(Kind.NATIVE, shown)), shown, BLOCKED + text
            )
            yield Row(rule, match or Match(Kind.NATIVE, text), listed=False, stored=BLOCKED + text)
        if by_connection:
            yield from self._foreign(set(ours.values()))

    def _foreign(self, ours: set[Match | None]) -> Iterator[Row]:
        for text in self.blocked:
            match = as_network(text)
            if match is not None and match not in ours:
                rule = LiveRule(
                    RuleKey(Action.BLOCK, match),
                    text,
                    BLOCKED + text,
                    owned_here=False,
                    foreign=True,
                )
                yield Row(rule, match, listed=False, stored=BLOCKED + text)


def as_network(text: str) -> Match | None:
    """An address or network as the server reads it: host bits are masked (6.6)."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    single = network.prefixlen == network.max_prefixlen
    return Match(Kind.IP, str(network.network_address if single else network))
