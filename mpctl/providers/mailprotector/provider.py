"""The provider itself: fetch, review and apply over one session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import SettingChange, Verb
from mpctl.core.entity import Entity, Ref
from mpctl.core.outcome import Outcome
from mpctl.core.rule import SettingValue
from mpctl.core.schedule import Batch, Operation
from mpctl.core.state import Account, DesiredEntity, LiveEntity, LiveState, Reading
from mpctl.diagnostics import Code, Diagnostic, MpctlError, Severity
from mpctl.providers.mailprotector.ancestry import Ancestors, Ancestry
from mpctl.providers.mailprotector.capabilities import CAPABILITIES
from mpctl.providers.mailprotector.configuration import Configuration
from mpctl.providers.mailprotector.directory import Directory, Resolution
from mpctl.providers.mailprotector.index import Record
from mpctl.providers.mailprotector.listing import page_info
from mpctl.providers.mailprotector.native import (
    identifier,
    permissions,
    setting_from_native,
)
from mpctl.providers.mailprotector.rules import RuleListing, Rules
from mpctl.transport import KeyRefused, Session, TransportError

_NO_RULES: Final = RuleListing((), complete=True, findings=())


@dataclass(frozen=True, slots=True)
class Known:
    """An entity that was resolved in this run."""

    record: Record
    ancestors: Ancestors


class Mailprotector:
    """A CloudFilter account for the length of one run.

    `service` names the account in plans: the base URL, or the sandbox.
    """

    capabilities: Capabilities = CAPABILITIES

    def __init__(self, session: Session, *, service: str, connections: int) -> None:
        self._session = session
        self._service = service
        self._connections = connections
        self._rules = Rules(session)
        self._configuration = Configuration(session)
        self._directory = Directory(session)
        self._ancestry = Ancestry(self._directory)
        self._known: dict[Entity, Known] = {}
        self._levels: frozenset[str] = frozenset()
        self._account: Account | None = None

    def fetch(
        self, wanted: Sequence[Reading], on_read: Callable[[], None] = lambda: None
    ) -> LiveState:
        """Read what is wanted; see `mpctl.ports.Provider.fetch`."""
        resolution = self._resolve([r.entity for r in wanted if r.entity not in self._known])
        account = self._find_account()
        known = [reading for reading in wanted if reading.entity in self._known]
        entities: dict[Entity, LiveEntity] = {}
        unread = dict(resolution.unread)
        with ThreadPoolExecutor(self._connections) as pool:
            results = pool.map(lambda reading: self._read(reading, on_read), known)
            for reading, result in zip(known, results, strict=True):
                if isinstance(result, LiveEntity):
                    entities[reading.entity] = result
                else:
                    unread[reading.entity] = result
        return LiveState(account, entities, resolution.missing, unread)

    def review(self, desired: DesiredEntity, live: LiveEntity) -> Sequence[Diagnostic]:
        """Point out a domain whose mail is not filtered yet; see `mpctl.ports.Provider.review`."""
        if live.facts.get("status", "active").lower() == "active":
            return ()
        finding = Diagnostic(
            Code.INACTIVE,
            f"{desired.entity.path} is {live.facts['status']}: its mail is not filtered yet",
            why="Its rules are kept, but have no effect until the domain is active.",
            origin=desired.origin,
            severity=Severity.WARNING,
        )
        return (finding.about(desired.entity),)

    def count_users(self, ref: Ref) -> int | None:
        """Ask for one user and read the total; see `mpctl.ports.Provider.count_users`."""
        if ref.scope == "users":
            return 1
        path = f"/{ref.scope}/{ref.native_id}/users"
        try:
            answer = self._session.request("GET", path, params={"page": 1, "per_page": 1})
        except TransportError:
            return None
        return page_info(answer.headers.get("X-Pagination")).total

    def apply(self, batch: Batch) -> Sequence[Outcome]:
        """Carry out a batch; see `mpctl.ports.Provider.apply`."""
        return [self._perform(batch, operation) for operation in batch.operations]

    def _perform(self, batch: Batch, operation: Operation) -> Outcome:
        change = operation.change
        if isinstance(change, SettingChange):
            return self._configuration.write(batch, operation, change)
        if change.verb is Verb.CREATE:
            return self._rules.create(batch, operation, change.key)
        return self._rules.delete(batch, operation)

    def _read(self, reading: Reading, on_read: Callable[[], None]) -> LiveEntity | Diagnostic:
        try:
            return self._read_entity(reading, self._known[reading.entity])
        except KeyRefused:
            raise
        except MpctlError as error:
            return error.diagnostics[0].about(reading.entity)
        finally:
            on_read()

    def _read_entity(self, reading: Reading, known: Known) -> LiveEntity:
        native_id = identifier(known.record)
        listing = self._rules.read(reading, native_id) if reading.rules else _NO_RULES
        document = self._document(reading, native_id)
        return LiveEntity(
            entity=reading.entity,
            native_id=native_id,
            live_name=str(known.record.get("name", "")),
            ancestors=known.ancestors,
            rules=listing.rules,
            complete=listing.complete,
            settings=_settings(reading, document),
            facts=_facts(known.record),
            documents={"permissions": permissions(document)} if document else {},
            findings=listing.findings,
        )

    def _document(self, reading: Reading, native_id: str) -> Mapping[str, Any]:
        if not reading.settings:
            return {}
        return self._configuration.probe(reading.entity.scope, native_id)

    def _resolve(self, entities: Sequence[Entity]) -> Resolution:
        """Find entities, and who stands above them among the levels that anybody declares."""
        resolution = self._directory.resolve(entities)
        records = dict(resolution.found)
        levels = self._levels | {entity.scope for entity in entities}
        if levels != self._levels:
            # Who was found before learns of levels that nobody had asked about then.
            records |= {entity: known.record for entity, known in self._known.items()}
            self._levels = levels
        for entity, record in records.items():
            ancestors = self._ancestry.of(entity.scope, record, levels)
            self._known[entity] = Known(record, ancestors)
        return resolution

    def _find_account(self) -> Account:
        if not self._known:
            return Account(self._service)
        if self._account is None:
            try:
                number = self._directory.reseller_id
            except TransportError:
                return Account(self._service)
            self._account = Account(self._service, number)
        return self._account


def _settings(reading: Reading, document: Mapping[str, Any]) -> dict[str, SettingValue]:
    values = {name: setting_from_native(document, name) for name in reading.settings}
    return {name: value for name, value in values.items() if value is not None}


def _facts(record: Record) -> dict[str, str]:
    status = record.get("domain_status")
    name = status.get("name") if isinstance(status, dict) else None
    return {"status": name} if isinstance(name, str) else {}
