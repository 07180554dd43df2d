"""One entity under two spellings: case and the two forms of international domains do not count."""

from __future__ import annotations

from dataclasses import replace

from mpctl.core.entity import Entity
from mpctl.core.match import MatchError, canonical_domain


def spelling(entity: Entity) -> tuple[str, str, str]:
    """What is equal for two spellings of one name."""
    return entity.target, entity.scope, canonical_name(entity.name)


def canonical(entity: Entity) -> Entity:
    """The same entity with its name in canonical form."""
    return replace(entity, name=canonical_name(entity.name))


def canonical_name(name: str) -> str:
    """A name with every domain in it in canonical form; what is no domain stays as it is."""
    return "/".join(map(_canonical, name.split("/")))


def _canonical(part: str) -> str:
    local, at, domain = part.rpartition("@")
    try:
        return local + at + canonical_domain(domain)
    except MatchError:
        return part
