"""The provider itself: fetch, review and apply over one session."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import Entity, Ref
from mpctl.core.outcome import Outcome
from mpctl.core.schedule import Batch
from mpctl.core.state import Account, DesiredEntity, LiveEntity, LiveState, Reading
from mpctl.diagnostics import Code, Diagnostic, Severity
from mpctl.providers.stalwart.applying import Applying
from mpctl.providers.stalwart.capabilities import CAPABILITIES
from mpctl.providers.stalwart.choice import Choice
from mpctl.providers.stalwart.domains import Domains
from mpctl.providers.stalwart.review import ALLOWED_FACT, OWN_FACT, blocks_anew, review
from mpctl.providers.stalwart.settings import Settings
from mpctl.providers.stalwart.stored import Stored
from mpctl.transport import Session, own_address


class Stalwart:
    """A mail server for the length of one run.

    `service` names it in plans: the base URL, or the sandbox.
    """

    capabilities: Capabilities = CAPABILITIES

    def __init__(self, session: Session, *, service: str, choice: Choice) -> None:
        self._session = session
        self._service = service
        self._choice = choice
        self._settings = Settings(session)
        self._domains = Domains(session)
        self._applying = Applying(session, self._settings, choice)
        # A reload starts from the state that it finds: two at once can lose one (11.6).
        self._one_at_a_time = threading.Lock()

    def fetch(
        self, wanted: Sequence[Reading], on_read: Callable[[], None] = lambda: None
    ) -> LiveState:
        """Read what is wanted, by one request; once a run who lives here, if that is blocked."""
        account = Account(self._service)
        if not wanted:
            return LiveState(account)
        stored = self._settings.read()
        name = server_name(stored, self._session)
        entities, missing = {}, {}
        for reading in wanted:
            if called(reading.entity, name):
                entities[reading.entity] = self._live(reading, name, stored)
            else:
                missing[reading.entity] = wrong_name(reading.entity, name)
            on_read()
        return LiveState(account, entities, missing)

    def review(self, desired: DesiredEntity, live: LiveEntity) -> Sequence[Diagnostic]:
        """Judge what is new by what is live; see `mpctl.ports.Provider.review`."""
        found = review(desired, live, self._choice, self._session.clock.now().date())
        return [finding.about(desired.entity) for finding in found]

    def count_users(self, ref: Ref) -> int | None:
        """Nobody tells without seeing accounts; see `mpctl.ports.Provider.count_users`."""
        _ = ref
        return None

    def apply(self, batch: Batch) -> Sequence[Outcome]:
        """Carry out a batch; see `mpctl.ports.Provider.apply`."""
        with self._one_at_a_time:
            return self._applying.run(batch)

    def _live(self, reading: Reading, name: str, stored: Stored) -> LiveEntity:
        entity = reading.entity
        rules = tuple(row.rule for row in stored.rows(self._choice))
        anew = blocks_anew(reading.declared, {rule.key for rule in rules})
        domains = self._domains.facts() if anew else {}
        return LiveEntity(
            entity=entity,
            native_id=name,
            live_name=name,
            rules=rules,
            settings=stored.settings(self._choice),
            facts={**self._addresses(stored), **domains},
            findings=tuple(finding.about(entity) for finding in self._findings(stored)),
        )

    def _addresses(self, stored: Stored) -> dict[str, str]:
        """Which connections must not be refused, where any are."""
        if not self._choice.by_connection:
            return {}
        return {
            ALLOWED_FACT: " ".join(match.value for match in stored.allowed),
            OWN_FACT: own_address(self._session.base_url),
        }

    def _findings(self, stored: Stored) -> Iterator[Diagnostic]:
        if stored.filter_is_off:
            yield _OFF
        if stored.pending:
            yield _PENDING
        if self._choice.several:
            yield _ONE_NODE


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


_OFF: Final = Diagnostic(
    Code.INACTIVE,
    "the spam filter of the server is off: no rule has an effect",
    why="The managed list is a part of the filter.",
    fix="An administrator turns it on by spam-filter.enable and session.data.spam-filter.",
    severity=Severity.WARNING,
)
_PENDING: Final = Diagnostic(
    Code.NOT_LIVE,
    "an earlier run stored what may not be live",
    why="The server works with what it loaded before.",
    fix="Apply again, or run mpctl reload.",
    severity=Severity.WARNING,
)
_ONE_NODE: Final = Diagnostic(
    Code.NOT_LIVE,
    "what is applied becomes live at the node that answers, not at the others of its cluster",
    why="A reload of lists reaches one node; every node has what is stored, and its own list.",
    fix="After an apply run mpctl reload --confirm with STALWART_API_BASE_URL, or the variable "
    "that the target claims for its address, set to each other node.",
    severity=Severity.WARNING,
)
