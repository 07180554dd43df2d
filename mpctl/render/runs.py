"""Past runs in words: a table of all, or one of them with every outcome and before-value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from mpctl.core.outcome import Status
from mpctl.core.past import PastRun, outcome_of
from mpctl.core.run import Before, Run
from mpctl.diagnostics import Diagnostic
from mpctl.render.document import Document, Section, Table, Tone
from mpctl.render.documents import outcome_row
from mpctl.render.words import count, listed

_COLUMNS = ("run", "started", "who", "command", "entities", "outcomes", "exit code", "note")


def history_document(
    runs: Sequence[PastRun], *, findings: tuple[Diagnostic, ...] = (), banner: str = ""
) -> Document:
    """The runs as a table, in the order given."""
    table = Table(_COLUMNS, tuple(_cells(run) for run in runs), empty="no runs")
    return Document("", "", tables=(table,), diagnostics=findings, banner=banner)


def run_document(past: PastRun, *, banner: str = "") -> Document:
    """One run at length."""
    run = past.run
    steps = sorted(run.steps, key=lambda step: (step.operation.change.entity, step.number))
    sections = tuple(
        Section(str(entity), tuple(outcome_row(outcome_of(step)) for step in group))
        for entity, group in groupby(steps, lambda step: step.operation.change.entity)
    )
    return Document(
        headline="\n".join(_headline(past)),
        summary=f"{count(len(run.entities), 'entity', 'entities')}: {_outcomes(run)}.",
        sections=sections,
        tables=tuple(_before(before) for before in run.before.values()),
        diagnostics=run.end.findings if run.end else (),
        digest=run.header.digest[:16],
        banner=banner,
        tone=Tone.DANGER if past.unfinished or _undone(run) else Tone.CALM,
    )


def _cells(past: PastRun) -> tuple[str, ...]:
    header = past.run.header
    return (
        header.id,
        f"{header.started:%Y-%m-%d %H:%M:%SZ}",
        header.who,
        header.command,
        str(len(past.run.entities)),
        _outcomes(past.run),
        "" if past.run.end is None else str(int(past.run.end.exit_code)),
        ", ".join(_notes(past)),
    )


def _notes(past: PastRun) -> Iterator[str]:
    if past.running:
        yield "at work"
    elif past.unfinished:
        yield "UNFINISHED"
    if past.run.header.rolls_back:
        yield f"rolls back {past.run.header.rolls_back}"
    for run_id in past.rolled_back_by:
        yield f"rolled back by {run_id}"


def _headline(past: PastRun) -> Iterator[str]:
    header = past.run.header
    by = f", mpctl {header.command} by {header.who}" if header.command else ""
    yield f"Run {header.id}{by}"
    yield from _notes(past)
    if header.commit:
        yield f"policies at commit {header.commit}"


def _outcomes(run: Run) -> str:
    return listed((run.count(status), status.value) for status in Status) or "nothing"


def _undone(run: Run) -> bool:
    return any(step.status is not Status.APPLIED for step in run.steps)


def _before(before: Before) -> Table:
    rules = sorted((row.key.action.value, row.shown) for row in before.rules)
    settings = ((name, json.dumps(value)) for name, value in sorted(before.settings.items()))
    title = f"{before.entity} before"
    return Table(("what", "live value"), (*rules, *settings), title, empty="nothing of these")
