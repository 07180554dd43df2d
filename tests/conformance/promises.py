"""What holds after any run whatever: exactly-once effect, no false removal, an honest outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

from mpctl.core.change import RuleChange, SettingChange, Verb, subject_of
from mpctl.core.outcome import ApplyResult, Outcome, Status
from mpctl.diagnostics import ExitCode
from tests.conformance.moving import planned, rule_of
from tests.conformance.running import Snapshot
from tests.conformance.table import Stage


class Broken(StrEnum):
    """A promise that a run broke."""

    DUPLICATE = "duplicates"
    FALSE_REMOVAL = "false removals"
    NO_OUTCOME = "operations without outcome"
    LOST = "rules lost that old and new want"
    MEDDLED = "changes to what is not managed"
    NO_EFFECT = "applied without effect, unnoticed"
    SECRET_EFFECT = "not applied, but with an effect"
    EXIT_CODE = "exit codes that are not true"
    NOT_FINISHED = "second runs that did not finish"


def broken_promises(
    stage: Stage, before: Snapshot, result: ApplyResult, after: Snapshot, *, lied: bool
) -> Iterator[Broken]:
    """Name every promise that a run of one entity towards `stage` broke.

    Where the service lied, and called something done which is not, the final reading of the run
    has to notice.
    """
    if any(copies > max(1, before.rules[rule]) for rule, copies in after.rules.items()):
        yield Broken.DUPLICATE
    changes = list(planned(result.plan))
    removals = {rule_of(c) for c in changes if isinstance(c, RuleChange) and c.verb is Verb.DELETE}
    if (before.rules - after.rules).keys() - removals:
        yield Broken.FALSE_REMOVAL
    if not stage.declared & before.rules.keys() <= after.rules.keys():
        yield Broken.LOST
    if after.rest != before.rest:
        yield Broken.MEDDLED
    outcomes = [outcome for ends in result.outcomes.values() for outcome in ends]
    if {subject_of(c) for c in changes} != {subject_of(o.operation.change) for o in outcomes}:
        yield Broken.NO_OUTCOME
    yield from _untrue(outcomes, before, after, noticed=lied and bool(result.findings))
    if not _exit_code_is_true(result.exit_code, stage, before, after):
        yield Broken.EXIT_CODE


def _untrue(
    outcomes: list[Outcome], before: Snapshot, after: Snapshot, *, noticed: bool
) -> Iterator[Broken]:
    # Where both actions cannot stand at once, the creation takes the opposite rows away itself.
    replaced = {id_ for o in outcomes if o.wrote for id_ in o.operation.replaces}
    applied = [o for o in outcomes if o.status is Status.APPLIED]
    untouched = [o for o in outcomes if not o.wrote and o.operation.native_id not in replaced]
    if not noticed and not all(_has_effect(outcome, after) for outcome in applied):
        yield Broken.NO_EFFECT
    if not all(_has_no_effect(outcome, before, after) for outcome in untouched):
        yield Broken.SECRET_EFFECT


def _exit_code_is_true(code: ExitCode, stage: Stage, before: Snapshot, after: Snapshot) -> bool:
    if code is ExitCode.DONE:
        return after.rules == Counter(stage.declared)
    return code is ExitCode.PARTIAL or (code is ExitCode.STOPPED and after == before)


def _has_effect(outcome: Outcome, after: Snapshot) -> bool:
    change = outcome.operation.change
    if isinstance(change, SettingChange):
        return after.settings.get(change.name) == change.after
    if change.verb is Verb.CREATE:
        return rule_of(change) in after.rules
    return outcome.operation.native_id not in {str(row.id) for row in after.rows}


def _has_no_effect(outcome: Outcome, before: Snapshot, after: Snapshot) -> bool:
    change, native_id = outcome.operation.change, outcome.operation.native_id
    if isinstance(change, SettingChange):
        return after.settings == before.settings
    if change.verb is Verb.CREATE:
        return rule_of(change) not in after.rules
    ids = {str(row.id) for row in after.rows}
    rule = rule_of(change)
    return native_id in ids if native_id else after.rules[rule] == before.rules[rule]
