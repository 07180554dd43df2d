"""Runs that broke off, and have not been settled by a later one of their kind.

An apply plans from what is live, and so settles what an earlier one left open. An act is settled by
nobody; it is said until another act of the target came to its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from mpctl.core.outcome import Status
from mpctl.core.run import Run
from mpctl.diagnostics import Code, Diagnostic, Severity, first_few


def broken_off(
    newest_first: Iterable[Run], targets: AbstractSet[str], *, acts: bool = False
) -> Iterator[Run]:
    """The unfinished runs of these targets, up to the last run of each that came to its end.

    Those that carry out plans, or those of `acts`.
    """
    open_targets = set(targets)
    for run in newest_first:
        if not open_targets:
            return
        if run.header.acts is not acts:
            continue
        concerned = open_targets & run.header.accounts.keys()
        if run.end is None and concerned:
            yield run
        elif run.end is not None and not run.end.interrupted:
            open_targets -= concerned


def say_unfinished(run: Run) -> Diagnostic:
    """Say of a run that it broke off, and what may be open because of it."""
    if run.header.acts:
        return _say_unfinished_acts(run)
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


def _say_unfinished_acts(run: Run) -> Diagnostic:
    doubtful = [str(acted.act) for acted in run.acts if acted.status is Status.UNKNOWN]
    begun = f"begun and not known to have ended: {first_few(doubtful)}" if doubtful else "no doubt"
    return Diagnostic(
        Code.UNFINISHED_RUN,
        f"run {run.id} ({run.header.command}, {run.header.who}) broke off: "
        f"{run.count(Status.APPLIED)} applied, {begun}",
        why="Nothing is done twice by itself: find out whether it was done before you do it again.",
        fix=f"Look at it with `mpctl history {run.id}`.",
        severity=Severity.WARNING,
    )
