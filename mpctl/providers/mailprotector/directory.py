"""From names to ids for all five scopes, with each index read at most once in a run.

Reference, sections 3, 5 and 14: domains come from one global list; customers from their reseller's,
groups from their domain's; users are found by address, or from their domain's list where many of
one domain are wanted. References to other entities carry names that can be stale, so only their ids
are used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from mpctl.core.entity import Entity, Ref
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.providers.mailprotector.index import (
    Index,
    Record,
    ambiguous,
    comparable_domain,
    domain_name,
    doubtful,
    not_found,
    plain_name,
    reference,
)
from mpctl.providers.mailprotector.listing import Listing, list_all, rows_of
from mpctl.providers.mailprotector.native import NotUnderstood, identifier, object_of
from mpctl.transport import Answer, BadAnswer, KeyRefused, Refused, Session, TransportError

_NOT_FOUND: Final = 404
# From how many users of one domain on its whole list is cheaper than asking for each.
_MANY: Final = 4
NO_RESELLER: Final = "the reseller behind this key is not known"


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of each name: the service's record, or why there is none."""

    found: Mapping[Entity, Record] = field(default_factory=dict)
    missing: Mapping[Entity, Diagnostic] = field(default_factory=dict)
    unread: Mapping[Entity, Diagnostic] = field(default_factory=dict)


