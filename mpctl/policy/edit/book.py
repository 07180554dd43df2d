"""Policies as they were read, and a change of them that was proven but not yet written."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import Entity
from mpctl.core.expression import expressed
from mpctl.core.rule import DeclaredRule, RuleKey
from mpctl.core.spelling import spelling
from mpctl.core.state import DesiredEntity
from mpctl.diagnostics import Origin
from mpctl.policy.edit.snapshot import Snapshot
from mpctl.policy.edit.wishes import Wish
from mpctl.policy.loading import Repository, read_repository
from mpctl.ports import SILENCE, Progress

_CONTEXT = 2
_HEADER = 2


@dataclass(frozen=True, slots=True)
class Book:
    """The policies at one moment, as text and as what they mean."""

    snapshot: Snapshot
    repository: Repository
    capabilities: Mapping[str, Capabilities]

    @classmethod
    def open(
        cls,
        root: Path,
        config: Path | None,
        capabilities: Mapping[str, Capabilities],
        progress: Progress = SILENCE,
    ) -> Book:
        """Read everything; raises MpctlError with all that is wrong with it."""
        snapshot = Snapshot.of(root, config)
        return cls(snapshot, read_repository(snapshot, capabilities, progress), capabilities)

    def service(self, entity: Entity) -> Capabilities:
        """What the service of an entity can do. `by_hand` says how a person would do it."""
        return self.capabilities[self.repository.configuration.targets[entity.target].provider]

    def named(self, entity: Entity) -> DesiredEntity | None:
        """What is declared of an entity, however its name is spelt; None if nothing is."""
        wanted = spelling(entity)
        every = self.repository.desired.entities.values()
        return next((each for each in every if spelling(each.entity) == wanted), None)

    def own_rules(self, entity: Entity) -> Mapping[RuleKey, DeclaredRule]:
        """The rules that the document of an entity writes itself."""
        every = self.repository.declarations
        return next((d.rules for d in every if not d.ruleset and entity in d.entities), {})

    def parts(self, entity: Entity, key: RuleKey) -> Sequence[RuleKey]:
        """The rules that the service has for a rule."""
        return expressed(key, self.service(entity)) or (key,)

    def effective(self, desired: DesiredEntity, key: RuleKey) -> DeclaredRule | None:
        """A rule that an entity has, wherever from; one that is split counts only as a whole."""
        parts = [desired.rules.get(part) for part in self.parts(desired.entity, key)]
        return parts[0] if all(parts) else None


@dataclass(frozen=True, slots=True)
class Edit:
    """A file with its new content; `before` is None for one that does not exist yet."""

    path: Path
    shown: str
    before: bytes | None
    after: bytes

    @property
    def line(self) -> int:
        """The first line that is not as it was, counted from 1."""
        old, new = _lines(self.before or b""), _lines(self.after)
        same = (a == b for a, b in zip(old, new, strict=False))
        return next(
            (n for n, equal in enumerate(same, 1) if not equal), min(len(old), len(new)) + 1
        )

    @property
    def difference(self) -> tuple[str, ...]:
        """The lines that come and go, with some around them, in the form of `diff -u`."""
        old, new = _lines(self.before or b""), _lines(self.after)
        return tuple(difflib.unified_diff(old, new, n=_CONTEXT, lineterm=""))[_HEADER:]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wish with what would fulfil it; `edit` is None where the policies say so already.

    `origin` is where they do, None where that is because nothing is declared. `repository` is what
    they say with the edit, `service` what the one behind the entity can do. `by_hand` says how a
    person would do it.
    """

    wish: Wish
    repository: Repository
    service: Capabilities
    edit: Edit | None = None
    origin: Origin | None = None
    by_hand: str = ""

    def parts(self, key: RuleKey) -> Sequence[RuleKey]:
        """The rules that the service has for a rule."""
        return expressed(key, self.service) or (key,)

    @property
    def entity(self) -> Entity:
        """The entity, named as in its document."""
        return self.wish.entity

    @property
    def desired(self) -> DesiredEntity:
        """Everything that is declared of the entity, which has a document."""
        return self.repository.desired.entities[self.entity]


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8-sig").splitlines()
