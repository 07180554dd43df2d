"""The lists in which reading gathers what it finds, so that all problems are shown together."""

from __future__ import annotations

from dataclasses import dataclass, field

from mpctl.diagnostics import Code, Diagnostic, Origin, Severity, in_reading_order


@dataclass(slots=True)
class Problems:
    """Grows while policies are read; every function that can find something is handed one."""

    errors: list[Diagnostic] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)

    def error(self, code: Code, origin: Origin, summary: str, why: str, fix: str) -> None:
        """Note something that stops the run: what, why it matters, what to do."""
        self.errors.append(Diagnostic(code, summary, why, fix, origin))

    def warn(self, code: Code, origin: Origin, summary: str, why: str, fix: str) -> None:
        """Note something that only speaks."""
        self.warnings.append(Diagnostic(code, summary, why, fix, origin, Severity.WARNING))

    @property
    def number(self) -> int:
        """How many there are so far."""
        return len(self.errors) + len(self.warnings)

    @property
    def in_order(self) -> list[Diagnostic]:
        """Everything, as a reader of the files comes upon it."""
        return in_reading_order([*self.errors, *self.warnings])
