"""What rules and settings belong to: a reseller, customer, domain, user, mailbox, order, server."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple

ID_PREFIX = "id:"


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """The identity of an entity: target, scope and name; names are compared without case.

    `shown` is the name as somebody wrote it; it takes no part in equality.
    """

    target: str
    scope: str
    name: str
    shown: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.target}:{self.path}"

    @property
    def path(self) -> str:
        """`scope/name`, without the target."""
        return f"{self.scope}/{self.shown or self.name}"

    @property
    def native_id(self) -> str | None:
        """The service's own id where the entity is written `scope/id:9101`, else None."""
        if self.name.startswith(ID_PREFIX):
            return self.name.removeprefix(ID_PREFIX)
        return None


class Ref(NamedTuple):
    """An entity as the service addresses it: scope and native id."""

    scope: str
    native_id: str


class EntityError(ValueError):
    """A text that is not an entity; the message says what is wrong with it."""


def parse_entity(text: str, *, default_target: str) -> Entity:
    """Read `[target:]scope/name`.

    Raises EntityError with a sentence fit for the user.
    """
    head, slash, name = text.strip().partition("/")
    if not slash:
        raise EntityError("an entity is written scope/name, for example domains/acme.example")
    target, colon, scope = head.rpartition(":")
    name = name.strip()
    if colon and not target:
        raise EntityError("there is no target before the colon")
    if not scope.strip() or not name:
        raise EntityError("both the scope and the name of an entity must be given")
    return Entity(target.strip() or default_target, scope.strip(), name.casefold(), shown=name)


def selects(selector: str, entity: Entity, *, default_target: str) -> bool:
    """Tell whether a selector, an entity with `*` and `?` in it, means this entity."""
    pattern = parse_entity(selector, default_target=default_target)
    return (
        fnmatchcase(entity.target, pattern.target)
        and fnmatchcase(entity.scope, pattern.scope)
        and fnmatchcase(entity.name, pattern.name)
    )
