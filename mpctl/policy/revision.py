"""The policies of a Git revision, read from Git and not from the work tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.policy.git import Blob, Git, GitError
from mpctl.policy.source import CONFIGURATION, DiskFile, is_policy
from mpctl.policy.text import MAX_BYTES

_FILE: Final = frozenset({"100644", "100755"})
_SHOWN: Final = 12
_WHY: Final = "What a change causes can only be told from what was declared before it."


@dataclass(frozen=True, slots=True)
class CommittedFile:
    """A file of a commit; `name` is the path that the file has in a work tree."""

    name: str
    commit: str
    data: bytes = field(repr=False)

    @property
    def shown(self) -> str:
        """How a place in a commit is written."""
        return f"{self.name}@{self.commit[:_SHOWN]}"

    def read(self) -> bytes:
        """Give its content, but not more than one byte beyond what is allowed."""
        return self.data[: MAX_BYTES + 1]


@dataclass(frozen=True, slots=True)
class Revision:
    """The policy root as a commit has it; a `Source`, like a folder."""

    commit: str
    root: Path
    files: Mapping[str, CommittedFile]

    @classmethod
    def of(cls, root: Path, revision: str) -> Revision:
        """Read all policies of a revision.

        Raises MpctlError where there is no such revision, or Git cannot give its files.
        """
        try:
            return cls._of(root, revision)
        except GitError as error:
            raise MpctlError(_unknown(revision, str(error))) from error

    @classmethod
    def _of(cls, root: Path, revision: str) -> Revision:
        git = Git(root)
        commit = git.commit(revision)
        if commit is None:
            hint = "; the clone is shallow and may lack it" if git.shallow else ""
            raise GitError(f"the repository has no such revision{hint}")
        blobs = {path: blob for path, blob in git.files(commit).items() if _is_read(path, blob)}
        contents = git.contents(blobs.values())
        return cls(
            commit,
            root,
            {
                path: _committed(root, path, commit, contents[blob.id])
                for path, blob in blobs.items()
            },
        )

    @property
    def configuration(self) -> CommittedFile:
        """Its `mpctl.yaml`; raises MpctlError if there is none."""
        if CONFIGURATION not in self.files:
            shown = _committed(self.root, CONFIGURATION, self.commit, b"").shown
            raise MpctlError(
                Diagnostic(
                    Code.NO_CONFIGURATION,
                    f"there is no {shown}",
                    "It names the targets that the policies are about.",
                    "Name a revision in which this folder was a policy root.",
                )
            )
        return self.files[CONFIGURATION]

    @property
    def policies(self) -> Sequence[CommittedFile]:
        """Every other file, in path order."""
        paths = sorted(self.files.keys() - {CONFIGURATION}, key=lambda p: PurePosixPath(p).parts)
        return [self.files[path] for path in paths]


def _committed(root: Path, path: str, commit: str, data: bytes) -> CommittedFile:
    return CommittedFile(DiskFile(root / path).shown, commit, data)


def _is_read(path: str, blob: Blob) -> bool:
    """Tell whether a file is read as a policy; what a link means is not in the commit."""
    return blob.mode in _FILE and is_policy(PurePosixPath(path))


def _unknown(revision: str, why: str) -> Diagnostic:
    return Diagnostic(
        Code.UNKNOWN_REVISION,
        f"the policies of {revision!r} cannot be read: {why}",
        _WHY,
        "Fetch the whole history (fetch-depth: 0 in a workflow), and check the name.",
    )
