"""Which places are asked for a target's key, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mpctl.credentials.answer import Answering, OnlyLine, json_fields
from mpctl.credentials.command import Command
from mpctl.credentials.keyfile import KeyFile
from mpctl.credentials.paths import resolved
from mpctl.credentials.service import Service
from mpctl.credentials.sharing import claim, listed
from mpctl.credentials.sops import SopsField
from mpctl.credentials.source import Closed, Place, Source
from mpctl.credentials.target import Target, key_sources, keys_of, own_variables
from mpctl.credentials.variable import Variable
from mpctl.program import Run

VAULT: Final = "MPCTL_VAULT"


@dataclass(frozen=True, slots=True)
class Search:
    """One search for the key of a target; `folder` is where mpctl.yaml lies."""

    target: Target
    siblings: Sequence[Target]
    service: Service
    folder: Path
    environment: Mapping[str, str]
    run: Run

    def places(self) -> Iterator[Place]:
        """Every place in order, each with the sources of all fields that it must give."""
        own = own_variables(self.target)
        for way in self.service.ways:
            if not own or own.keys() == set(way):
                yield {field: self._variable(field) for field in way}
        yield from self._named()
        if not key_sources(self.target) and self.service.vault is not None:
            yield self._vault_entry(self.service.vault.file, self.service.vault.keys)

    def _variable(self, field: str) -> Source:
        general = self.service.variables[field]
        own = own_variables(self.target).get(field)
        if own is None and len(self.siblings) > 1:
            return Closed(
                f"the variable {general}",
                f"is not read, because {listed(self.siblings)} would share it",
                f"Claim a variable for the target in mpctl.yaml: "
                f"{claim(self.target, self.service.way_with(field))}.",
            )
        return Variable(general if own is None else own, self.environment)

    def _named(self) -> Iterator[Place]:
        """What the target's `credentials:` names; the order is ours, not the file's."""
        written = self.target.credentials
        if "sops" in written:
            yield self._sops(written["sops"])
        if "command" in written:
            command = written["command"]
            line = command["run"] if isinstance(command, Mapping) else command
            yield self._answered(Command(line, self.folder, self.run), command)
        if "file" in written:
            file = written["file"]
            path = file["path"] if isinstance(file, Mapping) else file
            yield self._answered(KeyFile(resolved(path, self.folder)), file)

    def _sops(self, written: Mapping[str, Any]) -> Place:
        path = resolved(written["file"], self._vault() or self.folder)
        keys = keys_of(written)
        if keys is None:
            keys = dict.fromkeys(self.service.lone_way, written["key"])
        return {field: SopsField(path, key, self.run) for field, key in keys.items()}

    def _answered(self, asked: Answering, written: Any) -> Place:
        keys = keys_of(written)
        if keys is None:
            return dict.fromkeys(self.service.lone_way, OnlyLine(asked))
        return json_fields(asked, keys)

    def _vault_entry(self, file: str, keys: Mapping[str, str]) -> Place:
        vault = self._vault()
        sharing = [other for other in self.siblings if not key_sources(other)]
        if vault is None:
            closed = Closed(
                "the vault",
                f"is not known, because {VAULT} is not set",
                f"Or name the folder of the vault in {VAULT}.",
            )
        elif len(sharing) > 1:
            closed = Closed(
                f"the vault file {file}", f"is not read, because {listed(sharing)} would share it"
            )
        else:
            path = resolved(file, vault)
            return {field: SopsField(path, key, self.run) for field, key in keys.items()}
        return dict.fromkeys(keys, closed)

    def _vault(self) -> Path | None:
        written = self.environment.get(VAULT, "").strip()
        return resolved(written, Path.cwd()) if written else None
