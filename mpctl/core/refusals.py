"""What guards found, in words: why it may be a mistake, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mpctl.core.guards import Check, Guard
from mpctl.core.limits import FLAGS
from mpctl.core.plan import Plan
from mpctl.core.shell import word
from mpctl.diagnostics import Code, Diagnostic, Severity

_ONLY: Final = "Or apply in parts with --only."


@dataclass(frozen=True, slots=True)
class _Words:
    """How one guard speaks; `summary` is about the fields of a check."""

    code: Code
    summary: str
    why: str
    first: str


def refusals(plan: Plan) -> tuple[Diagnostic, ...]:
    """Every guard that refuses a plan, as an error with the way out."""
    removals = max((check.removals for check in plan.refused), default=0)
    return tuple(_refusal(check, removals) for check in plan.refused)


def lifted(plan: Plan) -> tuple[Diagnostic, ...]:
    """Every guard that would refuse a plan had nobody lifted it, as a note."""
    return tuple(
        Diagnostic(
            _WORDS[check.guard].code,
            f"{_found(check)}; lifted by {check.lifted_by}",
            severity=Severity.NOTE,
            entity=check.entity,
        )
        for check in plan.guards
        if check.lifted_by and not check.refused
    )


def _refusal(check: Check, removals: int) -> Diagnostic:
    words = _WORDS[check.guard]
    return Diagnostic(
        words.code,
        _found(check),
        why=words.why,
        fix="\n".join([words.first, *_ways_out(check, removals)]),
        entity=check.entity,
    )


def _found(check: Check) -> str:
    words = _WORDS[check.guard]
    return words.summary.format(found=check.found, limit=check.limit, what=check.what)


def _ways_out(check: Check, removals: int) -> Iterator[str]:
    """How to lift a guard; one number serves both guards of removals."""
    if check.guard is Guard.EMPTIED_SAFELIST:
        return
    flag = FLAGS[check.guard]
    if check.guard is Guard.PROTECT:
        yield f"If it is meant, add {flag} {word(check.entity)} for this run."
    else:
        number = removals if check.removals else check.found
        entry = f"{{guard: {check.guard}, up_to: {check.found}, until: ..., reason: ...}}"
        yield f"If it is meant, add {flag} {number} for this run,"
        yield f"or {entry} under guards.lifts, reviewed like any change."
    yield _ONLY


_WORDS: Final = {
    Guard.MAX_REMOVALS: _Words(
        Code.TOO_MANY_REMOVALS,
        "rules that would be removed: {found}, the limit is {limit}",
        "A policy that lost its rules looks exactly like this.",
        "Take over into the policies what should stay.",
    ),
    Guard.MAX_REMOVALS_PERCENT: _Words(
        Code.TOO_LARGE_A_SHARE,
        "share of its rules that would be removed: {found}% ({what}), the limit is {limit}%",
        "A policy that lost its rules looks exactly like this.",
        "Take over into its policy what should stay.",
    ),
    Guard.MAX_LOOSENING: _Words(
        Code.TOO_MUCH_LOOSENING,
        "changes that would let more mail through: {found}, the limit is {limit}",
        "Each of them may deliver a phishing mail, and nobody reads so many with care.",
        "Read what loosens, and take over into the policies the blocks that should stay.",
    ),
    Guard.MAX_TIGHTENING: _Words(
        Code.TOO_MUCH_TIGHTENING,
        "changes that would hold more mail: {found}, the limit is {limit}",
        "Each of them may hold an order, and nobody reads so many with care.",
        "Read what tightens, and take over into the policies the allows that should stay.",
    ),
    Guard.PROTECT: _Words(
        Code.PROTECTED,
        "the entity is protected: {what}",
        "guards.protect names it because a mistake there costs most.",
        "Leave it as it is, or have the change confirmed by whoever asked for the protection.",
    ),
    Guard.EMPTIED_SAFELIST: _Words(
        Code.EMPTIED_SAFELIST,
        "nobody's mail would get through: {what}",
        "Where only allowed senders get through, an empty allow list holds all mail.",
        "Declare at least one allow, or another value of the setting. Nothing lifts this guard.",
    ),
}
