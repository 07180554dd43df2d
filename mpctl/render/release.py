"""Releases in words and as JSON: what would go, and what became of each message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mpctl.core.mail import Delivery, HeldMessage
from mpctl.core.outcome import Status
from mpctl.core.release import STATUS, Fate, Released, Selection
from mpctl.diagnostics import Diagnostic
from mpctl.render.document import Document, Table, Tone
from mpctl.render.messages import ELASTIC, held_cells, held_json
from mpctl.render.words import count, listed

Localize = Callable[[datetime], datetime]

_COLUMNS = ("id", "what became of it", "received", "held for", *ELASTIC)


def dry_run_document(
    selection: Selection,
    delivery: Delivery,
    findings: tuple[Diagnostic, ...],
    localize: Localize,
    banner: str,
) -> Document:
    """What a release would let go."""
    number = len(selection.messages)
    to = f" to {_to(delivery, number)}" if number else ""
    return Document(
        headline=f"[DRY RUN] would release {count(number, 'message')}{to}; add --confirm to do it"
        if number
        else "Nothing to release",
        summary="",
        tables=(_table([(m, "") for m in selection.messages], localize),) if number else (),
        diagnostics=findings,
        banner=banner,
        tone=Tone.DANGER if number else Tone.CALM,
    )


def released_document(
    ends: Sequence[Released],
    delivery: Delivery,
    findings: tuple[Diagnostic, ...],
    localize: Localize,
    banner: str,
) -> Document:
    """What became of each message."""
    told = listed((sum(1 for end in ends if end.fate is fate), fate.value) for fate in Fate)
    done = any(STATUS[end.fate] is Status.APPLIED for end in ends)
    verb = "Released" if done else "Release"
    undone = any(STATUS[end.fate] is not Status.APPLIED for end in ends)
    return Document(
        headline=f"{verb} to {_to(delivery, len(ends))}: {told or 'nothing'}",
        summary="",
        tables=(_table([(end.message, end.fate.value) for end in ends], localize),) if ends else (),
        diagnostics=findings,
        banner=banner,
        tone=Tone.DANGER if undone or findings else Tone.CALM,
    )


def release_json(
    entity: str,
    delivery: Delivery,
    messages: Sequence[HeldMessage],
    missing: Mapping[str, str],
    ends: Sequence[Released] = (),
) -> dict[str, Any]:
    """All of it for programs; what became of a message is null in a dry run."""
    by_number = {end.message.id: end for end in ends}
    return {
        "entity": entity or None,
        "original_recipients": delivery.original,
        "recipients": list(delivery.recipients),
        "messages": [_message(message, by_number.get(message.id)) for message in messages],
        "missing": [{"id": number, "detail": why} for number, why in missing.items()],
    }


def _message(message: HeldMessage, end: Released | None) -> dict[str, Any]:
    return {
        **held_json(message),
        "fate": end.fate.value if end else None,
        "detail": end.detail if end else "",
    }


def _table(rows: Sequence[tuple[HeldMessage, str]], localize: Localize) -> Table:
    """The messages; the second column is left out where nothing became of them yet."""
    if len(rows) == 1:
        return _details(*rows[0], localize)
    cells = [_cells(message, fate, localize) for message, fate in rows]
    columns: tuple[str, ...] = _COLUMNS
    if not any(fate for _, fate in rows):
        columns = columns[:1] + columns[2:]
        cells = [row[:1] + row[2:] for row in cells]
    return Table(columns, tuple(cells), elastic=ELASTIC)


def _details(message: HeldMessage, fate: str, localize: Localize) -> Table:
    """One message whole, so that nobody releases what was cut off."""
    number, *cells = _cells(message, fate, localize)
    rows = [*zip(_COLUMNS[1:], cells, strict=True), ("findings", ", ".join(message.reasons))]
    return Table(("message", number), tuple((name, value) for name, value in rows if value))


def _cells(message: HeldMessage, fate: str, localize: Localize) -> tuple[str, ...]:
    number, received, *_, sender, recipients, subject = held_cells(message, localize)
    return number, fate, received, message.hold or "-", sender, recipients, subject


def _to(delivery: Delivery, number: int) -> str:
    own = [f"{'its' if number == 1 else 'their'} recipients"] if delivery.original else []
    return " and ".join([*own, *([", ".join(delivery.recipients)] if delivery.recipients else [])])
