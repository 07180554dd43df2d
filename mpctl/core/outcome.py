"""How operations ended, and what that means for the whole run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mpctl.core.entity import Entity
from mpctl.core.plan import Plan
from mpctl.core.schedule import Operation
from mpctl.diagnostics import Code, Diagnostic, ExitCode


class Status(StrEnum):
    """How an operation ended."""

    APPLIED = "applied"
    FAILED = "failed"
    NOT_ATTEMPTED = "not attempted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one operation; `detail` says what a person needs to know beyond the status.

    `touched` is True when something may have been written although the operation failed; `code`
    names what a script may want to tell apart.
    """

    operation: Operation
    status: Status
    detail: str = ""
    touched: bool = False
    code: Code | None = None

    @property
    def wrote(self) -> bool:
        """Tell whether the service may be different because of this operation."""
        return self.touched or self.status in {Status.APPLIED, Status.UNKNOWN}


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What became of a plan.

    `outcomes` has one entry for every operation of every entity that had planned changes;
    `findings` say what the final reading found wrong, entity by entity.
    """

    plan: Plan
    outcomes: Mapping[Entity, tuple[Outcome, ...]] = field(default_factory=dict)
    findings: tuple[Diagnostic, ...] = ()
    interrupted: bool = False

    def count(self, status: Status) -> int:
        """Count the operations that ended this way."""
        return sum(1 for ends in self.outcomes.values() for end in ends if end.status is status)

    @property
    def exit_code(self) -> ExitCode:
        """The contract with scripts: whether anything was written, and everything done."""
        ends = [end for ends in self.outcomes.values() for end in ends]
        summary = self.plan.summary
        stopped = bool(summary.problems or summary.withheld or self.findings)
        undone = stopped or any(end.status is not Status.APPLIED for end in ends)
        if self.interrupted:
            return ExitCode.INTERRUPTED
        if not undone:
            return ExitCode.DONE
        return ExitCode.PARTIAL if any(end.wrote for end in ends) else ExitCode.STOPPED
