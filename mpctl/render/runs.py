"""Past runs in words: a table of all, or one of them with every outcome and before-value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from mpctl.core.act import Acted
from mpctl.core.outcome import Status
from mpctl.core.past import LOST, PastRun, outcome_of
from mpctl.core.run import Before, Run
from mpctl.diagnostics import Diagnostic
from mpctl.render.document import Document, Row, Section, Table, Tone
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
        summary=f"{_reach(run)}: {_outcomes(run)}.",
        sections=(*sections, *_acts(run)),
        tables=tuple(_before(before) for before in run.before.values()),
        diagnostics=run.end.findings if run.end else (),
        digest=run.header.digest[:16],
        banner=banner,
        tone=Tone.DANGER if past.unfinished or _undone(run) else Tone.CALM,
    )


def _reach(run: Run) -> str:
    if run.header.acts:
        return count(len(run.acts), "act")
    return count(len(run.entities), "entity", "entities")


def _acts(run: Run) -> Iterator[Section]:
    for target, group in groupby(run.acts, lambda acted: acted.act.target):
        yield Section(target, tuple(map(_act_row, group)))


def _act_row(acted: Acted) -> Row:
    done = acted.status is Status.APPLIED
    return Row(
        sign="!",
        subject=str(acted.act),
        effect=acted.status.value,
        source=acted.act.about,
        note=acted.end.detail if acted.end else LOST,
        tone=Tone.CALM if done else Tone.DANGER,
        prominent=not done,
    )


def _cells(past: PastRun) -> tuple[str, ...]:
    header = past.run.header
    return (
        header.id,
        f"{header.started:%Y-%m-%d %H:%M:%SZ}",
        header.who,
        header.command,
        "" if header.acts else str(len(past.run.entities)),
        _outcomes(past.run),
        "" if past.run.end is None else str(int(past.run.end.exit_code)),
        ", ".join(_notes(past)),
    )


def _notes(past: PastRun) -> Iterator[str]:
    if past.running:
        yield "at work"
    elif past.unfinished:
        yield "UNFINISHED"
    if any(acted.wrote for acted in past.run.acts):
        yield "cannot be taken back"
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
    return any(status is not Status.APPLIED for status in run.statuses)


def _before(before: Before) -> Table:
    rules = sorted((row.key.action.value, row.shown) for row in before.rules)
    settings = ((name, json.dumps(value)) for name, value in sorted(before.settings.items()))
    title = f"{before.entity} before"
    return Table(("what", "live value"), (*rules, *settings), title, empty="nothing of these")