class Directory:
    """The entities that the key sees, as far as anybody asked.

    A method raises TransportError, or MpctlError, when something that it needs cannot be read.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._records: dict[Ref, Record] = {}
        self._indexes: dict[str, Index | Diagnostic] = {}
        self._reseller_id: str | TransportError = ""
        self._find: Mapping[str, Callable[[Entity], Record | Diagnostic]] = {
            "resellers": self._reseller,
            "customers": self._customer,
            "domains": self._domain,
            "user_groups": self._group,
            "users": self._user,
        }

    def resolve(self, entities: Sequence[Entity]) -> Resolution:
        """Find the records of entities with the fewest requests: names first, they fill indexes.

        Raises MpctlError when the index of domains cannot be read; whatever else fails concerns
        single entities.
        """
        found: dict[Entity, Record] = {}
        missing: dict[Entity, Diagnostic] = {}
        unread: dict[Entity, Diagnostic] = {}
        self._read_crowds(entities)
        for entity in sorted(entities, key=lambda entity: entity.native_id is not None):
            result = self._resolve(entity)
            if isinstance(result, Diagnostic):
                absent = result.code is Code.NOT_FOUND
                (missing if absent else unread)[entity] = result.about(entity)
            else:
                found[entity] = result
        return Resolution(found, missing, unread)

    def record(self, ref: Ref) -> Record:
        """The record of an id, from whatever was read already, else asked for alone."""
        known = self._known(ref)
        if known is None:
            path = f"/{ref.scope}/{ref.native_id}"
            try:
                known = _described(self._session.request("GET", path).body, ref)
            except NotUnderstood as error:
                raise BadAnswer(f"GET {path}", str(error)) from error
            self._records[ref] = known
        return known

    def customer(self, native_id: str) -> Record:
        """The record of a customer: where it is not known yet, the list of all makes many known."""
        ref = Ref("customers", native_id)
        if self._known(ref) is None:
            self._customers()
        return self.record(ref)

    @property
    def domains(self) -> Index:
        """All domains."""
        return _readable(self._index("domains", "/domains", domain_name))

    @property
    def customers(self) -> Index:
        """All customers of the key's reseller."""
        return _readable(self._customers())

    @cached_property
    def smallest(self) -> Answer:
        """The answer to the smallest question: one domain, and how many there are."""
        return self._session.request("GET", "/domains", params={"page": 1, "per_page": 1})

    @property
    def reseller_id(self) -> str:
        """The reseller behind the key, or empty; a failure is remembered like the id itself."""
        if not self._reseller_id:
            try:
                self._reseller_id = self._find_reseller()
            except TransportError as error:
                self._reseller_id = error
        if isinstance(self._reseller_id, TransportError):
            raise self._reseller_id
        return self._reseller_id

    def find_user(self, address: str) -> Record | None:
        """The user behind an address, its own or an alias (section 11); None where is none."""
        call = "/users/find_by_address"
        try:
            body = self._session.request("POST", call, json={"address": address}).body
        except Refused as error:
            if error.status == _NOT_FOUND:
                return None
            raise
        first = body[0] if isinstance(body, list) and body else body
        if not first:
            return None
        try:
            record = object_of(first)
            identifier(record)
        except NotUnderstood as error:
            raise BadAnswer(f"POST {call}", str(error)) from error
        if not _addresses(record):
            return _by_local_part(record, address)
        known = address.casefold() in _addresses(record) or self._has_alias(record, address)
        return record if known else None

    def _has_alias(self, record: Record, address: str) -> bool:
        """Tell whether one of a user's alias objects has an address (section 5.5)."""
        aliases = list_all(self._session, f"/users/{identifier(record)}/aliases").rows
        return any(address.casefold() in _addresses(alias) for alias in aliases)

    def _resolve(self, entity: Entity) -> Record | Diagnostic:
        try:
            record = (
                self._find[entity.scope](entity) if entity.native_id is None else self._ask(entity)
            )
        except KeyRefused:
            raise
        except TransportError as error:
            return error.diagnostics[0]
        if isinstance(record, Diagnostic):
            return record
        self._records[Ref(entity.scope, identifier(record))] = record
        return _alias(entity, record) if record.get("parent") else record

    def _ask(self, entity: Entity) -> Record | Diagnostic:
        try:
            return self.record(Ref(entity.scope, str(entity.native_id)))
        except Refused as error:
            return _invisible(entity, error)

    def _reseller(self, entity: Entity) -> Record | Diagnostic:
        if not self.reseller_id:
            return doubtful(entity, "resellers", NO_RESELLER)
        record = self.record(Ref("resellers", self.reseller_id))
        return record if plain_name(record) == entity.name else not_found(entity)

    def _customer(self, entity: Entity) -> Record | Diagnostic:
        return _look_up(self._customers(), entity, entity.name)

    def _domain(self, entity: Entity) -> Record | Diagnostic:
        return self.domains.find(entity, comparable_domain(entity.name))

    def _group(self, entity: Entity) -> Record | Diagnostic:
        domain, _, group = entity.name.partition("/")
        above = self.domains.find(entity, comparable_domain(domain))
        if isinstance(above, Diagnostic):
            return above
        if above.get("parent"):
            return _alias(Entity(entity.target, "domains", domain), above)
        path = f"/domains/{identifier(above)}/user_groups"
        return _look_up(self._index("user_groups", path, plain_name), entity, group)

    def _user(self, entity: Entity) -> Record | Diagnostic:
        listed = self._listed_users(entity.name)
        if listed:
            return listed[0] if len(listed) == 1 else ambiguous("users", listed)
        found = self.find_user(entity.name)
        if found is None:
            return not_found(entity)
        primary = _primary_address(found)
        return found if primary in {"", entity.name} else _alias_of(entity, f"users/{primary}")

    def _customers(self) -> Index | Diagnostic:
        if not self.reseller_id:
            return Index("customers", Listing((), doubt=NO_RESELLER), plain_name)
        return self._index("customers", f"/resellers/{self.reseller_id}/customers", plain_name)

    def _index(self, scope: str, path: str, name_of: Callable[[Record], str]) -> Index | Diagnostic:
        """Read a list once; a failure is remembered too, so that it is not suffered again."""
        if path not in self._indexes:
            try:
                self._indexes[path] = Index(scope, list_all(self._session, path), name_of)
            except KeyRefused:
                raise
            except TransportError as error:
                self._indexes[path] = error.diagnostics[0]
        return self._indexes[path]

    def _read_crowds(self, entities: Iterable[Entity]) -> None:
        """Read the users of those domains of which many are wanted."""
        users = [e for e in entities if e.scope == "users" and e.native_id is None]
        for domain, wanted in Counter(map(_domain_part, users)).items():
            if wanted < _MANY:
                continue
            domains = self._index("domains", "/domains", domain_name)
            above = _look_up(domains, users[0], comparable_domain(domain))
            if not isinstance(above, Diagnostic) and not above.get("parent"):
                self._index("users", f"/domains/{identifier(above)}/users", _primary_address)

    def _listed_users(self, address: str) -> list[Record]:
        lists = [i for i in self._indexes.values() if isinstance(i, Index) and i.scope == "users"]
        return [record for users in lists for record in users.named(address)]

    def _known(self, ref: Ref) -> Record | None:
        for index in self._indexes.values():
            if isinstance(index, Index) and index.scope == ref.scope:
                record = index.by_id.get(ref.native_id)
                if record is not None:
                    return record
        return self._records.get(ref)

    def _find_reseller(self) -> str:
        """By what is known already, else by way of the customer of a domain (section 5.6)."""
        for own in self._recorded("resellers"):
            return identifier(own)
        for customer in self._recorded("customers"):
            if reseller := reference(customer, "reseller"):
                return reseller
        for domain in self._some_domains():
            if number := reference(domain, "account"):
                return reference(self.record(Ref("customers", number)), "reseller")
        return ""

    def _some_domains(self) -> Sequence[Record]:
        known = self._recorded("domains")
        if known:
            return known
        if "/domains" in self._indexes:
            index = self._indexes["/domains"]
            return index.rows if isinstance(index, Index) else ()
        return rows_of(self.smallest, "/domains")

    def _recorded(self, scope: str) -> list[Record]:
        return [record for ref, record in self._records.items() if ref.scope == scope]


