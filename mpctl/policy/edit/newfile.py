"""The file of an entity that no policy names: where it belongs, and what it says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from mpctl.core.entity import Entity
from mpctl.core.match import MatchError, canonical_domain
from mpctl.core.state import Mode
from mpctl.policy.edit.snapshot import ReadFile
from mpctl.policy.edit.wishes import AddRule, SetSetting
from mpctl.policy.edit.writing import scalar

_UNFIT: Final = re.compile(r"[^a-z0-9._@+-]+")
_SCHEMA: Final = re.compile(r"# yaml-language-server: [^\r\n]*")
# Names that Windows keeps for devices, whatever their ending.
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def place_for(
    entity: Entity, named: Iterable[tuple[Entity, Path]], root: Path, taken: Collection[Path]
) -> Path:
    """Beside its relatives: who shares its domain or its name, else in the root.

    `named` are the entities that have a document, and the files of these.
    """
    folder = _folder_of_relatives(entity, named) or _folder_of_its_name(entity, root, taken) or root
    stem = _stem(entity)
    stems = [stem, f"{entity.scope}-{stem}", *(f"{stem}-{n}" for n in range(2, 100))]
    return next(p for s in stems if (p := folder / f"{s}.yaml") not in taken and not p.exists())


def text_of(wish: AddRule | SetSetting, default_target: str, beside: Iterable[ReadFile]) -> str:
    """A document that takes nothing over; it helps editors if the files beside it do."""
    entity = wish.entity
    lines = [*_hint(beside), f"entity: {scalar(entity.path)}"]
    if entity.target != default_target:
        lines.append(f"target: {scalar(entity.target)}")
    if isinstance(wish, AddRule):
        lines.append(f"manage: {Mode.ADDITIVE.value}")
    return "\n".join([*lines, "", *wish.section()]) + "\n"


def _folder_of_relatives(entity: Entity, named: Iterable[tuple[Entity, Path]]) -> Path | None:
    family = _family(entity)
    folders = [
        path.parent
        for other, path in named
        if other.target == entity.target and family and _family(other) == family
    ]
    counted = Counter(folders).most_common(1)
    return counted[0][0] if counted else None


def _folder_of_its_name(entity: Entity, root: Path, taken: Collection[Path]) -> Path | None:
    """A folder right below the root that is named like the entity, or like its first word."""
    folders = {path.parent.name: path.parent for path in taken if path.parent.parent == root}
    stem = _stem(entity).rpartition("@")[2]
    words = (stem, *(stem.split(mark)[0] for mark in (".", "-")))
    return next((folders[word] for word in words if word in folders), None)


def _family(entity: Entity) -> str:
    """The domain that an entity is or lies in; empty where its name tells of none."""
    first = entity.name.partition("/")[0].rpartition("@")[2]
    try:
        return canonical_domain(first)
    except MatchError:
        return ""


def _stem(entity: Entity) -> str:
    name = entity.name.replace("id:", f"{entity.scope}-")
    stem = _UNFIT.sub("-", name).strip("-.") or entity.scope
    return f"{entity.scope}-{stem}" if _DEVICES.match(stem) else stem


def _hint(beside: Iterable[ReadFile]) -> Iterator[str]:
    for file in beside:
        found = _SCHEMA.match(file.data[:500].decode("utf-8", "replace"))
        if found:
            yield found[0]
            return
