"""What a look around finds: entities, the rules of a chain, a user, the state of a target."""

from __future__ import annotations

from dataclasses import dataclass

from mpctl.core.entity import Ref
from mpctl.core.rule import LiveRule


@dataclass(frozen=True, slots=True)
class Listed:
    """An entity as a listing shows it: its address, its path in policies, and what is special."""

    ref: Ref
    path: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class EntityList:
    """The entities of a listing; `doubt` says why they may not be all, empty when they are."""

    entities: tuple[Listed, ...]
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """The rules that stand at one entity of a chain; `complete` if the listing is proven whole."""

    ref: Ref
    path: str
    rules: tuple[LiveRule, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class FoundUser:
    """The user behind an address; `alias` tells that the address is not the user's own."""

    ref: Ref
    path: str
    group: str
    domain: str
    addresses: tuple[str, ...]
    alias: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """What a target answered to the smallest question.

    `sees` says in words what the key sees; `latency` is in seconds; `skew` is how far this
    machine's clock is ahead of the service's, in seconds, None when the service does not tell.
    """

    service: str
    account: str
    sees: str
    latency: float
    skew: float | None = None
