"""Changes that would do again what a rollback took back: the policies have not followed yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from mpctl.core.change import Change, SettingChange, Verb
from mpctl.core.entity import Entity
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.rule import RuleKey
from mpctl.core.run import Run, RunHeader
from mpctl.diagnostics import Code, Diagnostic, Severity, first_few

Thing = tuple[Entity, str | RuleKey]


def mark_rolled_back(
    plan: Plan, newest_first: Iterable[Run], headers: Mapping[str, RunHeader]
) -> Plan:
    """Put a warning at each entity where a planned change undoes the last thing that was done.

    That is so if the last run that touched the same rule or setting was a rollback. `headers` are
    those of all runs by name.
    """
    last: dict[Thing, tuple[Run, Change]] = {}
    for run in newest_first:
        for step in run.wrote:
            change = step.operation.change
            last.setdefault(_thing(change), (run, change))
    entities = tuple(_marked(entity, last, headers) for entity in plan.entities)
    return replace(plan, entities=entities)


def revert_of(header: RunHeader | None) -> str:
    """The command that takes a run's change out of the policies; empty when nobody knows it."""
    if header is None or not header.commit:
        return ""
    return f"git revert {'-m 1 ' if header.merge else ''}{header.commit}"


def _marked(
    plan: EntityPlan,
    last: Mapping[Thing, tuple[Run, Change]],
    headers: Mapping[str, RunHeader],
) -> EntityPlan:
    again: dict[str, tuple[RunHeader, list[str]]] = {}
    for change in plan.planned:
        run, done = last.get(_thing(change), (None, change))
        if run is not None and run.header.rolls_back and _undoes(change, done):
            again.setdefault(run.id, (run.header, []))[1].append(_words(change))
    findings = [_finding(plan, header, words, headers) for header, words in again.values()]
    return replace(plan, findings=(*plan.findings, *findings)) if findings else plan


def _thing(change: Change) -> Thing:
    name = change.name if isinstance(change, SettingChange) else change.key
    return change.entity, name


def _undoes(change: Change, done: Change) -> bool:
    if isinstance(change, SettingChange):
        return isinstance(done, SettingChange) and change.after != done.after
    return change.verb is not done.verb


def _finding(
    plan: EntityPlan, rollback: RunHeader, words: list[str], headers: Mapping[str, RunHeader]
) -> Diagnostic:
    undone = rollback.rolls_back
    revert = revert_of(headers.get(undone))
    return Diagnostic(
        Code.ROLLED_BACK,
        f"rolled back in run {rollback.id}, and planned again: {first_few(words)}",
        why=f"Run {undone} did this before, and somebody took it back.",
        fix=f"Revert it in the policies first{f': {revert}' if revert else ''}.",
        severity=Severity.WARNING,
        entity=str(plan.entity),
    )


def _words(change: Change) -> str:
    if isinstance(change, SettingChange):
        return change.name
    verb = "add" if change.verb is Verb.CREATE else "remove"
    return f"{verb} {change.action} {change.shown}"
