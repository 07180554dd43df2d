"""The Git commands that bring an edited policy into review, to be copied into any shell."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Final

from mpctl.cli.options import Invocation
from mpctl.core.shell import sentence, word
from mpctl.policy.edit import Edit
from mpctl.policy.git import Git, GitError
from mpctl.render import Excerpt

TITLE: Final = "For the pull request, in any shell:"
_UNFIT: Final = re.compile(r"[^a-z0-9]+")
_LONGEST: Final = 40


def pull_request(
    invocation: Invocation, edit: Edit, subject: str, message: str, now: datetime
) -> Excerpt:
    """The commands for an edit; `subject` names the branch, `message` is that of the commit."""
    branch = f"{_UNFIT.sub('-', subject.lower()).strip('-')[:_LONGEST]}-{now:%Y%m%d-%H%M}"
    git, path = _from_here(invocation, edit)
    lines = (
        f"{git} switch -c {word(branch)}",
        f"{git} add -- {word(path)}",
        f"{git} commit -m {sentence(message)}",
        f"{git} push -u origin {word(branch)}",
    )
    return Excerpt(TITLE, lines)


def _from_here(invocation: Invocation, edit: Edit) -> tuple[str, str]:
    """How to call Git, and how it knows the file: from the policy root if that lies elsewhere."""
    try:
        here = Git(Path.cwd()).top == Git(invocation.policies).top
    except GitError:
        here = not Path(edit.shown).is_absolute()
    if here:
        return "git", edit.shown
    path = edit.path.relative_to(invocation.policies).as_posix()
    return f"git -C {word(invocation.policies.as_posix())}", path
