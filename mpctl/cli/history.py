"""`mpctl history`: the runs that were made, from their journals."""

from __future__ import annotations

from pathlib import Path

import click

from mpctl.cli.options import Invocation, offline, redact_option, unselective_options
from mpctl.cli.place import is_running, journal_option, runs_of
from mpctl.core.past import PastRun, rolled_back_by
from mpctl.core.run import Run
from mpctl.diagnostics import ExitCode
from mpctl.render.runs import history_document, run_document


@click.command(
    epilog="""\b
Examples:
  mpctl history
  mpctl history last
  mpctl history 20261121T131500Z-1a2b3c4d --format json
"""
)
@unselective_options
@offline
@journal_option
@redact_option
@click.argument("run", required=False)
def history(invocation: Invocation, run: str | None, journal: Path | None) -> ExitCode:
    """List the runs that were made on this machine, newest first.

    RUN shows one of them: every operation with what became of it, and what was live before its
    first write. It is the name of a run, the beginning of one, or the word last.
    """
    runs = runs_of(invocation, journal)
    banner = invocation.console.banner
    if run is not None:
        past = _seen(invocation, runs.find(run), runs.read_all()[0])
        document, parts = run_document(past, banner=banner), {"run": past.details()}
        return invocation.console.show(document, exit_code=ExitCode.DONE, parts=parts)
    found, problems = runs.read_all()
    strange = tuple(problems)
    history = [_seen(invocation, each, found) for each in found]
    return invocation.console.show(
        history_document(history, findings=strange, banner=banner),
        exit_code=ExitCode.DONE,
        diagnostics=strange,
        parts={"runs": [past.summary() for past in history]},
    )


def _seen(invocation: Invocation, run: Run, others: list[Run]) -> PastRun:
    running = run.unfinished and is_running(invocation, run)
    return PastRun(run, running=running, rolled_back_by=rolled_back_by(others, run.id))
