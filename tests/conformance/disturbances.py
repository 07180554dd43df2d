"""What can go wrong with a call: a fault of the network or the service, or another writer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mpctl.sandbox import Fault, FaultKind

KINDS: Final = (
    "500",
    "502",
    "503",
    "503 retry-after=2",
    "503-after",
    "429 retry-after=2",
    "429",
    "401",
    "403",
    "404",
    "409",
    "422",
    "drop-before",
    "drop-after",
    "reset-before",
    "reset-after",
    "slow seconds=0.02",
    "malformed",
    "truncated",
    "empty",
    "html",
    "redirect",
)
# A refusal comes as a success without a word: only reading again can tell.
LIES: Final = frozenset({"empty"})
REACHES: Final = ("once", "twice", "from there on", "the same method from there on")


class Meddling(StrEnum):
    """What another writer does right before a call."""

    ADDS_UNDECLARED = "adds a rule that nobody declares"
    ADDS_PLANNED = "adds a rule that is about to come"
    ADDS_COPY = "adds a copy of a rule that stays"
    TAKES_DOOMED = "takes a rule that is about to go"
    TAKES_KEPT = "takes a rule that stays"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One disturbance: its kind, the call it begins at, counted from 1, and how far it reaches.

    Another writer acts once, whatever the reach.
    """

    kind: str
    reach: str
    call: int

    @property
    def lies(self) -> bool:
        """Whether the service says what is not true."""
        return self.kind in LIES

    @property
    def meddles(self) -> bool:
        """Whether it is another writer."""
        return self.kind in list(Meddling)

    def fault(self, methods: Sequence[str], meddle: Callable[[Meddling], None]) -> Fault:
        """The fault for a run whose calls have these methods."""
        if self.meddles:
            what = Meddling(self.kind)
            return Fault("*", ".", FaultKind.MEANWHILE, nth=self.call, action=lambda: meddle(what))
        method = methods[min(self.call, len(methods)) - 1]
        same = self.reach == REACHES[3]
        nth = methods[: self.call].count(method) if same else self.call
        times = {"once": "1", "twice": "2"}.get(self.reach, "forever")
        kind, *options = self.kind.split()
        words = (method if same else "*", ".", kind, f"nth={nth}", f"times={times}", *options)
        return Fault.parse(" ".join(words))
