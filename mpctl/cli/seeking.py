"""What to say of an entity that somebody looks for and that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from mpctl.core.entity import Entity
from mpctl.core.shell import word
from mpctl.diagnostics import Code, Diagnostic, MpctlError

Page = TypeVar("Page")


@contextmanager
def seeking(entity: Entity | None) -> Iterator[None]:
    """Look for an entity, if any; where it is not there, say how to find it: nothing is planned."""
    try:
        yield
    except MpctlError as error:
        if entity is None or not any(_is_absence(one, entity) for one in error.diagnostics):
            raise
        told = [_as_sought(problem, entity) for problem in error.diagnostics]
        raise MpctlError(*told, exit_code=error.exit_code) from error


def sought(pages: Iterator[Page], entity: Entity) -> Iterator[Page]:
    """The pages of an entity, which may turn out not to be there when the first is taken."""
    with seeking(entity):
        yield from pages


def _as_sought(problem: Diagnostic, entity: Entity) -> Diagnostic:
    if not _is_absence(problem, entity):
        return problem
    number = f"For an id write {entity.scope}/id:{entity.name}. " if entity.name.isdecimal() else ""
    command = " ".join(map(word, _listing(entity)))
    return replace(problem, why="", fix=f"{number}See what there is with: {command}")


def _is_absence(problem: Diagnostic, entity: Entity) -> bool:
    return problem.code is Code.NOT_FOUND and problem.entity == str(entity)


def _listing(entity: Entity) -> Iterator[str]:
    """The command that lists the scope, as near to the entity as its name tells."""
    yield from ("mpctl", "entities", entity.scope)
    domain = entity.name.rpartition("@")[2] if "@" in entity.name else entity.name.partition("/")[0]
    if domain != entity.name:
        yield from ("--under", f"domains/{domain}")
    yield from ("--target", entity.target)
