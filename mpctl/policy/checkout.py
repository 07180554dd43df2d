"""The Git checkout that policies are read from: which commit it is, and what differs from it.

The files that mpctl reads are held against the commit itself. Git's index, ignore rules and filters
have no say, so that nothing can be hidden from the comparison.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from mpctl.core.guards import ApplyFrom
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, first_few
from mpctl.policy.git import Blob, Git, GitError
from mpctl.policy.source import CONFIGURATION, DiskFile, Folder, is_policy

_SHOWN: Final = 12
_FILE: Final = frozenset({"100644", "100755"})
_SHA1_DIGITS: Final = 40
_WHY: Final = (
    "guards.apply_from lets only reviewed policies reach the service; nothing was written."
)


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout against the commit that an apply must come from.

    `uncommitted` holds the policies, and the configuration, that differ from `commit`, as shown to
    the user: changed, added or deleted.
    """

    commit: str
    ref: str
    ref_commit: str
    uncommitted: tuple[str, ...] = ()


def commit_of(root: Path) -> str:
    """The commit that is checked out around a policy root, empty where there is none to tell."""
    try:
        return Git(root).commit("HEAD") or ""
    except GitError:
        return ""


def enforce(apply_from: ApplyFrom, root: Path, config: Path | None) -> Checkout:
    """Hold a policy root, and what stands in for its `mpctl.yaml`, to what `apply_from` asks.

    Raises MpctlError, a refusal, unless it is the commit, clean where that is asked for.
    """
    try:
        checkout = examine(apply_from, root, config)
    except GitError as error:
        raise _refused(_unknown(apply_from, str(error))) from error
    problems = tuple(_problems(checkout))
    if problems:
        raise _refused(*problems)
    return checkout


def examine(apply_from: ApplyFrom, root: Path, config: Path | None) -> Checkout:
    """Look at a checkout; raises GitError where Git cannot tell."""
    git = Git(root)
    git.ask("rev-parse", "--is-inside-work-tree")
    head, wanted = git.commit("HEAD"), git.commit(apply_from.ref)
    if head is None:
        raise GitError("the repository has no commit yet")
    if wanted is None:
        hint = "; the clone is shallow and may lack it" if git.shallow else ""
        raise GitError(f"the repository knows no {apply_from.ref!r}{hint}")
    differs = _uncommitted(Folder(root, config), head) if apply_from.clean else ()
    return Checkout(head, apply_from.ref, wanted, tuple(sorted(differs)))


def _uncommitted(source: Folder, commit: str) -> Iterator[str]:
    """The files that would be read of the commit, or are read now, and are not the same."""
    known = Git(source.root).files(commit)
    read = {file.path.relative_to(source.root).as_posix(): file for file in source.policies}
    if source.config is None:
        read[CONFIGURATION] = source.configuration
    elif not _is_committed(source.configuration, source.root, commit):
        yield source.configuration.shown
    for path, file in read.items():
        if not _is(file, known.get(path)):
            yield file.shown
    for path in known.keys() - read.keys():
        if is_policy(PurePosixPath(path)) and path != CONFIGURATION:
            yield DiskFile(source.root / path).shown


def _is_committed(config: DiskFile, root: Path, commit: str) -> bool:
    """Tell whether a configuration from elsewhere is of the same repository and commit."""
    try:
        git = Git(config.path.absolute().parent)
        known = git.files(commit) if git.top == Git(root).top else {}
    except GitError:
        return False
    return _is(config, known.get(config.path.name))


def _is(file: DiskFile, blob: Blob | None) -> bool:
    """Tell whether a file has the content of a blob; a link's is not in the commit.

    Line ends may differ: Git writes those of the platform, and YAML reads both the same.
    """
    if blob is None or blob.mode not in _FILE or file.path.is_symlink():
        return False
    data = file.read()
    return blob.id in {_blob_id(data, blob), _blob_id(data.replace(b"\r\n", b"\n"), blob)}


def _blob_id(data: bytes, like: Blob) -> str:
    algorithm = "sha1" if len(like.id) == _SHA1_DIGITS else "sha256"
    whole = b"blob %d\0" % len(data) + data
    return hashlib.new(algorithm, whole, usedforsecurity=False).hexdigest()


def _problems(checkout: Checkout) -> Iterator[Diagnostic]:
    if checkout.commit != checkout.ref_commit:
        yield Diagnostic(
            Code.WRONG_CHECKOUT,
            f"the checkout is at {checkout.commit[:_SHOWN]}, apply_from asks for {checkout.ref}, "
            f"which is {checkout.ref_commit[:_SHOWN]}",
            why=_WHY,
            fix=f"Fetch, check {checkout.ref} out, and apply from there.",
        )
    if checkout.uncommitted:
        named = first_few(checkout.uncommitted, ", ")
        yield Diagnostic(
            Code.WRONG_CHECKOUT,
            f"not as in the commit {checkout.commit[:_SHOWN]}: {named}",
            why=_WHY,
            fix="Commit it and have it reviewed, or undo it.",
        )


def _unknown(apply_from: ApplyFrom, why: str) -> Diagnostic:
    return Diagnostic(
        Code.WRONG_CHECKOUT,
        f"whether the policies are those of {apply_from.ref} cannot be told: {why}",
        why=_WHY,
        fix="Apply from a clone of the policy repository that has this ref, with git installed.",
    )


def _refused(*problems: Diagnostic) -> MpctlError:
    return MpctlError(*problems, exit_code=ExitCode.REFUSED)
