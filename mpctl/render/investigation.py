"""Why a message did not arrive, in words: what became of it, which rule decides, what to type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from mpctl.core.advice import Advice
from mpctl.core.bearing import Judgement, Weight
from mpctl.core.investigation import Investigation
from mpctl.core.permission import PERMITS, Grant
from mpctl.core.rule import Action, SettingValue
from mpctl.core.shell import word
from mpctl.diagnostics import Diagnostic
from mpctl.render.document import Document, Excerpt, Table, Tone
from mpctl.render.messages import (
    ELASTIC,
    HELD_COLUMNS,
    LOG_COLUMNS,
    Localize,
    entry_cells,
    entry_json,
    held_cells,
    held_json,
)
from mpctl.render.redaction import redacted
from mpctl.render.words import listed

_SHORTENED = " (addresses are shortened here: type them whole)"
_VERDICTS = {
    Action.ALLOW: "ALLOWED",
    Action.BLOCK: "BLOCKED",
    None: "no rule, the filter decides",
}


def investigation_document(
    found: Investigation,
    advice: Sequence[Advice],
    localize: Localize,
    *,
    findings: tuple[Diagnostic, ...] = (),
    banner: str = "",
    redact: bool = False,
) -> Document:
    """The whole answer, with times in the zone that `localize` gives them.

    `redact` tells that addresses are going to be shortened, so that commands cannot be copied.
    """
    return Document(
        headline=headline(found, localize),
        summary="",
        tables=(
            *_held(found, localize),
            *_log(found, localize),
            *_rules(found.judgements),
            *_permissions(found),
        ),
        excerpts=tuple(_next(advice, redact=redact)),
        diagnostics=findings,
        banner=banner,
        tone=Tone.CAUTION if found.held else Tone.CALM,
    )


def headline(found: Investigation, localize: Localize) -> str:
    """Who, and how many messages became what."""
    question = found.question
    sender = f" from {question.sender}" if question.sender else ""
    if not found.asked:
        return f"{question.recipient}{sender}: by what is known without asking for messages"
    number = listed([(len(found.held), "held"), (len(found.entries), "in the log")]) or "nothing"
    torn = ", as far as could be read," if found.torn else ""
    since = localize(question.since).isoformat(" ", "minutes")
    return f"{_who(found)}{sender}: {number}{torn} since {since}"


def verdict_words(judgement: Judgement) -> str:
    """The verdict of the rules in words, with its doubt."""
    doubt = "" if judgement.certain else ", as far as is known"
    return f"{_VERDICTS[judgement.action]}{doubt}"


def command_line(advice: Advice) -> str:
    """The words of an advice, quoted for whatever shell it is copied to."""
    return " ".join(map(word, advice.words))


def _held(found: Investigation, localize: Localize) -> Iterator[Table]:
    if found.held:
        rows = tuple(held_cells(message, localize) for message in found.held)
        yield Table(HELD_COLUMNS, rows, "Held", elastic=ELASTIC)


def _log(found: Investigation, localize: Localize) -> Iterator[Table]:
    if found.entries:
        rows = tuple(entry_cells(one, found.marks.get(one.id), localize) for one in found.entries)
        yield Table(LOG_COLUMNS, rows, "Log", elastic=ELASTIC)


def _who(found: Investigation) -> str:
    recipient = found.question.recipient
    if found.user is None:
        return f"{recipient} (no such user; {found.home.path})"
    return f"{recipient}, an alias of {found.user.path}" if found.user.alias else recipient


def _rules(judgements: Sequence[Judgement]) -> Iterator[Table]:
    """One row for each rule that bears on a sender, and one for a sender without any."""
    rows = tuple(row for judgement in judgements for row in _verdict_rows(judgement))
    if rows:
        columns = ("sender", "verdict", "rule", "stands at", "declared")
        yield Table(columns, rows, "Rules that bear on the sender", elastic=("sender",))


def _verdict_rows(one: Judgement) -> Iterator[tuple[str, ...]]:
    if all(bearing.weight is not Weight.DECIDES for bearing in one.bearings):
        yield one.sender, verdict_words(one), "", "", ""
    for bearing in one.bearings:
        decides = bearing.weight is Weight.DECIDES
        verdict = verdict_words(one) if decides else bearing.weight.value
        rule = bearing.rule
        declared = ", ".join(origin.line_reference for origin in rule.origins) or "live only"
        what = f"{rule.key.action.value} {rule.shown}"
        yield one.sender, verdict, what, bearing.path, declared


def _permissions(found: Investigation) -> Iterator[Table]:
    """The permissions that what is held waits for; all where no message was looked for."""
    needed = {PERMITS.get(message.hold) for message in found.held}
    rows = [
        (name, *_grant(grant))
        for name, grants in found.permissions.items()
        for grant in grants
        if name in needed or not found.asked
    ]
    if rows:
        yield Table(
            ("permission", "stands at", "value", "declared"),
            tuple(rows),
            "Permission to release: the nearest level that is known decides",
        )


def _grant(one: Grant) -> tuple[str, str, str]:
    declared = one.origin.line_reference if one.origin and one.declared is not None else ""
    return one.path, _value(one.value), declared


def _value(value: SettingValue | None) -> str:
    return "unknown" if value is None else str(value).lower()


def _next(advice: Sequence[Advice], *, redact: bool) -> Iterator[Excerpt]:
    """Each command whole on a line of its own, below what it is for."""
    lines = [line for one in advice for line in _said(one)]
    if lines:
        shortened = redact and redacted(lines) != lines
        yield Excerpt(f"Next{_SHORTENED if shortened else ''}", tuple(lines))


def _said(one: Advice) -> Iterator[str]:
    yield one.purpose
    if one.words:
        yield f"  {command_line(one)}"


def investigation_json(found: Investigation, advice: Sequence[Advice]) -> dict[str, Any]:
    """The whole answer as JSON; see `result.schema.json`."""
    question, user = found.question, found.user
    return {
        "recipient": question.recipient,
        "since": question.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "entity": found.home.path,
        "user": None if user is None else {"entity": user.path, "alias": user.alias},
        "held": [held_json(message) for message in found.held],
        "log": [entry_json(entry, found.marks.get(entry.id)) for entry in found.entries],
        "verdicts": [_verdict(one) for one in found.judgements],
        "permissions": [
            _granted(name, one) for name, grants in found.permissions.items() for one in grants
        ],
        "doubts": list(found.doubts),
        "next": [{"purpose": one.purpose, "command": list(one.words)} for one in advice],
    }


def _verdict(one: Judgement) -> dict[str, Any]:
    return {
        "sender": one.sender,
        "action": one.action.value if one.action else None,
        "certain": one.certain,
        "unjudged": one.unjudged,
        "rules": [
            {
                "weight": bearing.weight.value,
                "action": bearing.rule.key.action.value,
                "shown": bearing.rule.shown,
                "entity": bearing.path,
                "declared": [str(origin) for origin in bearing.rule.origins],
            }
            for bearing in one.bearings
        ],
    }


def _granted(name: str, one: Grant) -> dict[str, Any]:
    return {
        "name": name,
        "entity": one.path,
        "value": one.value,
        "declared": str(one.origin) if one.origin and one.declared is not None else None,
    }
