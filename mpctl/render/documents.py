"""Plans and apply results in words: what each change does, and what it all adds up to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mpctl.core.change import (
    Cause,
    Change,
    Direction,
    Group,
    RuleChange,
    SettingChange,
    Standing,
    Verb,
)
from mpctl.core.outcome import ApplyResult, Outcome, Status
from mpctl.core.plan import SHOWN_DIGITS, EntityPlan, Plan, Summary
from mpctl.core.refusals import lifted, refusals
from mpctl.core.rule import Action, SettingValue
from mpctl.diagnostics import Diagnostic, Severity
from mpctl.render.document import Document, Row, Section, Tone
from mpctl.render.words import count, listed, shortened

Findings = tuple[Diagnostic, ...]

DRY_RUN: Final = "[DRY RUN] nothing was written; add --confirm to apply this"

REFUSED: Final = "Refused by a guard: nothing was written"

PINNED: Final = "written explicitly, because it changes above"

_GROUPS: Final = {
    Group.THIS_CHANGE: "From this change",
    Group.EXPIRED: "Expired",
    Group.PENDING: "Pending: declared before this change, and not live",
    Group.DRIFT: "Drift: changed at the service, not by this change",
}

_SIGNS: Final = {Verb.CREATE: "+", Verb.UPDATE: "~", Verb.DELETE: "-"}
_NOTE_LENGTH: Final = 60
_COMMIT_DIGITS: Final = 12


def plan_document(
    plan: Plan,
    *,
    findings: Findings = (),
    banner: str = "",
    dry_run: bool = False,
    refused: bool = False,
) -> Document:
    """Say what a plan would change, or would have changed, if a guard has `refused` an apply.

    `dry_run` means that an apply was asked for, not confirmed.
    """
    summary = plan.summary
    noticed = tuple(finding for entity in plan.entities for finding in entity.findings)
    first = REFUSED if refused else DRY_RUN if dry_run and plan.actionable else ""
    return Document(
        headline="\n".join(filter(None, [first, _verdict(plan)])),
        summary=_summary_line(summary) + _partial(plan),
        sections=tuple(_by_group(plan) if plan.base else map(_section, plan.changed)),
        diagnostics=(
            *refusals(plan),
            *plan.problems,
            *plan.abandoned,
            *findings,
            *noticed,
            *plan.waiting,
            *lifted(plan),
        ),
        digest="" if _blind(summary) else plan.digest[:SHOWN_DIGITS],
        banner=banner,
        tone=Tone.DANGER if summary.loosens or summary.problems or plan.refused else Tone.CALM,
    )


def difference_document(plan: Plan, *, findings: Findings = ()) -> Document:
    """Say what a change of policies means by itself; there is nothing that could be applied."""
    document = plan_document(plan, findings=findings)
    changed = bool(plan.changed or plan.abandoned)
    headline = document.headline if changed else "The policies ask for the same"
    return replace(document, headline=headline, digest="")


def drift_document(plan: Plan, *, findings: Findings = (), banner: str = "") -> Document:
    """Say what live differs from what is declared, whether or not an apply would change it."""
    differences = sum(len(entity.changes) for entity in plan.entities)
    unread = f"; {count(len(plan.problems), 'problem')} below" if plan.problems else ""
    headline = f"{count(differences, 'difference')} between live and declared{unread}"
    document = plan_document(plan, findings=findings, banner=banner)
    return replace(
        document,
        headline=headline if differences or plan.problems else "Live is as declared",
        tone=Tone.DANGER if differences or plan.problems else Tone.CALM,
    )


def apply_document(result: ApplyResult, *, findings: Findings = (), banner: str = "") -> Document:
    """Say what became of each operation of a plan."""
    failed = sum(result.count(status) for status in Status if status is not Status.APPLIED)
    summary = result.plan.summary
    troubled = bool(failed or result.findings or summary.problems or summary.withheld)
    return Document(
        headline=_apply_verdict(result, failed),
        summary=_outcome_line(result),
        sections=tuple(
            Section(str(entity), tuple(outcome_row(outcome) for outcome in ends))
            for entity, ends in sorted(result.outcomes.items())
        ),
        diagnostics=(
            *result.plan.problems,
            *result.findings,
            *findings,
            *(finding for entity in result.plan.entities for finding in entity.findings),
            *result.plan.waiting,
            *lifted(result.plan),
        ),
        digest=result.plan.digest[:SHOWN_DIGITS],
        banner=banner,
        tone=Tone.DANGER if troubled else Tone.CALM,
    )


def statement(headline: str, *, diagnostics: Findings = (), banner: str = "") -> Document:
    """A result that is one sentence, with what was noticed on the way; an error makes it bad."""
    bad = any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
    tone = Tone.DANGER if bad else Tone.CALM
    return Document(
        headline=headline, summary="", diagnostics=diagnostics, banner=banner, tone=tone
    )


def _verdict(plan: Plan) -> str:
    summary = plan.summary
    if summary.loosens:
        verdict = f"{count(summary.loosens, 'change')} would let more mail through{_caused(plan)}"
    elif summary.entities:
        verdict = "No change lets more mail through"
    elif summary.problems:
        verdict = f"No changes in what could be read ({_entities(summary.compared)})"
    else:
        verdict = "No changes to make"
    stopped = f"; {count(summary.problems, 'problem')} below" if summary.problems else ""
    number = len({check.guard for check in plan.refused})
    guarded = f"; {count(number, 'guard')} would refuse this" if number else ""
    return "Nothing could be planned" if _blind(summary) else verdict + guarded + stopped


def _caused(plan: Plan) -> str:
    """How many of the loosening changes a pull request answers for."""
    if not plan.base:
        return ""
    loosening = [c for e in plan.entities for c in e.planned if c.direction is Direction.LOOSENS]
    own = sum(change.group is Group.THIS_CHANGE for change in loosening)
    return " because of this change" if own == len(loosening) else f", {own} because of this change"


def _partial(plan: Plan) -> str:
    since = plan.base[:_COMMIT_DIGITS]
    return f" Partial: only what has changed since {since}." if plan.partial else ""


def _blind(summary: Summary) -> bool:
    return bool(summary.problems) and not summary.compared


def _entities(number: int) -> str:
    return count(number, "entity", "entities")


def _summary_line(summary: Summary) -> str:
    changes = listed(
        [
            (summary.add, "to add"),
            (summary.remove, "to remove"),
            (summary.change, "to change"),
            (summary.surplus, "surplus to remove"),
        ]
    )
    if _blind(summary):
        return f"Unknown: {count(summary.problems, 'problem')}."
    stays = listed(
        [
            (summary.kept, "kept"),
            (summary.ignored, "ignored"),
            (summary.unmanaged, "unmanaged"),
            (summary.observed, "observed"),
            (summary.withheld, "withheld"),
            (summary.waiting, "waiting"),
            (summary.problems, "not planned"),
        ]
    )
    directions = listed(
        [
            (summary.loosens, "loosens" if summary.loosens == 1 else "loosen"),
            (summary.tightens, "tightens" if summary.tightens == 1 else "tighten"),
            (summary.neutral, "neutral"),
        ]
    )
    groups = listed(
        [
            (summary.this_change, "from this change"),
            (summary.expired, "expired"),
            (summary.pending, "pending"),
            (summary.drift, "drift"),
        ]
    )
    first = f"{_entities(summary.entities)}: {changes}" if changes else "No changes"
    first = f"{first}; {stays}" if stays else first
    return ". ".join(filter(None, [first, groups, directions])) + "."


def _section(plan: EntityPlan) -> Section:
    stays = listed([(plan.kept, "kept"), (plan.ignored, "ignored"), (plan.unmanaged, "unmanaged")])
    native = plan.entity.native_id and plan.live_name
    title = f"{plan.entity} ({plan.live_name})" if native else str(plan.entity)
    return Section(title, tuple(_change_row(change) for change in plan.changes), stays)


def _by_group(plan: Plan) -> Iterator[Section]:
    """What this change causes first, and apart from it what was different before."""
    for group, title in _GROUPS.items():
        for entity in plan.changed:
            section = _section(entity)
            rows = tuple(
                row
                for change, row in zip(entity.changes, section.rows, strict=True)
                if change.group is group
            )
            if rows:
                yield replace(section, rows=rows, footer="", group=title)


def _change_row(change: Change) -> Row:
    planned = change.standing is Standing.PLANNED
    return Row(
        sign=_SIGNS[change.verb],
        subject=_subject(change),
        effect=change.direction.value if planned else change.standing.value,
        source=_source(change),
        note=", ".join(_notes(change)),
        tone=_tone(change) if planned else Tone.MUTED,
        prominent=planned and change.direction is Direction.LOOSENS,
    )


def outcome_row(outcome: Outcome) -> Row:
    """Say what became of one operation."""
    change = outcome.operation.change
    done = outcome.status is Status.APPLIED
    return Row(
        sign=_SIGNS[change.verb],
        subject=_subject(change, copies=False),
        effect=outcome.status.value + (f" [{outcome.code.value}]" if outcome.code else ""),
        source=outcome.detail,
        tone=Tone.CALM if done else Tone.DANGER,
        prominent=not done,
    )


def _subject(change: Change, *, copies: bool = True) -> str:
    if isinstance(change, SettingChange):
        if change.pins:
            return f"{change.name} {_value(change.after)}"
        return f"{change.name} {_value(change.before)} -> {_value(change.after)}"
    times = f" (x{change.copies})" if copies and change.copies > 1 else ""
    return f"{change.action.value}  {change.shown}{times}"


def _value(value: SettingValue | None) -> str:
    if value is None:
        return "unset"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _source(change: Change) -> str:
    words = []
    if isinstance(change, RuleChange) and change.cause is not Cause.DECLARED:
        words.append(change.cause.value)
    if change.origins:
        more = len(change.origins) - 1
        words.append(change.origins[0].line_reference + (f" and {more} more" if more else ""))
    return "  ".join(words)


def _notes(change: Change) -> Iterator[str]:
    if isinstance(change, SettingChange):
        yield PINNED if change.pins else _reach(change)
        return
    if change.twin:
        yield str(change.twin)
    if change.declaration is None:
        return
    rule = change.declaration
    if rule.ticket or rule.reason:
        yield shortened(rule.ticket or rule.reason, _NOTE_LENGTH)
    if rule.expires:
        ended = change.cause is Cause.EXPIRED
        yield f"{'ended' if ended else 'until'} {rule.expires.text}"


def _reach(change: SettingChange) -> str:
    users = change.users_below
    if users == 0:
        return "no user below today"
    who = "an unknown number of users" if users is None else count(users, "user")
    if not change.meaning or change.direction is Direction.NEUTRAL:
        return f"reaches {who}"
    may = "may" if change.direction is Direction.LOOSENS else "may no longer"
    return f"{who} below {may} {change.meaning}"


def _tone(change: Change) -> Tone:
    if change.direction is Direction.LOOSENS:
        return Tone.DANGER
    loses_mail = (
        isinstance(change, RuleChange)
        and change.verb is Verb.DELETE
        and change.action is Action.ALLOW
        and change.direction is Direction.TIGHTENS
    )
    return Tone.CAUTION if loses_mail else Tone.CALM


def _apply_verdict(result: ApplyResult, failed: int) -> str:
    if result.interrupted:
        return "Interrupted: running operations were finished, the others were not attempted"
    summary = result.plan.summary
    left_out = summary.problems or summary.withheld
    if not result.outcomes:
        return "Nothing was applied: see below" if left_out else "Nothing to apply"
    if failed:
        return f"{count(failed, 'operation')} did not succeed"
    if result.findings:
        return "Applied, but not confirmed by reading back"
    return "Applied what could be planned; the rest is below" if left_out else "Applied"


def _outcome_line(result: ApplyResult) -> str:
    summary = result.plan.summary
    ends = [(result.count(status), status.value) for status in Status]
    counts = listed([*ends, (summary.withheld, "withheld"), (summary.problems, "not planned")])
    return f"{_entities(len(result.outcomes))}: {counts}." if counts else "No operations."
