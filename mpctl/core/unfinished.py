"""Runs that broke off, and have not been settled by a later one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from mpctl.core.outcome import Status
from mpctl.core.run import Run
from mpctl.diagnostics import Code, Diagnostic, Severity, first_few


def broken_off(newest_first: Iterable[Run], targets: AbstractSet[str]) -> Iterator[Run]:
    """The unfinished runs of these targets, up to the last run of each that came to its end."""
    open_targets = set(targets)
    for run in newest_first:
        if not open_targets:
            return
        concerned = open_targets & run.header.accounts.keys()
        if run.end is None and concerned:
            yield run
        elif run.end is not None and not run.end.interrupted:
            open_targets -= concerned


def say_unfinished(run: Run) -> Diagnostic:
    """Say of a run that it broke off, and what may be open because of it."""
    doubtful = run.count(Status.UNKNOWN)
    entities = first_few([str(entity) for entity in run.entities], ", ")
    where = f" at {entities}" if entities else ""
    return Diagnostic(
        Code.UNFINISHED_RUN,
        f"run {run.id} ({run.header.command}, {run.header.who}) broke off: "
        f"{run.count(Status.APPLIED)} applied, {doubtful} begun and not known to have ended{where}",
        why="This plan was made from what is live now, so it does what is left.",
        fix=f"Look at it with `mpctl history {run.id}`.",
        severity=Severity.WARNING,
    )
