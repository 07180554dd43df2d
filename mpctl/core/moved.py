"""What moved between a plan that was reviewed and the plan that would be made now."""

from __future__ import annotations

import json
from collections.abc import Iterator

from mpctl.core.change import Cause, Change, SettingChange, Verb, subject_of
from mpctl.core.entity import Entity
from mpctl.core.plan import EntityPlan, Plan, change_content
from mpctl.core.rule import SettingValue
from mpctl.diagnostics import Code, Diagnostic


def describe_moves(reviewed: Plan, now: Plan) -> Iterator[Diagnostic]:
    """Say rule by rule what is different, and what may have moved: service, policy or account."""
    for target in sorted(reviewed.accounts.keys() & now.accounts.keys()):
        old, new = reviewed.accounts[target], now.accounts[target]
        if old != new:
            yield _moved(
                target,
                f"the account is {new.service} {new.number}, the reviewed plan is for "
                f"{old.service} {old.number}",
            )
    before = {plan.entity: plan for plan in reviewed.entities}
    after = {plan.entity: plan for plan in now.entities}
    for entity in sorted(before.keys() | after.keys()):
        yield from _entity_moves(entity, before.get(entity), after.get(entity))


def _entity_moves(
    entity: Entity, old: EntityPlan | None, new: EntityPlan | None
) -> Iterator[Diagnostic]:
    if new is None:
        if old is not None and old.planned:
            yield _moved(entity, "it cannot be planned any more, or no policy names it")
        return
    was = {subject_of(change): change for change in (old.planned if old else ())}
    is_now = {subject_of(change): change for change in new.planned}
    for subject in sorted(was.keys() - is_now.keys()):
        change = was[subject]
        yield _moved(entity, f"no longer to do: {_words(change)}; {_why_gone(change)}")
    for subject in sorted(is_now.keys() - was.keys()):
        change = is_now[subject]
        yield _moved(entity, f"new: {_words(change)}; {_why_new(change)}")
    for subject in sorted(was.keys() & is_now.keys()):
        before, after = was[subject], is_now[subject]
        if change_content(before) != change_content(after):
            yield _moved(entity, f"different: {_words(before)} is now {_words(after)}")
    if old is not None and is_now:
        yield from _ground_moves(entity, old, new)


def _ground_moves(entity: Entity, old: EntityPlan, new: EntityPlan) -> Iterator[Diagnostic]:
    for action in sorted(old.stands_on.keys() & new.stands_on.keys()):
        before, after = set(old.stands_on[action]), set(new.stands_on[action])
        for value in sorted(after - before):
            yield _moved(entity, f"live at the service since: {action} {value}")
        for value in sorted(before - after):
            yield _moved(entity, f"gone from the service since: {action} {value}")


def _why_gone(change: Change) -> str:
    if isinstance(change, SettingChange):
        return "the service has that value now, or the policy asks for another"
    if change.verb is Verb.CREATE:
        return "it is live now, has expired, or no policy asks for it"
    return "it is gone from the service, or a policy asks for it now"


def _why_new(change: Change) -> str:
    if isinstance(change, SettingChange):
        return "the service or the policy changed"
    return {
        Cause.DECLARED: "a policy asks for it, and it is not live",
        Cause.UNDECLARED: "it is live, and no policy asks for it",
        Cause.ABSENT: "a policy declares it absent",
        Cause.EXPIRED: "it has expired",
        Cause.SURPLUS: "it is live more than once",
        Cause.DROPPED: "the base declared it, and no policy does any more",
    }[change.cause]


def _words(change: Change) -> str:
    if isinstance(change, SettingChange):
        if change.pins:
            return f"{change.name} {_value(change.after)}, because it changes above"
        return f"{change.name} {_value(change.before)} -> {_value(change.after)}"
    verb = "add" if change.verb is Verb.CREATE else "remove"
    times = f" {change.copies} times" if change.copies > 1 else ""
    return f"{verb} {change.action} {change.shown}{times}"


def _value(value: SettingValue | None) -> str:
    return "unset" if value is None else json.dumps(value)


def _moved(about: object, what: str) -> Diagnostic:
    return Diagnostic(Code.MOVED, what, entity=str(about))
