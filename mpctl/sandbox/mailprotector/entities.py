"""Who there is: resellers, customers, domains, user groups and users, found by id and by place.

The API offers no way to change them here, so a directory never changes.
"""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

Document = dict[str, Any]

PROVIDER: Mapping[str, Any] = {"id": 60, "name": "North America"}


class Scope(StrEnum):
    """The five kinds of entities, by path segment (the Mailprotector reference, section 3)."""

    RESELLERS = "resellers"
    CUSTOMERS = "customers"
    DOMAINS = "domains"
    USER_GROUPS = "user_groups"
    USERS = "users"


ENTITY_TYPES: Mapping[Scope, str] = {
    Scope.RESELLERS: "Account",
    Scope.CUSTOMERS: "Account",
    Scope.DOMAINS: "Domain",
    Scope.USER_GROUPS: "UserGroup",
    Scope.USERS: "User",
}


class Key(NamedTuple):
    """What identifies an entity: ids are unique within a scope only."""

    scope: Scope
    id: int

    def __str__(self) -> str:
        return f"{self.scope}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Read "domains/9101"; ValueError when it is not of that form."""
        scope, _, number = text.partition("/")
        return cls(Scope(scope), int(number))


@dataclass(frozen=True)
class Entity:
    """One entity below its owner; `alias_of` is set on alias domains and alias users only."""

    key: Key
    name: str
    owner: Key | None = None
    alias_of: Key | None = None
    pending: bool = False
    first_name: str = ""
    last_name: str = ""

    @property
    def reference(self) -> Document:
        """The entity as other documents refer to it."""
        return {"id": self.key.id, "name": self.name}


class Directory:
    """All entities, with their places and their documents."""

    def __init__(self, entities: Iterable[Entity], key_reseller: Key) -> None:
        """Index `entities`; the API key sees what lies at or below `key_reseller`."""
        self.key_reseller = key_reseller
        self._entities = {entity.key: entity for entity in entities}
        self._chains = {key: self._climb(key) for key in self._entities}
        self._below: defaultdict[tuple[Key, Scope], list[Entity]] = defaultdict(list)
        self._aliases: defaultdict[Key, list[Entity]] = defaultdict(list)
        for entity in sorted(self._entities.values(), key=lambda entity: entity.name):
            for ancestor in self._chains[entity.key][:-1]:
                self._below[ancestor, entity.key.scope].append(entity)
            if entity.alias_of is not None:
                self._aliases[entity.alias_of].append(entity)

    def _climb(self, key: Key) -> tuple[Key, ...]:
        owner = self._entities[key].owner
        return (*self._climb(owner), key) if owner else (key,)

    def __contains__(self, key: Key) -> bool:
        return key in self._entities

    def __getitem__(self, key: Key) -> Entity:
        return self._entities[key]

    def is_visible(self, key: Key) -> bool:
        """Whether the API key may see the entity."""
        return self._chains[key][0] == self.key_reseller

    def chain(self, key: Key) -> tuple[Key, ...]:
        """Return the entity's ancestors from the reseller down, and the entity itself."""
        return self._chains[key]

    def below(self, key: Key, scope: Scope) -> list[Entity]:
        """Return the entities of one scope at any depth below `key`, by name."""
        return self._below.get((key, scope), [])

    def subtree(self, key: Key) -> list[Key]:
        """Return `key` and everything below it."""
        return [key, *(entity.key for scope in Scope for entity in self.below(key, scope))]

    def aliases(self, key: Key) -> list[Entity]:
        """Return the alias domains of a domain, or the alias users of a user, by name."""
        return self._aliases.get(key, [])

    def document(self, key: Key) -> Document:
        """Return the entity as the API shows it (the Mailprotector reference, section 5)."""
        return self._documents[key]

    def user_with(self, address: str) -> Key | None:
        """Return the root user with this address, which may be an alias's (section 11)."""
        return self._users_by_address.get(address.casefold())

    def place_of(self, address: str) -> Key | None:
        """Return whose mail it is that goes to an address: a user's, else a domain's."""
        domain = self._domains_by_name.get(address.rpartition("@")[2].casefold())
        return self.user_with(address) or domain

    @cached_property
    def _domains_by_name(self) -> dict[str, Key]:
        domains = [one for one in self._entities.values() if one.key.scope is Scope.DOMAINS]
        return {one.name.casefold(): one.alias_of or one.key for one in domains}

    @cached_property
    def _documents(self) -> dict[Key, Document]:
        return {key: self._describe(entity) for key, entity in self._entities.items()}

    @cached_property
    def _users_by_address(self) -> dict[str, Key]:
        return {
            address.casefold(): entity.alias_of or key
            for key, entity in self._entities.items()
            if key.scope is Scope.USERS
            for address in self._addresses(entity)
        }

    def _describe(self, entity: Entity) -> Document:
        describe = {
            Scope.RESELLERS: self._account,
            Scope.CUSTOMERS: self._account,
            Scope.DOMAINS: self._domain,
            Scope.USER_GROUPS: self._user_group,
            Scope.USERS: self._user,
        }[entity.key.scope]
        return {**entity.reference, **describe(entity), **_timestamps(entity.key.id)}

    def _account(self, entity: Entity) -> Document:
        reseller = self[entity.owner].reference if entity.owner else None
        return {"provider": dict(PROVIDER), "reseller": reseller}

    def _domain(self, entity: Entity) -> Document:
        token = b64encode(entity.name.encode()).decode() if entity.pending else None
        status = {"id": 1, "name": "Pending"} if entity.pending else {"id": 2, "name": "Active"}
        return {
            "account": self._owner(entity, Scope.CUSTOMERS).reference,
            "domain_status": status,
            "parent": self[entity.alias_of].reference if entity.alias_of else None,
            "verification_token": token,
            "address_discovery_enabled": True,
        }

    def _user_group(self, entity: Entity) -> Document:
        users = self.below(entity.key, Scope.USERS)
        return {
            "domain": self._owner(entity, Scope.DOMAINS).reference,
            "user_count": sum(1 for user in users if user.alias_of is None),
        }

    def _user(self, entity: Entity) -> Document:
        root = self[entity.alias_of] if entity.alias_of else entity
        primary = self._addresses(root)[0]
        kind = {"id": 2, "name": "Alias"} if entity.alias_of else {"id": 1, "name": "User"}
        parent = {**root.reference, "primary_address": primary} if entity.alias_of else None
        return {
            "parent": parent,
            "user_type": kind,
            "user_group": self._owner(entity, Scope.USER_GROUPS).reference,
            "domain": self._owner(entity, Scope.DOMAINS).reference,
            "primary_address": primary,
            "email_addresses": self._addresses(entity),
            "first_name": entity.first_name,
            "last_name": entity.last_name,
        }

    def _owner(self, entity: Entity, scope: Scope) -> Entity:
        return next(self[key] for key in self._chains[entity.key] if key.scope is scope)

    def _addresses(self, user: Entity) -> list[str]:
        domain = self._owner(user, Scope.DOMAINS)
        return [f"{user.name}@{one.name}" for one in (domain, *self.aliases(domain.key))]


def _timestamps(number: int) -> Document:
    created = datetime(2015, 3, 2, 14, 8, 25, tzinfo=UTC) + timedelta(hours=number % 50_000)
    updated = created + timedelta(days=900)
    return {"created_at": _iso(created), "updated_at": _iso(updated)}


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
