"""Edits of policy files in words, beside a plan or what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mpctl.render.document import Document, Excerpt


def with_edit(
    document: Document, first: str, place: str, difference: Sequence[str], *more: Excerpt
) -> Document:
    """A document that says first what became of a file, and shows what is different in it."""
    shown = (Excerpt(place, tuple(difference), "diff"),) if difference else ()
    headline = "\n".join(filter(None, [first, document.headline]))
    return replace(document, headline=headline, excerpts=(*shown, *more))
