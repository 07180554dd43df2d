"""What `mpctl.yaml` says, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mpctl.core.guards import Guards
from mpctl.core.rule import Action
from mpctl.core.state import Mode
from mpctl.diagnostics import Origin


@dataclass(frozen=True, slots=True)
class Target:
    """One configured account at a service; None and empty mean what the provider has as default."""

    name: str
    provider: str
    origin: Origin
    account: str = ""
    base_url: str = ""
    credentials: Mapping[str, Any] = field(default_factory=dict)
    max_concurrency: int | None = None
    requests_per_second: float | None = None
    reads_per_minute: int | None = None
    writes_per_minute: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manage:
    """How far each list and the settings of an entity are managed."""

    modes: Mapping[Action, Mode]
    settings: Mode

    @classmethod
    def all(cls, mode: Mode) -> Manage:
        """One mode for the whole entity; settings know only `observe` and the opposite."""
        settings = Mode.OBSERVE if mode is Mode.OBSERVE else Mode.FULL
        return cls(dict.fromkeys(Action, mode), settings)

    @classmethod
    def read(cls, written: Any, default: Manage) -> Manage:
        """Read one word for the entity, or a mapping with one for some of the lists."""
        if written is None:
            return default
        if isinstance(written, str):
            return cls.all(Mode(written))
        lists = {Action(name): Mode(mode) for name, mode in written.items()}
        return cls({**default.modes, **lists}, default.settings)


class Judgement(StrEnum):
    """How much a lint finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Lint:
    """What lint asks of policies; `max_allow_days` is None for no limit."""

    require_reason: frozenset[Action] = frozenset()
    max_allow_days: int | None = None
    expiring_days: int = 14
    broad_allow: Judgement = Judgement.WARNING
    broad_block: Judgement = Judgement.WARNING


@dataclass(frozen=True, slots=True)
class Configuration:
    """The configuration of a policy repository; `path` is the file as shown to the user."""

    version: int
    default_target: str
    targets: Mapping[str, Target]
    manage: Manage
    guards: Guards
    lint: Lint
    path: str
