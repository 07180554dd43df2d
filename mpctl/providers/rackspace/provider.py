"""The provider itself: fetch, review and apply over one session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import SettingChange
from mpctl.core.entity import Entity, Ref
from mpctl.core.outcome import Outcome
from mpctl.core.schedule import Batch
from mpctl.core.state import Account, DesiredEntity, LiveEntity, LiveState, Reading
from mpctl.diagnostics import Code, Diagnostic, MpctlError, Severity
from mpctl.providers.rackspace.capabilities import CAPABILITIES
from mpctl.providers.rackspace.indexes import Indexes
from mpctl.providers.rackspace.lists import Lists
from mpctl.providers.rackspace.native import rows_of
from mpctl.providers.rackspace.place import Place, place_of
from mpctl.providers.rackspace.reading import AUTO, NotThere
from mpctl.providers.rackspace.reading import Reading as Reader
from mpctl.providers.rackspace.review import blocked_anew, domain_of, review, with_aliases
from mpctl.providers.rackspace.settings import Settings
from mpctl.providers.service import Setup
from mpctl.transport import KeyRefused, Session

OWN: str = "me"


class Rackspace:
    """A Rackspace account for the length of one run."""

    capabilities: Capabilities = CAPABILITIES

    def __init__(self, session: Session, setup: Setup) -> None:
        account = setup.account or OWN
        self._service = setup.service
        self._connections = setup.connections
        self._reading = Reader(session, account, setup.options.get("block_route", AUTO))
        self._lists = Lists(session, self._reading)
        self._settings = Settings(session, self._reading)
        self._indexes = Indexes(session, account)

    def fetch(
        self, wanted: Sequence[Reading], on_read: Callable[[], None] = lambda: None
    ) -> LiveState:
        """Read what is wanted; see `mpctl.ports.Provider.fetch`."""
        entities: dict[Entity, LiveEntity] = {}
        missing: dict[Entity, Diagnostic] = {}
        unread: dict[Entity, Diagnostic] = {}
        account = Account(self._service, self._indexes.account_number) if wanted else None
        with ThreadPoolExecutor(self._connections) as pool:
            results = pool.map(lambda reading: self._read(reading, on_read), wanted)
            for reading, result in zip(wanted, results, strict=True):
                if isinstance(result, LiveEntity):
                    entities[reading.entity] = result
                else:
                    absent = result.code is Code.NOT_FOUND
                    (missing if absent else unread)[reading.entity] = result
            entities = self._with_aliases(entities, wanted, pool)
        return LiveState(account or Account(self._service), entities, missing, unread)

    def _with_aliases(
        self, entities: Mapping[Entity, LiveEntity], wanted: Sequence[Reading], pool: Executor
    ) -> dict[Entity, LiveEntity]:
        """The entities that block a domain anew, with what else their own domains are called."""
        domains = {
            one.entity: domain_of(entities[one.entity])
            for one in wanted
            if one.entity in entities and blocked_anew(one.declared, entities[one.entity])
        }
        distinct = set(domains.values())
        aliases = dict(zip(distinct, pool.map(self._indexes.aliases, distinct), strict=True))
        named = {e: with_aliases(entities[e], aliases[name]) for e, name in domains.items()}
        return {entity: named.get(entity, live) for entity, live in entities.items()}

    def review(self, desired: DesiredEntity, live: LiveEntity) -> Sequence[Diagnostic]:
        """Refuse what the service would; see `mpctl.ports.Provider.review`."""
        return [finding.about(desired.entity) for finding in review(desired, live)]

    def count_users(self, ref: Ref) -> int | None:
        """Count the mailboxes of a domain; see `mpctl.ports.Provider.count_users`."""
        return self._indexes.count_mailboxes(Place.of(ref))

    def apply(self, batch: Batch) -> Sequence[Outcome]:
        """Carry out a batch, which is of settings or of rules; see `mpctl.ports.Provider.apply`."""
        place = Place.of(Ref(batch.entity.scope, batch.native_id))
        if isinstance(batch.operations[0].change, SettingChange):
            return self._settings.write(batch, place)
        return self._lists.write(batch, place)

    def _read(self, reading: Reading, on_read: Callable[[], None]) -> LiveEntity | Diagnostic:
        place = place_of(reading.entity)
        try:
            return place if isinstance(place, Diagnostic) else self._read_place(reading, place)
        except NotThere:
            return not_found(reading.entity)
        except KeyRefused:
            raise
        except MpctlError as error:
            return error.diagnostics[0].about(reading.entity)
        finally:
            on_read()

    def _read_place(self, reading: Reading, place: Place) -> LiveEntity:
        values = self._reading.settings(place) if reading.settings else {}
        if values:
            self._settings.note(place, values)
        rules = rows_of(self._reading.lists(place)) if reading.rules else ()
        doubt = self._reading.doubt(place) if reading.rules else ""
        return LiveEntity(
            entity=reading.entity,
            native_id=place.native_id,
            live_name=place.native_id,
            ancestors=place.ancestors,
            rules=rules,
            complete=not doubt,
            settings={name: value for name, value in values.items() if name in reading.settings},
            facts={name: value for name, value in values.items() if isinstance(value, str)},
            findings=(_incomplete(reading.entity, doubt),) if doubt else (),
        )


def _incomplete(entity: Entity, doubt: str) -> Diagnostic:
    return Diagnostic(
        Code.INCOMPLETE_LISTING,
        f"the list of rules may not be whole: {doubt}",
        why="Nothing is removed on the ground of a list that is not proven complete.",
        fix="Plan again; if it stays, ask the service's support about this list.",
        severity=Severity.WARNING,
        entity=str(entity),
    )


def not_found(entity: Entity) -> Diagnostic:
    """Say that the service does not have a domain or a mailbox."""
    return Diagnostic(
        Code.NOT_FOUND,
        f"{entity.path} does not exist, or this key does not see it",
        why="Nothing is planned for an entity that cannot be found.",
        fix="Check the spelling and the kind of mailbox; for one still to come write "
        "`when_missing: wait`.",
        entity=str(entity),
    )
