"""A policy root as it was at one moment, and as it would be with one file written anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mpctl.policy.source import DiskFile, Folder, SourceFile


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read: where it lies, and what it held."""

    path: Path
    shown: str
    data: bytes

    @property
    def name(self) -> str:
        """The path as it is shown."""
        return self.shown

    def read(self) -> bytes:
        """Give what it held."""
        return self.data


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A `Source` that does not change any more."""

    root: Path
    configuration: SourceFile
    policies: Sequence[ReadFile]

    @classmethod
    def of(cls, root: Path, config: Path | None) -> Snapshot:
        """Read everything; raises MpctlError where that is not possible."""
        folder = Folder(root, config)
        return cls(root, _read(folder.configuration), [_read(file) for file in folder.policies])

    def file(self, shown: str) -> ReadFile | None:
        """The file that errors and plans name so."""
        return next((file for file in self.policies if file.shown == shown), None)

    def having(self, file: ReadFile) -> Snapshot:
        """The same with a file as given, be it new or in the place of another."""
        others = [other for other in self.policies if other.path != file.path]
        ordered = sorted([*others, file], key=lambda each: each.path.parts)
        return replace(self, policies=ordered)


def _read(file: DiskFile) -> ReadFile:
    return ReadFile(file.path, file.shown, file.read())