def _readable(index: Index | Diagnostic) -> Index:
    if isinstance(index, Diagnostic):
        raise MpctlError(index)
    return index


def _look_up(index: Index | Diagnostic, entity: Entity, name: str) -> Record | Diagnostic:
    return index if isinstance(index, Diagnostic) else index.find(entity, name)


def _described(body: object, ref: Ref) -> Record:
    """The record in an answer; NotUnderstood when it is that of another entity."""
    record = object_of(body)
    number = identifier(record)
    if number.lstrip("0") != ref.native_id.lstrip("0"):
        raise NotUnderstood(f"it describes {ref.scope}/id:{number}")
    return record


def _domain_part(entity: Entity) -> str:
    return entity.name.rpartition("@")[2]


def _primary_address(record: Record) -> str:
    return str(record.get("primary_address") or "").casefold()


def addresses_of(record: Record) -> list[str]:
    """The addresses of a user as the service writes them."""
    listed = record.get("email_addresses")
    return [str(address) for address in listed] if isinstance(listed, list) else []


def _addresses(record: Record) -> set[str]:
    own = {address.casefold() for address in addresses_of(record)}
    return own | {_primary_address(record)} - {""}


def _by_local_part(record: Record, address: str) -> Record:
    """A user that comes without its addresses (section 15, row 28) is known by its name alone."""
    if plain_name(record) != address.casefold().rpartition("@")[0]:
        what = f"the user that it found (id {identifier(record)}) comes without addresses"
        raise BadAnswer("POST /users/find_by_address", what)
    return record


def _invisible(entity: Entity, error: Refused) -> Diagnostic:
    if error.status == _NOT_FOUND:
        return Diagnostic(
            Code.NOT_FOUND,
            f"{entity.path} does not exist, or this key does not see it",
            fix="Check the id; the console shows it in the address of the page.",
        )
    return Diagnostic(
        Code.NOT_VISIBLE,
        f"{entity.path} is not visible to this key ({error.what})",
        why="It may belong to another reseller.",
    )


def _alias(entity: Entity, record: Record) -> Diagnostic:
    above = record.get("parent")
    parent = above if isinstance(above, dict) else {}
    name = parent.get("primary_address") or parent.get("name") or f"id:{parent.get('id')}"
    return _alias_of(entity, f"{entity.scope}/{name}")


def _alias_of(entity: Entity, main: str) -> Diagnostic:
    return Diagnostic(
        Code.ALIAS,
        f"{entity.path} is an alias of {main}",
        why=f"Rules and settings live at {main} and cover its aliases.",
        fix=f"Declare them under {main}.",
    )
