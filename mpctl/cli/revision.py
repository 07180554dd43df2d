"""The Git commit that the policies are of, where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mpctl.policy.git import Git, GitError


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit, empty outside Git; `merge` tells whether it has several parents."""

    commit: str = ""
    merge: bool = False


def revision_of(folder: Path) -> Revision:
    """The commit that is checked out around a folder; none when Git does not say."""
    try:
        answer = Git(folder).ask("rev-list", "--parents", "-n", "1", "HEAD")
    except GitError:
        return Revision()
    commit, *parents = answer.decode("ascii", "replace").split() or [""]
    return Revision(commit, merge=len(parents) > 1)
