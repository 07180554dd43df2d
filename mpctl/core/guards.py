"""The limits that an MSP sets for its own safety, as `mpctl.yaml` declares them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Lift:
    """A reviewed exception to one guard, up to a number and until a day (UTC, inclusive)."""

    guard: str
    up_to: int
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class ApplyFrom:
    """The commit that an apply must come from, and whether the checkout must be clean."""

    ref: str
    clean: bool = True


@dataclass(frozen=True, slots=True)
class Guards:
    """How much one apply may do; `max_removals_percent` is of an entity's live rules."""

    max_removals: int = 20
    max_removals_percent: int = 30
    max_loosening: int = 50
    max_tightening: int = 200
    protect: tuple[str, ...] = ()
    apply_from: ApplyFrom | None = None
    lifts: tuple[Lift, ...] = ()
