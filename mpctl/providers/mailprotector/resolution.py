"""From the name of an entity to its id (reference, sections 5 and 14).

One pass over `GET /domains` answers for all names; an id that the pass does not show is asked for
alone. References to other entities carry names that can be stale, so names are never taken from
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mpctl.core.entity import Entity
from mpctl.core.match import MatchError, canonical_domain
from mpctl.diagnostics import Code, Diagnostic
from mpctl.providers.mailprotector.listing import Listing, list_all
from mpctl.providers.mailprotector.native import NotUnderstood, identifier, object_of
from mpctl.transport import Refused, Session

Record = Mapping[str, Any]
_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of each name: the service's record, or why there is none."""

    found: Mapping[Entity, Record] = field(default_factory=dict)
    missing: Mapping[Entity, Diagnostic] = field(default_factory=dict)
    unread: Mapping[Entity, Diagnostic] = field(default_factory=dict)


class DomainIndex:
    """The domains that the key sees, by canonical name and by id."""

    def __init__(self, listing: Listing) -> None:
        self.doubt = listing.doubt
        self.by_id = {identifier(row): row for row in listing.rows}
        self.by_name: dict[str, list[Record]] = {}
        for row in listing.rows:
            self.by_name.setdefault(comparable(str(row.get("name", ""))), []).append(row)

    def find(self, entity: Entity) -> Record | Diagnostic:
        """The record of an entity by its name, or why it cannot be told."""
        rows = self.by_name.get(comparable(entity.name), [])
        if len(rows) == 1:
            return rows[0]
        return _ambiguous(rows) if rows else self._absent(entity)

    def _absent(self, entity: Entity) -> Diagnostic:
        if self.doubt:
            return Diagnostic(
                Code.INCOMPLETE_LISTING,
                f"{entity.path} is not in the list of domains, but the list may not be whole",
                why=f"The listing could not be proven complete: {self.doubt}.",
                fix="Name the domain by its id, as in domains/id:9101.",
            )
        return Diagnostic(
            Code.NOT_FOUND,
            f"{entity.path} does not exist, or this key does not see it",
            why="Nothing is planned for an entity that cannot be found.",
            fix="Check the spelling; for a domain still to come write `when_missing: wait`.",
        )


def resolve(session: Session, wanted: Iterable[Entity]) -> Resolution:
    """Find the records of domains with the fewest requests.

    Raises TransportError when the index cannot be read.
    """
    entities = list(wanted)
    names = [entity for entity in entities if entity.native_id is None]
    index = DomainIndex(list_all(session, "/domains") if names else Listing(()))
    found: dict[Entity, Record] = {}
    missing: dict[Entity, Diagnostic] = {}
    unread: dict[Entity, Diagnostic] = {}
    for entity in entities:
        result = _record(session, index, entity)
        if isinstance(result, Diagnostic):
            absent = result.code is Code.NOT_FOUND
            (missing if absent else unread)[entity] = result.about(entity)
        else:
            found[entity] = result
    return Resolution(found, missing, unread)


def comparable(name: str) -> str:
    """A domain's name in the form in which two spellings are equal."""
    try:
        return canonical_domain(name)
    except MatchError:
        return name.strip().casefold()


def _record(session: Session, index: DomainIndex, entity: Entity) -> Record | Diagnostic:
    if entity.native_id is None:
        record = index.find(entity)
    else:
        record = index.by_id.get(entity.native_id) or _ask(session, entity)
    if isinstance(record, Diagnostic):
        return record
    return _alias(entity, record) if record.get("parent") else record


def _ask(session: Session, entity: Entity) -> Record | Diagnostic:
    path = f"/domains/{entity.native_id}"
    try:
        record = object_of(session.request("GET", path).body)
        identifier(record)
    except NotUnderstood as error:
        return Diagnostic(Code.UNEXPECTED_ANSWER, f"GET {path}: {error}")
    except Refused as error:
        return _refused(entity, error)
    return record


def _refused(entity: Entity, error: Refused) -> Diagnostic:
    if error.status == _NOT_FOUND:
        return Diagnostic(
            Code.NOT_FOUND,
            f"{entity.path} does not exist, or this key does not see it",
            fix="Check the id; the console shows it in the address of the domain's page.",
        )
    return Diagnostic(
        Code.NOT_VISIBLE,
        f"{entity.path} is not visible to this key ({error.what})",
        why="It may belong to another reseller.",
    )


def _ambiguous(rows: list[Record]) -> Diagnostic:
    ids = ", ".join(sorted(f"domains/id:{identifier(row)}" for row in rows))
    return Diagnostic(
        Code.AMBIGUOUS,
        f"several domains have this name: {ids}",
        why="mpctl does not guess which one is meant.",
        fix="Name the domain by its id.",
    )


def _alias(entity: Entity, record: Record) -> Diagnostic:
    parent = record.get("parent")
    parent = parent if isinstance(parent, dict) else {}
    name = parent.get("name") or f"id:{parent.get('id')}"
    return Diagnostic(
        Code.ALIAS,
        f"{entity.path} is an alias of domains/{name}",
        why="Rules and settings live at the domain itself and cover its aliases.",
        fix=f"Declare them under domains/{name}.",
    )
