"""Reading the release permissions along the chain of a held message, once for each mailbox."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from mpctl.core.browse import Level
from mpctl.core.entity import ID_PREFIX, Entity
from mpctl.core.mail import HeldMessage
from mpctl.core.permission import PERMITS, Grant, effective
from mpctl.core.state import DesiredEntity, LiveEntity, Reading
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.ports import Browser, Provider

# A chain costs a dozen requests; of so many mailboxes it is read.
MAILBOXES: Final = 10

Declared = Callable[[Level], DesiredEntity | None]


def read_grants(
    target: str,
    chain: Sequence[Level],
    names: Collection[str],
    provider: Provider,
    declared: Declared,
    *,
    on_unread: Callable[[Diagnostic], None] = lambda _: None,
) -> dict[str, tuple[Grant, ...]]:
    """Each of these permissions at every level of a chain, in its order.

    A level that cannot be read has unknown values, as has one that keeps no such settings;
    `on_unread` hears why it cannot. Raises MpctlError when nothing can be read.
    """
    if not chain:
        # A provider that is asked for no entity in particular reads them all.
        return dict.fromkeys(names, ())
    entities = [Entity(target, level.ref.scope, ID_PREFIX + level.ref.native_id) for level in chain]
    wanted = [Reading(one, rules=False, settings=frozenset(names)) for one in entities]
    live = provider.fetch(wanted)
    for problem in live.unread.values():
        if problem.code is not Code.UNSUPPORTED_SETTING:
            on_unread(problem)
    levels = [(one, live.entities.get(entity)) for one, entity in zip(chain, entities, strict=True)]
    return {
        name: tuple(_grant(name, level, found, declared(level)) for level, found in levels)
        for name in names
    }


def _grant(name: str, level: Level, live: LiveEntity | None, policy: DesiredEntity | None) -> Grant:
    setting = policy.settings.get(name) if policy else None
    place = setting or policy
    return Grant(
        level.path,
        live.settings.get(name) if live else None,
        setting.value if setting else None,
        place.origin if place else None,
    )


@dataclass(slots=True)
class Permissions:
    """The permissions of a target; `declared` finds the policy document of a level."""

    target: str
    browser: Browser
    provider: Provider
    declared: Declared
    _known: dict[tuple[str, str], tuple[Grant, ...]] = field(default_factory=dict)
    _chains: dict[str, tuple[Level, ...]] = field(default_factory=dict)

    def grants(self, message: HeldMessage) -> Sequence[Grant]:
        """The permission that a held message waits for, nearest first; empty if nobody knows."""
        name = PERMITS.get(message.hold, "")
        mailbox = message.mailbox or next(iter(message.recipients), "")
        known = mailbox in self._chains or len(self._chains) < MAILBOXES
        if not name or not mailbox or not known:
            return ()
        key = mailbox.casefold(), name
        if key not in self._known:
            try:
                self._known[key] = self._read(mailbox, name)
            except MpctlError:
                self._known[key] = ()
        return self._known[key]

    def permitted(self, message: HeldMessage) -> bool | None:
        """Whether a message may be released; None if nobody knows."""
        value = effective(self.grants(message))
        return value if isinstance(value, bool) else None

    def _read(self, mailbox: str, name: str) -> tuple[Grant, ...]:
        chain = self._chain(mailbox)
        return read_grants(self.target, chain, [name], self.provider, self.declared)[name]

    def _chain(self, mailbox: str) -> tuple[Level, ...]:
        if mailbox not in self._chains:
            self._chains[mailbox] = ()  # what cannot be read is not read again
            user = self.browser.find_user(mailbox)
            domain = mailbox.rpartition("@")[2].casefold()
            entity = (
                Entity(self.target, user.ref.scope, ID_PREFIX + user.ref.native_id)
                if user
                else Entity(self.target, "domains", domain)
            )
            self._chains[mailbox] = tuple(self.browser.chain(entity, effective=True))
        return self._chains[mailbox]
