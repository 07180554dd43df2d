"""What an edit and its change leave open, and why a change cannot be made at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from mpctl import policy
from mpctl.core.change import Change, SettingChange, Standing
from mpctl.core.plan import Plan
from mpctl.core.single import besides
from mpctl.core.state import Mode
from mpctl.diagnostics import Code, Diagnostic, Severity, first_few
from mpctl.policy.edit import Proposal, RemoveRule

# What only time has brought about is no matter of an edit.
_TIME: Final = frozenset({Code.EXPIRED, Code.EXPIRING})


def lint(proposal: Proposal, now: datetime) -> tuple[Diagnostic, ...]:
    """What lint says of the edited policy."""
    found = policy.judge(proposal.repository, now=now, entities={proposal.entity})
    return tuple(one for one in found.diagnostics if one.code not in _TIME)


def in_the_way(plan: Plan, proposal: Proposal) -> Iterator[Diagnostic]:
    """Why the change cannot be made now; then the file stays as it is, too."""
    entity = str(proposal.entity)
    own = [c for one in plan.entities if one.entity == proposal.entity for c in one.changes]
    if any(change.standing is Standing.OBSERVED for change in own):
        yield Diagnostic(
            Code.STILL_PENDING,
            "the policy only observes what would have to change",
            why="With manage: observe nothing is ever written to the service.",
            fix="Leave --apply out to edit the file, or change manage.",
            entity=entity,
        )
    elif plan.problems or plan.summary.withheld:
        yield Diagnostic(
            Code.STILL_PENDING,
            "the change cannot be made now, so the file was not edited either",
            why="The service could not be read as far as it takes.",
            fix="See the other findings; try again later.",
            entity=entity,
        )


def may_be_live(proposal: Proposal) -> Iterator[Diagnostic]:
    """A rule that was taken out of a list from which nothing undeclared is removed."""
    wish = proposal.wish
    if not isinstance(wish, RemoveRule) or proposal.edit is None:
        return
    action = wish.key.action
    mode = proposal.desired.modes[action]
    if mode is not Mode.FULL:
        yield Diagnostic(
            Code.STILL_PENDING,
            f"the {action.value} list is {mode.value}: if {wish.shown} is live, it stays",
            why="From such a list nothing is removed because it is not declared.",
            fix="Use --apply --confirm, or plan and apply with --base.",
            severity=Severity.NOTE,
            entity=str(proposal.entity),
        )


def left_alone(part: Plan, whole: Plan, proposal: Proposal) -> Iterator[Diagnostic]:
    """What else the policies ask for at these entities, which is not done here."""
    others = [f"{c.verb.value} {_named(c)}" for _, c in besides(whole, part)]
    if others:
        yield Diagnostic(
            Code.STILL_PENDING,
            f"other changes that are pending and were left alone, {len(others)}: "
            + first_few(others),
            fix="Look at them with mpctl plan.",
            severity=Severity.NOTE,
            entity=str(proposal.entity),
        )


def _named(change: Change) -> str:
    if isinstance(change, SettingChange):
        return change.name
    return f"{change.action.value} {change.shown}"
