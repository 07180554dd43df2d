"""Where the files of a policy repository come from: a folder today, a Git revision later."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Final, Protocol

from mpctl.diagnostics import Code, Diagnostic, MpctlError, Origin
from mpctl.policy.text import MAX_BYTES

CONFIGURATION: Final = "mpctl.yaml"

_MOSTLY: Final = 64 * 1024
_SUFFIXES: Final = frozenset({".yaml", ".yml"})


class SourceFile(Protocol):
    """A file: its path as shown to the user, and its bytes."""

    @property
    def name(self) -> str:
        """The path that all versions of it have in common."""
        ...

    @property
    def shown(self) -> str:
        """The path that errors name, and the commit if it is of one."""
        ...

    def read(self) -> bytes:
        """Read it, or at least one byte more than is allowed; raises MpctlError."""
        ...


class Source(Protocol):
    """The files of a policy repository."""

    @property
    def configuration(self) -> SourceFile:
        """`mpctl.yaml`."""
        ...

    @property
    def policies(self) -> Sequence[SourceFile]:
        """Every other file, in path order."""
        ...


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file on disk; one that is a link is refused, but for a file that the user named."""

    path: Path
    named: bool = False

    @property
    def name(self) -> str:
        """The path as it is shown."""
        return self.shown

    @property
    def shown(self) -> str:
        """The path relative to the current directory where it lies below it, with `/`."""
        if not self.path.anchor:
            return self.path.as_posix()
        absolute = self.path.absolute()
        here = Path.cwd()
        shown = absolute.relative_to(here) if absolute.is_relative_to(here) else absolute
        return shown.as_posix()

    def read(self) -> bytes:
        """Read it, but not beyond the size from which on it is refused."""
        if self.path.is_symlink() and not self.named:
            raise MpctlError(_is_link(self.shown))
        try:
            with self.path.open("rb") as file:
                return _bounded(file)
        except OSError as error:
            raise MpctlError(_unreadable(self.shown, error)) from error


@dataclass(frozen=True, slots=True)
class Folder:
    """A policy root on disk; `config` stands in for its `mpctl.yaml`."""

    root: Path
    config: Path | None = None

    @property
    def configuration(self) -> DiskFile:
        """`mpctl.yaml`, or the file that replaces it; raises MpctlError if there is none."""
        if not self.root.is_dir():
            raise MpctlError(_no_root(self.root))
        named = self.config is not None
        file = DiskFile(self.config or self.root / CONFIGURATION, named)
        if not file.path.is_file():
            raise MpctlError(_no_configuration(file.shown, given=named))
        return file

    @property
    def policies(self) -> list[DiskFile]:
        """All YAML files below the root, dot files and folders skipped."""
        replaced = [self.config] if self.config else []
        skipped = {path.absolute() for path in [self.root / CONFIGURATION, *replaced]}
        paths = (path for path in _walk(self.root) if path.absolute() not in skipped)
        return [DiskFile(path) for path in sorted(paths, key=lambda path: path.parts)]


@dataclass(frozen=True, slots=True)
class Reconfigured:
    """The policies of one source under the configuration of another."""

    source: Source
    configured: Source

    @property
    def configuration(self) -> SourceFile:
        """The `mpctl.yaml` of the other."""
        return self.configured.configuration

    @property
    def policies(self) -> Sequence[SourceFile]:
        """The policies of the one."""
        return self.source.policies


def is_policy(path: PurePath) -> bool:
    """Tell whether a file is read as a policy, by its path from the policy root."""
    hidden = any(part.startswith(".") for part in path.parts)
    return path.suffix.lower() in _SUFFIXES and not hidden


def _walk(root: Path) -> Iterator[Path]:
    """The files, and the folders that are links: what is not read there is not nothing."""
    for folder, folders, files in os.walk(root, onerror=_stop):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (path for name in folders if (path := Path(folder, name)).is_symlink())
        for name in files:
            if is_policy(PurePath(name)):
                yield Path(folder, name)


def _bounded(file: IO[bytes]) -> bytes:
    """Read a file; room for the largest that is allowed is made only where it is needed."""
    start = file.read(_MOSTLY)
    return start if len(start) < _MOSTLY else start + file.read(MAX_BYTES + 1 - _MOSTLY)


def _stop(error: OSError) -> None:
    raise MpctlError(_unreadable(DiskFile(Path(error.filename)).shown, error)) from error


def _unreadable(shown: str, error: OSError) -> Diagnostic:
    return Diagnostic(
        Code.UNREADABLE_FILE,
        f"the file cannot be read: {error.strerror or error}",
        "What it declares is unknown, and unknown is not empty.",
        "Check its permissions.",
        Origin(shown, 1, 1),
    )


def _is_link(shown: str) -> Diagnostic:
    return Diagnostic(
        Code.UNREADABLE_FILE,
        "this is a link, and links are not followed below the policy root",
        "It may lead out of the repository, to a file that no review has seen.",
        "Put the file itself there; another mpctl.yaml is named by --config.",
        Origin(shown, 1, 1),
    )


def _no_root(root: Path) -> Diagnostic:
    problem = "is not a folder" if root.exists() else "does not exist"
    return Diagnostic(
        Code.NO_POLICY_ROOT,
        f"the policy root {root.as_posix()} {problem}",
        "Without policies nothing is desired.",
        f"Name the folder that holds {CONFIGURATION} with --policies DIR or MPCTL_POLICIES.",
    )


def _no_configuration(shown: str, *, given: bool) -> Diagnostic:
    fix = f"Name the folder that holds {CONFIGURATION} with --policies DIR or MPCTL_POLICIES."
    return Diagnostic(
        Code.NO_CONFIGURATION,
        f"there is no {shown}",
        "It names the targets that the policies are about.",
        "Check the path after --config." if given else fix,
    )
