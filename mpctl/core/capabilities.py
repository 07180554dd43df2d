"""What a service can express and how it wants to be spoken to: data, never code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mpctl.core.match import Kind
from mpctl.core.rule import Action
from mpctl.core.setting import SettingSpec


class Flow(StrEnum):
    """Which way the mail goes that a service's rules judge."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True)
class Scope:
    """One kind of entity: its name in policies, how many parts its names have, an example.

    `in_domain` if the first part of a name is a domain, or an address in one. `beside` names the
    scope at whose level this one stands, where that is not one of its own.
    """

    name: str
    example: str
    parts: int = 1
    in_domain: bool = False
    beside: str = ""


class Mixing(StrEnum):
    """What one call may carry: operations of one step, of one list, or all of an entity's."""

    STEP = "step"
    LIST = "list"
    ENTITY = "entity"


class Known(StrEnum):
    """What a service's documents say to a question."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a service takes of one kind of match, if not everything.

    `words` completes "it takes only ...". The whole canonical value fits `pattern`. Where there are
    `prefixes`, a network is IPv4 and has one of these lengths, or is split into at most `pieces` of
    the next one.
    """

    words: str
    pattern: re.Pattern[str] | None = None
    prefixes: tuple[int, ...] = ()
    pieces: int = 1


@dataclass(frozen=True, slots=True)
class Option:
    """What only one provider understands in a target's `options`: its values, the default first."""

    name: str
    values: tuple[str, ...]
    help: str


@dataclass(frozen=True, slots=True)
class Semantics:
    """What a service's rules mean, as far as its documents say.

    `sender` names what is compared with an address or a domain: the envelope, a header, both.
    `native` gives the service's own word for each kind of match.
    """

    sender: str = "unknown"
    domain_covers_subdomains: Known = Known.UNKNOWN
    native: Mapping[Kind, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Everything that policies, diff and schedule need to know about a service.

    `base_url` is the service's own, empty where every account has another. `scopes` are in order,
    from the top of the hierarchy down. `shapes` narrow the kinds that it takes only in part. `wins`
    is the action that decides when an allow and a block both match. `concurrency`,
    `requests_per_second` and the paces of reads and writes are defaults that a target may lower or
    raise. `batch_size` and `mixing` say how many operations one call carries, and which. `options`
    are what a target may choose under that key.
    """

    provider: str
    base_url: str
    scopes: Mapping[str, Scope]
    kinds: Mapping[Action, frozenset[Kind]]
    shapes: Mapping[Kind, Shape] = field(default_factory=dict)
    settings: Mapping[str, SettingSpec] = field(default_factory=dict)
    flow: Flow = Flow.INBOUND
    wins: Action = Action.ALLOW
    batch_size: int = 1
    mixing: Mixing = Mixing.STEP
    semantics: Semantics = Semantics()
    options: Mapping[str, Option] = field(default_factory=dict)
    concurrency: int = 4
    requests_per_second: float | None = None
    reads_per_minute: int | None = None
    writes_per_minute: int | None = None

    def depth(self, scope: str) -> int:
        """How far down a scope stands: only entities of a smaller depth can be above its own."""
        return list(self.scopes).index(self.scopes[scope].beside or scope)
