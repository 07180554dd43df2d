"""The provider itself: fetch, review and apply over one session."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import SettingChange, Verb
from mpctl.core.entity import Entity
from mpctl.core.outcome import Outcome
from mpctl.core.rule import SettingValue
from mpctl.core.schedule import Batch, Operation
from mpctl.core.state import Account, DesiredEntity, LiveEntity, LiveState, Reading
from mpctl.diagnostics import Code, Diagnostic, Severity
from mpctl.providers.mailprotector.configuration import Configuration
from mpctl.providers.mailprotector.native import (
    CAPABILITIES,
    NotUnderstood,
    identifier,
    object_of,
    setting_from_native,
)
from mpctl.providers.mailprotector.resolution import Record, resolve
from mpctl.providers.mailprotector.rules import RuleListing, Rules
from mpctl.transport import KeyRefused, Session, TransportError

_NO_RULES: Final = RuleListing((), complete=True, findings=())


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
        self._records: dict[Entity, Record] = {}
        self._account: Account | None = None

    def fetch(
        self, wanted: Sequence[Reading], on_read: Callable[[], None] = lambda: None
    ) -> LiveState:
        """Read what is wanted; see `mpctl.ports.Provider.fetch`."""
        unresolved = [r.entity for r in wanted if r.entity not in self._records]
        resolution = resolve(self._session, unresolved)
        self._records.update(resolution.found)
        account = self._account or self._find_account()
        known = [reading for reading in wanted if reading.entity in self._records]
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
            return self._read_entity(reading, self._records[reading.entity])
        except KeyRefused:
            raise
        except TransportError as error:
            return error.diagnostics[0].about(reading.entity)
        finally:
            on_read()

    def _read_entity(self, reading: Reading, record: Record) -> LiveEntity:
        entity, native_id = reading.entity, identifier(record)
        listing = self._rules.read(reading, native_id) if reading.rules else _NO_RULES
        status = record.get("domain_status")
        return LiveEntity(
            entity=entity,
            native_id=native_id,
            live_name=str(record.get("name", "")),
            rules=listing.rules,
            complete=listing.complete,
            settings=self._settings(reading, native_id),
            facts={"status": str(status.get("name"))} if isinstance(status, dict) else {},
            findings=listing.findings,
        )

    def _settings(self, reading: Reading, native_id: str) -> dict[str, SettingValue]:
        if not reading.settings:
            return {}
        document = self._configuration.read(reading.entity.scope, native_id)
        values = {name: setting_from_native(document, name) for name in reading.settings}
        return {name: value for name, value in values.items() if value is not None}

    def _find_account(self) -> Account:
        """The reseller behind the key, by way of a domain's customer (reference, section 5.6)."""
        for customer in _customers(self._records.values()):
            self._account = Account(self._service, self._reseller_of(customer))
            return self._account
        return Account(self._service)

    def _reseller_of(self, customer: str) -> str:
        try:
            record = object_of(self._session.request("GET", f"/customers/{customer}").body)
            reseller = record.get("reseller")
            return identifier(reseller) if isinstance(reseller, dict) else ""
        except (NotUnderstood, TransportError):
            return ""


def _customers(records: Iterable[Record]) -> Iterable[str]:
    for record in records:
        account = record.get("account")
        if isinstance(account, dict) and account.get("id") is not None:
            yield str(account["id"])
