"""The provider itself: fetch, review and apply over one session."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import Entity, Ref
from mpctl.core.match import Kind
from mpctl.core.outcome import Outcome
from mpctl.core.rule import Action, DeclaredRule
from mpctl.core.schedule import Batch
from mpctl.core.state import Account, DesiredEntity, LiveEntity, LiveState, Reading
from mpctl.diagnostics import Code, Diagnostic, Severity
from mpctl.providers.stalwart import plumbing
from mpctl.providers.stalwart.applying import Applying
from mpctl.providers.stalwart.capabilities import BY_CONNECTION, CAPABILITIES
from mpctl.providers.stalwart.native import entries_of
from mpctl.providers.stalwart.settings import Settings
from mpctl.providers.stalwart.stored import Stored
from mpctl.transport import Session

# A key has at most 255 bytes: some stores of the server hold no more (3.4).
MAX_KEY: Final = 255
_MIN_PREFIX: Final = 8
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_ALLOWED_FACT: Final = "allowed_ips"


class Stalwart:
    """A mail server for the length of one run.

    `service` names it in plans: the base URL, or the sandbox. `ip_block` is the target's option.
    """

    capabilities: Capabilities = CAPABILITIES

    def __init__(self, session: Session, *, service: str, ip_block: str) -> None:
        self._session = session
        self._service = service
        self._ip_block = ip_block
        self._settings = Settings(session)
        self._applying = Applying(session, self._settings, ip_block)
        # A reload starts from the state that it finds: two at once can lose one (11.6).
        self._one_at_a_time = threading.Lock()

    def fetch(
        self, wanted: Sequence[Reading], on_read: Callable[[], None] = lambda: None
    ) -> LiveState:
        """Read what is wanted, by one request; see `mpctl.ports.Provider.fetch`."""
        account = Account(self._service)
        if not wanted:
            return LiveState(account)
        stored = self._settings.read()
        name = server_name(stored, self._session)
        entities, missing = {}, {}
        for reading in wanted:
            if called(reading.entity, name):
                entities[reading.entity] = self._live(reading.entity, name, stored)
            else:
                missing[reading.entity] = wrong_name(reading.entity, name)
            on_read()
        return LiveState(account, entities, missing)

    def review(self, desired: DesiredEntity, live: LiveEntity) -> Sequence[Diagnostic]:
        """Refuse what would cut off more than it says; see `mpctl.ports.Provider.review`."""
        found = [*_too_long(desired)]
        if self._ip_block == BY_CONNECTION:
            found += _cut_off(desired, live.facts.get(_ALLOWED_FACT, "").split())
        return [finding.about(desired.entity) for finding in found]

    def count_users(self, ref: Ref) -> int | None:
        """Nobody tells without seeing accounts; see `mpctl.ports.Provider.count_users`."""
        _ = ref
        return None

    def apply(self, batch: Batch) -> Sequence[Outcome]:
        """Carry out a batch; see `mpctl.ports.Provider.apply`."""
        with self._one_at_a_time:
            return self._applying.run(batch)

    def _live(self, entity: Entity, name: str, stored: Stored) -> LiveEntity:
        return LiveEntity(
            entity=entity,
            native_id=name,
            live_name=name,
            rules=tuple(row.rule for row in stored.rows(self._ip_block)),
            settings=stored.settings(),
            facts={_ALLOWED_FACT: " ".join(match.value for match in stored.allowed)},
            findings=tuple(finding.about(entity) for finding in _findings(stored)),
        )


def server_name(stored: Stored, session: Session) -> str:
    """The name of the server: its own, else the host of the base URL."""
    return (stored.hostname or urlsplit(session.base_url).hostname or "").casefold()


def called(entity: Entity, name: str) -> bool:
    """Tell whether an entity is the server of this name."""
    return (entity.native_id or entity.name) == name


def wrong_name(entity: Entity, name: str) -> Diagnostic:
    """What to say of an entity that is not this server."""
    return Diagnostic(
        Code.NOT_FOUND,
        f"{entity.path} does not exist: the server calls itself {name}",
        fix=f"Write server/{name}, or check the base URL of the target.",
    ).about(entity)


def _findings(stored: Stored) -> Iterator[Diagnostic]:
    if stored.filter_is_off:
        yield Diagnostic(
            Code.INACTIVE,
            "the spam filter of the server is off: no rule has an effect",
            why="The managed list is a part of the filter.",
            fix="An administrator turns it on by spam-filter.enable and session.data.spam-filter.",
            severity=Severity.WARNING,
        )
    if stored.pending:
        yield Diagnostic(
            Code.NOT_LIVE,
            "an earlier run stored what may not be live",
            why="The server works with what it loaded before.",
            fix="Apply again, or run mpctl reload.",
            severity=Severity.WARNING,
        )


def _too_long(desired: DesiredEntity) -> Iterator[Diagnostic]:
    for rule in desired.rules.values():
        prefix = f"{plumbing.LIST}.{rule.key.action}."
        longest = max(len((prefix + e).encode()) for e in entries_of(rule.key.match))
        if longest > MAX_KEY:
            yield Diagnostic(
                Code.UNSUPPORTED_VALUE,
                f"{rule.shown} needs a key of {longest} bytes, and the server has {MAX_KEY}",
                origin=rule.origins[0],
            )


def _cut_off(desired: DesiredEntity, allowed: Sequence[str]) -> Iterator[Diagnostic]:
    for key, rule in desired.rules.items():
        if key.action is Action.BLOCK and key.match.kind is Kind.IP:
            why = _dangerous(key.match.value, allowed)
            if why:
                yield _refused(rule, why)


def _dangerous(value: str, allowed: Sequence[str]) -> str:
    """Why no connection from a network may be refused, empty if it may (6.6, 11.10)."""
    network = ipaddress.ip_network(value)
    if network.is_loopback or _overlaps(network, "127.0.0.0/8") or _overlaps(network, "::1"):
        return "it contains the server itself"
    if network.prefixlen < _MIN_PREFIX:
        return f"the server takes networks of {_MIN_PREFIX} bits and more"
    if isinstance(network, ipaddress.IPv6Network) and _MAPPED.subnet_of(network):
        return "it contains every IPv4 address"
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
