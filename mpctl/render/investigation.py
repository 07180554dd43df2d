"""Why a message did not arrive, in words: what became of it, which rule decides, what to type."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from mpctl.core.advice import Advice
from mpctl.core.bearing import Bearing, Judgement, Weight
from mpctl.core.investigation import Investigation, Permission
from mpctl.core.rule import Action
from mpctl.diagnostics import Diagnostic
from mpctl.render.document import Document, Table, Tone
from mpctl.render.words import count, listed

_VERDICTS = {
    Action.ALLOW: "allowed, whatever the spam filter says",
    Action.BLOCK: "blocked",
    None: "no rule decides, the spam filter does",
}


def investigation_document(
    found: Investigation,
    advice: Sequence[Advice],
    messages: Sequence[Table],
    *,
    findings: tuple[Diagnostic, ...] = (),
    banner: str = "",
) -> Document:
    """The whole answer; `messages` are the tables of what is held and of the log."""
    return Document(
        headline=headline(found),
        summary="",
        tables=(
            *messages,
            *map(_rules, found.judgements),
            *_permissions(found.permissions),
            *_next(advice),
        ),
        diagnostics=findings,
        banner=banner,
        tone=Tone.CAUTION if found.held else Tone.CALM,
    )


def headline(found: Investigation) -> str:
    """Who, and how many messages became what."""
    question = found.question
    sender = f" from {question.sender}" if question.sender else ""
    number = listed([(len(found.held), "held"), (len(found.entries), "in the log")])
    what = f"{number or 'nothing'} since {question.since.astimezone():%Y-%m-%d %H:%M%z}"
    return f"{_who(found)}{sender}: {what}"


def verdict_words(judgement: Judgement) -> str:
    """The verdict of the rules in words, with its doubt."""
    doubt = "" if judgement.certain else ", as far as is known"
    return f"{_VERDICTS[judgement.action]}{doubt}"


def command_line(advice: Advice) -> str:
    """The words of an advice, quoted for a shell."""
    return shlex.join(advice.words)


def _who(found: Investigation) -> str:
    recipient = found.question.recipient
    if found.user is None:
        return f"{recipient} (no such user; {found.home.path})"
    return f"{recipient}, an alias of {found.user.path}" if found.user.alias else recipient


def _rules(judgement: Judgement) -> Table:
    rows = tuple(map(_bearing, judgement.bearings))
    title = f"Rules for {judgement.sender}: {verdict_words(judgement)}"
    if judgement.unjudged:
        title += f" ({count(judgement.unjudged, 'rule')} about something else not judged)"
    columns = ("weight", "action", "value", "stands at", "declared")
    return Table(columns, rows, title, "no rule bears on it")


def _bearing(one: Bearing) -> tuple[str, ...]:
    origins = ", ".join(origin.line_reference for origin in one.rule.origins) or "live only"
    key = one.rule.key
    weight = one.weight.value.upper() if one.weight is Weight.DECIDES else one.weight.value
    return (weight, key.action.value, one.rule.shown, one.path, origins)


def _permissions(permissions: Sequence[Permission]) -> Iterator[Table]:
    if permissions:
        yield Table(
            ("permission", "stands at", "value", "declared"),
            tuple(map(_permission, permissions)),
            "Permission to release, the nearest level decides",
        )


def _permission(one: Permission) -> tuple[str, ...]:
    value = "unknown" if one.value is None else str(one.value).lower()
    return one.name, one.path, value, one.origin.line_reference if one.origin else ""


def _next(advice: Sequence[Advice]) -> Iterator[Table]:
    if advice:
        rows = tuple((one.purpose, command_line(one)) for one in advice)
        yield Table(("what", "command"), rows, "Next")
