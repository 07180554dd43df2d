"""A list of entities, looked up by name or by id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mpctl.core.entity import Entity
from mpctl.core.match import MatchError, canonical_domain
from mpctl.diagnostics import Code, Diagnostic
from mpctl.providers.mailprotector.listing import Listing
from mpctl.providers.mailprotector.native import NotUnderstood, identifier

Record = Mapping[str, Any]


class Index:
    """The entities of one listing; `scope` is theirs, `name_of` what they are called by."""

    def __init__(self, scope: str, listing: Listing, name_of: Callable[[Record], str]) -> None:
        self.doubt = listing.doubt
        self.rows = listing.rows
        self.by_id = {identifier(row): row for row in listing.rows}
        self.scope = scope
        self._by_name: dict[str, list[Record]] = {}
        for row in listing.rows:
            self._by_name.setdefault(name_of(row), []).append(row)

    def named(self, name: str) -> list[Record]:
        """Every record of this name that is nobody's alias."""
        return [row for row in self._by_name.get(name, []) if not row.get("parent")]

    def find(self, entity: Entity, name: str) -> Record | Diagnostic:
        """The record of an entity by the name that `name_of` gives, or why it cannot be told."""
        rows = self._by_name.get(name, [])
        if len(rows) == 1:
            return rows[0]
        if rows:
            return ambiguous(self.scope, rows)
        return doubtful(entity, self.scope, self.doubt) if self.doubt else not_found(entity)


def plain_name(record: Record) -> str:
    """The name of a record without case."""
    return str(record.get("name") or "").strip().casefold()


def domain_name(record: Record) -> str:
    """The name of a domain's record in the form in which two spellings are equal."""
    return comparable_domain(str(record.get("name") or ""))


def comparable_domain(name: str) -> str:
    """The name of a domain in the form in which two spellings are equal."""
    try:
        return canonical_domain(name)
    except MatchError:
        return name.strip().casefold()


def reference(record: Record, field: str) -> str:
    """The id of the entity that a record refers to, empty where it does not."""
    try:
        return identifier(record.get(field) or {})
    except (NotUnderstood, AttributeError):
        return ""


def not_found(entity: Entity) -> Diagnostic:
    """Say that an entity is proven not to be there for this key."""
    number = f" For an id write {entity.scope}/id:{entity.name}." if entity.name.isdecimal() else ""
    return Diagnostic(
        Code.NOT_FOUND,
        f"{entity.path} does not exist, or this key does not see it",
        why="Nothing is planned for an entity that cannot be found.",
        fix=f"Check the spelling; for one still to come write `when_missing: wait`.{number}",
    )


def doubtful(entity: Entity, scope: str, doubt: str) -> Diagnostic:
    """Say that an entity is not in a list of `scope`, which proves nothing."""
    return Diagnostic(
        Code.INCOMPLETE_LISTING,
        f"{entity.path} is not in the list of {scope}, but the list may not be whole",
        why=f"The listing could not be proven complete: {doubt}.",
        fix=f"Name it by its id, as in {entity.scope}/id:9101.",
    )


def ambiguous(scope: str, rows: Iterable[Record]) -> Diagnostic:
    """Say that a name means several records, and which."""
    ids = ", ".join(sorted(f"{scope}/id:{identifier(row)}" for row in rows))
    return Diagnostic(
        Code.AMBIGUOUS,
        f"several {scope} have this name: {ids}",
        why="mpctl does not guess which one is meant.",
        fix="Name the one that is meant by its id.",
    )
