"""What each file says by itself: its rule sets, and its entities with nothing included yet.

The YAML of a file is let go as soon as it was read, so that only one is held at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from mpctl.core.state import DesiredEntity
from mpctl.diagnostics import Code, Origin, did_you_mean
from mpctl.policy.configuration import Manage
from mpctl.policy.desired import desire
from mpctl.policy.documents import Document, read_documents, read_file
from mpctl.policy.memory import Memory
from mpctl.policy.naming import Services
from mpctl.policy.parts import Parts, read_parts
from mpctl.policy.placed import PlacedList, emptied
from mpctl.policy.problems import Problems
from mpctl.policy.rulesets import Library, RuleSet, read_ruleset
from mpctl.policy.schema import Shape
from mpctl.policy.source import SourceFile

_RULES: Final = frozenset({"allow", "block", "absent"})


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """An entity document before its rule sets are known; `sound` if nothing of it is in error."""

    parts: Parts
    sound: bool

    def including(self, library: Library, problems: Problems) -> Parts:
        """The parts together with the rule sets that the document names."""
        names = self.parts.content.items_of("include")
        return replace(self.parts, included=tuple(_included(names, library, problems)))

    def desired(
        self, parts: Parts, defaults: Manage, problems: Problems, memory: Memory
    ) -> DesiredEntity:
        """What is desired of the entity; the same as before where all that it comes from is."""
        rulesets = tuple(ruleset for ruleset, _ in parts.included)
        modes = tuple(sorted(defaults.modes.items()))
        key = (self, rulesets, modes, defaults.settings)
        return memory.recall(key, problems, lambda: desire(parts, defaults, problems))


@dataclass(frozen=True, slots=True)
class Compiled:
    """A file; `complete` is False if something of it could not be read at all."""

    drafts: tuple[Draft, ...] = ()
    rulesets: tuple[RuleSet, ...] = ()
    complete: bool = False


def compile_file(
    file: SourceFile, services: Services, problems: Problems, memory: Memory
) -> Compiled:
    """Read a file; one of the same name and content means the same as before.

    Line ends may differ: Git writes those of the platform, and YAML reads both the same.
    """
    data = read_file(file, problems)
    if data is None:
        return Compiled()
    content = hashlib.sha256(data.replace(b"\r\n", b"\n")).digest()
    key = (file.name, content, services.meaning)
    return memory.recall(key, problems, lambda: _compile(data, file.shown, services, problems))


def _compile(data: bytes, shown: str, services: Services, problems: Problems) -> Compiled:
    documents = read_documents(data, shown, problems)
    rulesets = (
        read_ruleset(document.content, problems, sound=document.sound)
        for document in documents.by_shape[Shape.RULESET]
    )
    drafts = (_draft(document, services, problems) for document in documents.by_shape[Shape.ENTITY])
    return Compiled(tuple(filter(None, drafts)), tuple(rulesets), documents.complete)


def _draft(document: Document, services: Services, problems: Problems) -> Draft | None:
    parts = read_parts(document.content, services, problems)
    if parts is None:
        return None
    return Draft(replace(parts, content=emptied(parts.content, _RULES)), document.sound)


def _included(
    names: PlacedList, library: Library, problems: Problems
) -> Iterator[tuple[RuleSet, Origin]]:
    for index, name in enumerate(names):
        if name in library.rulesets:
            yield library.rulesets[name], names.at(index)
        elif library.complete:
            problems.error(
                Code.UNKNOWN_RULESET,
                names.at(index),
                f"there is no rule set {name!r}",
                "The entity would go without its rules.",
                did_you_mean(name, library.rulesets) or "Write one, or take the name out.",
            )
