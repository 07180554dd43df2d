"""A run as its journal tells it: who did what, what was there before, and how each step ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from mpctl.core.act import Acted
from mpctl.core.entity import Entity
from mpctl.core.outcome import Outcome, Status
from mpctl.core.rule import LiveRule, SettingValue
from mpctl.core.schedule import Operation
from mpctl.core.state import Account
from mpctl.diagnostics import Diagnostic, ExitCode


@dataclass(frozen=True, slots=True)
class RunHeader:
    """What is known of a run before it begins.

    `who` is user@host; `commit` the Git commit of the policies, empty when there is none, and
    `merge` tells whether it has several parents; `rolls_back` names the run that this one undoes.
    With `acts` it carries out no plan, but does something else.
    """

    id: str
    started: datetime
    command: str = ""
    version: str = ""
    who: str = ""
    pid: int = 0
    digest: str = ""
    commit: str = ""
    merge: bool = False
    rolls_back: str = ""
    acts: bool = False
    accounts: Mapping[str, Account] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Before:
    """An entity as it was read right before its first write.

    `rules` are the rows of the lists that change and those with a value that changes; `documents`
    the parts of its configuration that a write may replace, verbatim. `line` is where the journal
    says it.
    """

    entity: Entity
    native_id: str
    rules: tuple[LiveRule, ...] = ()
    settings: Mapping[str, SettingValue] = field(default_factory=dict)
    documents: Mapping[str, Any] = field(default_factory=dict)
    line: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One operation; without an outcome it was begun, and nobody knows how it ended."""

    number: int
    operation: Operation
    outcome: Outcome | None = None
    line: int = 1

    @property
    def status(self) -> Status:
        """How it ended."""
        return self.outcome.status if self.outcome else Status.UNKNOWN

    @property
    def wrote(self) -> bool:
        """Tell whether the service may be different because of this step."""
        return self.outcome is None or self.outcome.wrote


class Result(Protocol):
    """What became of a run, whatever it did."""

    @property
    def exit_code(self) -> ExitCode:
        """The contract with scripts."""

    @property
    def interrupted(self) -> bool:
        """Whether somebody ended it before its time."""

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What is wrong afterwards."""

    def count(self, status: Status) -> int:
        """How many operations, or acts, ended this way."""


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended."""

    at: datetime
    exit_code: ExitCode
    interrupted: bool = False
    findings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that the journal holds of a run; `path` is its file as shown to the user.

    `plan` is the document of the plan, as it was; empty when the journal broke off before it, or
    where there was none: such a run has `acts` in the place of steps.
    """

    header: RunHeader
    path: str
    plan: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[Entity, Before] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    acts: tuple[Acted, ...] = ()
    end: RunEnd | None = None

    @property
    def id(self) -> str:
        """The name of the run."""
        return self.header.id

    @property
    def unfinished(self) -> bool:
        """Tell whether the run broke off: no end is recorded."""
        return self.end is None

    @property
    def wrote(self) -> tuple[Step, ...]:
        """The steps that did, or may have done, something."""
        return tuple(step for step in self.steps if step.wrote)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The entities of all steps, in order."""
        return tuple(sorted({step.operation.change.entity for step in self.steps}))

    def count(self, status: Status) -> int:
        """Count the steps and acts that ended this way."""
        return self.statuses.count(status)

    @property
    def statuses(self) -> tuple[Status, ...]:
        """How its steps and acts ended."""
        return (*(step.status for step in self.steps), *(acted.status for acted in self.acts))
