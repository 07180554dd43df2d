"""One place to look at, and what it says when it has nothing to give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from mpctl.credentials.secret import Secret


class Nothing(Exception):
    """A source gave nothing usable.

    `reason` goes on where the source's name ends ("is not set"), `hint` is a full sentence about
    what to do. `expected` says that this is how an unused source looks, not a fault of one in use.
    Neither ever holds anything that the source answered.
    """

    def __init__(self, reason: str, hint: str = "", *, expected: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.expected = expected


class Source(Protocol):
    """Something that may hold one field of a credential."""

    @property
    def name(self) -> str:
        """What to call it in a sentence: `the variable MAILPROTECTOR_API_KEY`."""

    def look(self) -> Secret:
        """The value; raises Nothing."""


Place: TypeAlias = Mapping[str, Source]
"""The sources of all fields of one way: they are used together or not at all."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A source that is known and, for a reason, not asked."""

    name: str
    reason: str
    hint: str = ""

    def look(self) -> Secret:
        """Raise the reason."""
        raise Nothing(self.reason, self.hint, expected=True)
