"""The limits that an MSP sets for its own safety, how they are lifted, and what they find."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mpctl.core.entity import Entity


class Guard(StrEnum):
    """What keeps an apply from doing too much at once; the values are keys of `mpctl.yaml`."""

    MAX_REMOVALS = "max_removals"
    MAX_REMOVALS_PERCENT = "max_removals_percent"
    MAX_LOOSENING = "max_loosening"
    MAX_TIGHTENING = "max_tightening"
    PROTECT = "protect"
    EMPTIED_SAFELIST = "emptied_safelist"


@dataclass(frozen=True, slots=True)
class Lift:
    """A reviewed exception to one guard, up to a number and until a day (UTC, inclusive)."""

    guard: str
    up_to: int
    until: date
    reason: str

    def __str__(self) -> str:
        return f"guards.lifts up to {self.up_to} until {self.until}: {self.reason}"


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


@dataclass(frozen=True, slots=True)
class Lifting:
    """What somebody lifts by hand, for one run.

    `removals` is a number of rules and lifts both guards of removals. `protected` holds entities,
    or selectors exactly as `protect` has them.
    """

    removals: int | None = None
    loosening: int | None = None
    tightening: int | None = None
    protected: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What one guard found in a plan, of the whole plan or of one entity.

    `found` and `limit`, the one in force, are in percent for a share of removals, else counts.
    `lifted_by` says who raised the limit, where that made a difference. `entity` is a full name, or
    the selector that the check is about; `what` says in words what was found there. `removals` is
    how many rules would be removed, for the guards of removals.
    """

    guard: Guard
    limit: int
    found: int
    refused: bool
    entity: str = ""
    lifted_by: str = ""
    what: str = ""
    removals: int = 0
