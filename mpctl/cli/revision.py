"""The Git commit that the policies are of, where there is one."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit, empty outside Git; `merge` tells whether it has several parents."""

    commit: str = ""
    merge: bool = False


def revision_of(folder: Path) -> Revision:
    """The commit that is checked out in a folder; none when Git does not say."""
    try:
        answer = subprocess.run(  # noqa: S603 - only the folder is ours to choose
            ["git", "-C", str(folder), "rev-list", "--parents", "-n", "1", "HEAD"],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return Revision()
    commit, *parents = answer.stdout.split() or [""]
    return Revision(commit, merge=len(parents) > 1)
