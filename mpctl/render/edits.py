"""Edits of policy files in words, beside a plan or what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mpctl.render.document import Document, Excerpt
from mpctl.render.documents import DRY_RUN

_UNTOUCHED: Final = "Nothing was written"


@dataclass(frozen=True, slots=True)
class FileEdit:
    """What is different in a file: where, and as lines of `diff -u`; `new` if there was none."""

    path: str
    line: int
    difference: Sequence[str]
    new: bool = False

    @property
    def excerpt(self) -> Excerpt:
        """The difference as it is shown."""
        return Excerpt(self.path, tuple(self.difference), "diff")

    def sentence(self, *, written: bool) -> str:
        """What became of the file, or would."""
        verb = "make" if self.new else "edit"
        done = "Made" if self.new else "Edited"
        return f"{done if written else f'Would {verb}'} {self.path}:{self.line}"


def edit_document(
    document: Document,
    edit: FileEdit | str,
    *more: Excerpt,
    written: bool,
    dry_run: bool = False,
    stopped: bool = False,
) -> Document:
    """Say first what became of the file; a text in the place of an edit says why there is none.

    `dry_run` and `stopped` tell why nothing was written: nobody confirmed it, or it cannot be.
    """
    excerpt = [edit.excerpt] if isinstance(edit, FileEdit) else []
    lines = _headline(document.headline.split("\n"), edit, written=written, dry_run=dry_run)
    first = [_UNTOUCHED] if stopped else []
    headline = "\n".join([*first, *filter(None, lines)])
    return replace(document, headline=headline, excerpts=(*excerpt, *more))


def _headline(
    lines: Sequence[str], edit: FileEdit | str, *, written: bool, dry_run: bool
) -> Iterator[str]:
    if dry_run and (isinstance(edit, FileEdit) or DRY_RUN in lines):
        yield DRY_RUN
    yield edit if isinstance(edit, str) else edit.sentence(written=written)
    yield from (line for line in lines if line != DRY_RUN)
