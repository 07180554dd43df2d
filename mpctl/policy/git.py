"""Asking the `git` program about the repository that holds a folder; nothing here changes it.

Only what reads objects and refs is asked: such commands run no hooks, filters, monitors or pagers,
whatever the repository's configuration says. Variables that would redirect Git are not passed on,
and of the user's own configuration only whom it trusts to own a repository.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from mpctl.core.stage import Stage
from mpctl.program import Finished, run_program
from mpctl.stages import during

_MAX_OUTPUT: Final = 256 * 1024 * 1024
_CONFINED: Final = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_SETTINGS: Final = (
    "--no-pager",
    "-c",
    "core.fsmonitor=false",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "safe.bareRepository=explicit",
)

_HEAD_WORDS: Final = 3
_TRUSTING: Final = ("--system", "--global")


class GitError(Exception):
    """Git has no answer; the message says why, in words for the user."""


class Blob(NamedTuple):
    """A file of a commit: its mode and the id of its content."""

    mode: str
    id: str


@dataclass(frozen=True)
class Git:
    """The repository that holds a folder; every method raises GitError where Git fails."""

    folder: Path

    @property
    def top(self) -> Path:
        """The folder where the checkout begins."""
        return Path(os.fsdecode(self.ask("rev-parse", "--show-toplevel")).rstrip("\n"))

    @property
    def shallow(self) -> bool:
        """Tell whether the clone has only a part of the history."""
        return self.ask("rev-parse", "--is-shallow-repository").strip() == b"true"

    def commit(self, revision: str) -> str | None:
        """The id of the commit that a revision names, None where it names none."""
        ended = self._run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"
        )
        return ended.out.decode("ascii", "replace").strip() if ended.status == 0 else None

    def files(self, commit: str) -> Mapping[str, Blob]:
        """The files of a commit below the folder, by their path from it, with `/`."""
        listing = self.ask("ls-tree", "-r", "-z", "--end-of-options", commit)
        return dict(_entries(listing))

    def contents(self, blobs: Collection[Blob]) -> Mapping[str, bytes]:
        """The contents of blobs by their ids, read in one go."""
        wanted = "".join(f"{blob.id}\n" for blob in blobs)
        answer = self.ask("cat-file", "--batch", told=wanted.encode("ascii")) if wanted else b""
        return dict(_objects(answer))

    def ask(self, *arguments: str, told: bytes = b"") -> bytes:
        """What a command of Git prints."""
        ended = self._run(*arguments, told=told)
        if ended.status != 0:
            raise GitError(_complaint(ended))
        if len(ended.out) >= _MAX_OUTPUT:
            raise GitError("git says more than can be taken in")
        return ended.out

    def _run(self, *arguments: str, told: bytes = b"") -> Finished:
        return self._program([*_SETTINGS, *self._trust, *arguments], _CONFINED, told)

    @cached_property
    def _trust(self) -> tuple[str, ...]:
        """The folders that the user or the machine trusts whoever owns them, as settings."""
        asked = ("--includes", "--get-all", "-z", "safe.directory")
        said = [self._program(["config", scope, *asked], {}).out for scope in _TRUSTING]
        folders = (os.fsdecode(folder) for folder in b"".join(said).split(b"\0") if folder)
        return tuple(word for folder in folders for word in ("-c", f"safe.directory={folder}"))

    @during(Stage.GIT)
    def _program(
        self, arguments: list[str], more: Mapping[str, str], told: bytes = b""
    ) -> Finished:
        environment = {k: v for k, v in os.environ.items() if not k.upper().startswith("GIT_")}
        try:
            return run_program(
                ["git", *arguments],
                self.folder,
                at_most=_MAX_OUTPUT,
                environment={**environment, **more},
                told=told,
            )
        except FileNotFoundError as error:
            raise GitError("there is no program git") from error
        except OSError as error:
            raise GitError(f"git {error.strerror or error}") from error


def _entries(listing: bytes) -> Iterator[tuple[str, Blob]]:
    for entry in filter(None, listing.split(b"\0")):
        meta, _, path = entry.partition(b"\t")
        mode, _, name = meta.decode("ascii").split(" ")
        yield os.fsdecode(path), Blob(mode, name)


def _objects(answer: bytes) -> Iterator[tuple[str, bytes]]:
    """Read what `cat-file --batch` prints: id, type and size in a line, the content, a newline."""
    start = 0
    while start < len(answer):
        end = answer.find(b"\n", start)
        words = answer[start:end].decode("ascii", "replace").split(" ")
        if end < 0 or len(words) != _HEAD_WORDS or not words[2].isdigit():
            raise GitError(f"git cannot read the object {words[0]}")
        content, size = end + 1, int(words[2])
        yield words[0], answer[content : content + size]
        start = content + size + 1


def _complaint(ended: Finished) -> str:
    """The first line of what Git says, which is the one that matters."""
    lines = ended.err.decode("utf-8", "replace").strip().splitlines()
    return lines[0] if lines else f"git ended with status {ended.status}"
