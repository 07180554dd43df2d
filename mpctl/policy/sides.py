"""Two versions of one policy repository, loaded together: what both have alike is compiled once.

A file that is the same on both sides is one file, and named without a commit on both: what the
base declares there still stands there. An entity whose document and rule sets are such files, under
configurations that mean the same to it, is one object on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mpctl.core.capabilities import Capabilities
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.policy.loading import Repository, read_repository, source_of
from mpctl.policy.memory import Memory
from mpctl.policy.revision import Revision
from mpctl.policy.source import Source
from mpctl.ports import SILENCE, Progress

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sides:
    """What the policies say now, what they said at the base, and the commit of that."""

    head: Repository
    base: Repository
    commit: str


def load_sides(
    root: Path,
    base: str,
    *,
    head: str = "",
    config: Path | None = None,
    config_rev: str = "",
    capabilities: Mapping[str, Capabilities],
    progress: Progress = SILENCE,
) -> Sides:
    """Read the policies that a Git revision has, and those of the work tree or another revision.

    The base stands under its own configuration, and so does a head that is a revision; for the
    work tree, see `load`. Raises MpctlError with what is wrong with either.
    """
    memory, problems = Memory(), list[Diagnostic]()
    after = _attempt(
        lambda: read_repository(
            _head(root, head, config, config_rev), capabilities, progress, memory
        ),
        problems,
    )
    revision = _attempt(lambda: Revision.of(root, base), problems)
    if revision is not None:
        before = _attempt(lambda: _base(revision, capabilities, progress, memory), problems)
        if after is not None and before is not None:
            return Sides(after, before, revision.commit)
    raise MpctlError(*problems)


def _attempt(make: Callable[[], T], problems: list[Diagnostic]) -> T | None:
    try:
        return make()
    except MpctlError as error:
        problems.extend(error.diagnostics)
        return None


def _head(root: Path, head: str, config: Path | None, config_rev: str) -> Source:
    return Revision.of(root, head) if head else source_of(root, config, config_rev)


def _base(
    revision: Revision,
    capabilities: Mapping[str, Capabilities],
    progress: Progress,
    memory: Memory,
) -> Repository:
    try:
        return read_repository(revision, capabilities, progress, memory)
    except MpctlError:
        return _apart(revision, capabilities)


def _apart(revision: Revision, capabilities: Mapping[str, Capabilities]) -> Repository:
    """Share nothing, so that every problem has its place in the base."""
    try:
        return read_repository(revision, capabilities)
    except MpctlError as error:
        raise MpctlError(_invalid_base(revision.commit), *error.diagnostics) from error


def _invalid_base(commit: str) -> Diagnostic:
    return Diagnostic(
        Code.INVALID_BASE,
        f"the policies of the base {commit[:12]} are not in order",
        "What this change causes can only be told from what was declared before it.",
        "Plan without --base, or name a base whose policies are in order.",
    )
