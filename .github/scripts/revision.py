"""Against which revision a change is judged."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import runner


def base(event: dict[str, Any]) -> str:
    """The commit that this change is built on, as a full digest; empty when there is none.

    That is: what the step asks for; for a push, what the branch pointed at before; otherwise the
    first parent, which of the merge commit of a pull request is the branch that it goes to.
    """
    asked = runner.wish("MPCTL_BASE")
    if asked:
        return commit(asked)
    before = str(event.get("before") or "")
    return (commit(before) if before.strip("0") else "") or commit("HEAD^1")


def commit(name: str) -> str:
    """The full digest of a revision; empty when it is not there or is no name of one."""
    if not re.fullmatch(r"[\w./^~@-]+", name) or name.startswith("-"):
        return ""
    try:
        return runner.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()
    except subprocess.CalledProcessError:
        return ""


def holds(revision: str, path: str) -> bool:
    """Tell whether a revision has a file."""
    try:
        runner.git("cat-file", "-e", f"{revision}:{path}")
    except subprocess.CalledProcessError:
        return False
    return True


def links(path: str) -> list[str]:
    """Symbolic links below a folder: they could lead a reader of policies to anything."""
    rows = runner.git("ls-files", "--stage", "-z", "--", path).split("\0")
    return [row.partition("\t")[2] for row in rows if row.startswith("120000 ")]
