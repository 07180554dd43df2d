"""What a wish becomes: an edited file, a plan of it, and with --apply that one change alone.

The file is written right before the service. A crash in between leaves a rule that is declared and
not live, and the next apply brings it; the other way round, it would take it away again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from mpctl import policy
from mpctl.cli.applying import Applying, Ending, applying
from mpctl.cli.clock import system_clock
from mpctl.cli.filing import as_json, ensure_fileable, file_away, filed, in_words, stays
from mpctl.cli.onename import ensure_one_name
from mpctl.cli.options import Invocation
from mpctl.cli.place import marked, unfinished
from mpctl.cli.provenance import refuse_unreviewed
from mpctl.cli.terms import Terms
from mpctl.cli.wishing import Extent
from mpctl.core.change import Change, SettingChange
from mpctl.core.plan import Plan
from mpctl.core.single import besides, only_rules, only_setting, without_rules
from mpctl.core.state import DesiredEntity, DesiredState, Mode
from mpctl.diagnostics import Code, Diagnostic, ExitCode, Severity, first_few
from mpctl.policy.edit import Book, Proposal, RemoveRule, SetSetting, Wish, propose
from mpctl.render import Excerpt, edit_document, plan_document, statement

Findings = tuple[Diagnostic, ...]
Judge = Callable[[Plan], None]


# What only time has brought about is no matter of an edit.
_TIME: Final = frozenset({Code.EXPIRED, Code.EXPIRING})


def fulfil(invocation: Invocation, book: Book, wish: Wish, extent: Extent) -> ExitCode:
    """Carry out a wish as far as it is to go."""
    proposal = prepared_proposal(book, wish)
    if extent.offline or proposal.entity not in proposal.repository.desired.entities:
        file_away(proposal)
        document = statement("", diagnostics=(), banner=invocation.console.banner)
        return invocation.console.show(
            edit_document(document, in_words(proposal), written=True),
            exit_code=ExitCode.DONE,
            parts={"edit": as_json(proposal, written=True)},
        )
    if extent.applies:
        configuration = proposal.repository.configuration
        confirmed = extent.terms.confirm
        notes = refuse_unreviewed(invocation, configuration) if confirmed else ()
        return apply_alone(invocation, proposal, extent.terms, notes=notes)
    return _edit_and_plan(invocation, proposal, extent.terms)


def prepared_proposal(book: Book, wish: Wish) -> Proposal:
    """What to write, and that it can be written; raises MpctlError."""
    proposal = propose(book, wish, system_clock().now())
    ensure_fileable(proposal)
    return proposal


def _edit_and_plan(invocation: Invocation, proposal: Proposal, terms: Terms) -> ExitCode:
    """Write the file, unless its entity turns out not to be what was thought."""
    configuration = proposal.repository.configuration
    with applying(invocation, configuration, {proposal.entity.target}, terms) as work:
        ensure_one_name(work.providers[proposal.entity.target], proposal)
        plan = _planned(work, proposal, _declared(proposal))
        stopped = bool(plan.problems)
        if not stopped:
            file_away(proposal)
        findings = (*_left(proposal), *_lint(proposal, work))
        document = plan_document(plan, findings=findings, banner=invocation.console.banner)
        return invocation.console.show(
            edit_document(document, in_words(proposal), written=not stopped, stopped=stopped),
            exit_code=ExitCode.STOPPED if stopped else ExitCode.DONE,
            diagnostics=findings,
            parts={
                "edit": as_json(proposal, written=not stopped),
                "plan": work.as_json(plan),
            },
        )


def apply_alone(
    invocation: Invocation,
    proposal: Proposal,
    terms: Terms,
    *,
    judge: Judge = lambda _: None,
    notes: Findings = (),
    after: Excerpt | None = None,
) -> ExitCode:
    """Make just this change at the service, and everything else as it is.

    `judge` may refuse the plan of it by raising MpctlError; `after` follows what was written.
    """
    configuration = proposal.repository.configuration
    target = proposal.entity.target
    with applying(invocation, configuration, {target}, terms) as work:
        ensure_one_name(work.providers[target], proposal)
        broken_off = unfinished(invocation, work.runs, {target})
        desired = proposal.repository.desired
        alone = DesiredState({proposal.entity: _alone(proposal)})
        guarded = work.guarded(marked(work.prepare(alone, desired), work.runs))
        others = _planned(work, proposal, _declared(proposal))
        judge(guarded.plan)
        blocked = tuple(_blocked(guarded.plan))
        ending = (
            Ending(guarded.plan)
            if blocked
            else work.carry_out(guarded, first=lambda: filed(proposal))
        )
        written = ending.result is not None
        findings = (
            *broken_off,
            *notes,
            *blocked,
            *_stays(proposal, ending),
            *_others(guarded.plan, others),
            *_lint(proposal, work),
        )
        return work.show(
            ending,
            findings,
            exit_code=_exit_code(proposal, ending, terms),
            parts={
                "edit": as_json(proposal, written=written),
                **({"commands": list(after.lines)} if after and written else {}),
            },
            worded=lambda document: edit_document(
                document,
                in_words(proposal),
                *([after] if after and written else []),
                written=written,
                dry_run=not terms.confirm,
                stopped=bool(blocked),
            ),
        )


def _exit_code(proposal: Proposal, ending: Ending, terms: Terms) -> ExitCode:
    code = ending.exit_code
    if ending.plan.summary.observed:
        return ExitCode.STOPPED
    pending = not terms.confirm and proposal.edit is not None
    return ExitCode.PENDING if code is ExitCode.DONE and pending else code


def _declared(proposal: Proposal) -> DesiredEntity:
    """Everything that is declared of the entity."""
    return proposal.repository.desired.entities[proposal.entity]


def _alone(proposal: Proposal) -> DesiredEntity:
    """What is declared of the entity, narrowed to the wish."""
    wish, desired = proposal.wish, proposal.repository.desired.entities[proposal.entity]
    if isinstance(wish, SetSetting):
        return only_setting(desired, wish.name)
    keys = frozenset(proposal.parts(wish.key))
    if isinstance(wish, RemoveRule):
        return without_rules(desired, keys - desired.rules.keys())
    return only_rules(desired, keys, proposal.service)


def _planned(work: Applying, proposal: Proposal, entity: DesiredEntity) -> Plan:
    declared = proposal.repository.desired
    state = DesiredState({entity.entity: entity})
    return work.guarded(marked(work.prepare(state, declared), work.runs)).plan


def _blocked(plan: Plan) -> Iterator[Diagnostic]:
    """Why the change cannot be made now; then the file stays as it is, too."""
    if plan.summary.observed:
        yield Diagnostic(
            Code.STILL_PENDING,
            "the policy only observes what would have to change",
            why="With manage: observe nothing is ever written to the service.",
            fix="Leave --apply out to edit the file, or change manage.",
            entity=str(plan.entities[0].entity),
        )
    elif plan.problems or plan.summary.withheld:
        yield Diagnostic(
            Code.STILL_PENDING,
            "the change cannot be made now, so the file was not edited either",
            why="The service could not be read as far as it takes.",
            fix="See the other findings; try again later.",
            entity=str(plan.entities[0].entity) if plan.entities else "",
        )


def _left(proposal: Proposal) -> Iterator[Diagnostic]:
    """A rule that was taken out of a list from which nothing undeclared is removed."""
    wish = proposal.wish
    if not isinstance(wish, RemoveRule) or proposal.edit is None:
        return
    action = wish.key.action
    mode = proposal.repository.desired.entities[proposal.entity].modes[action]
    if mode is not Mode.FULL:
        yield Diagnostic(
            Code.STILL_PENDING,
            f"the {action.value} list is {mode.value}: if {wish.shown} is live, it stays",
            why="From such a list nothing is removed because it is not declared.",
            fix="Use --apply --confirm, or plan and apply with --base.",
            severity=Severity.NOTE,
            entity=str(proposal.entity),
        )


def _others(part: Plan, whole: Plan) -> Iterator[Diagnostic]:
    """What else the policies ask for at these entities, which is not done here."""
    others = [f"{c.verb.value} {_named(c)}" for _, c in besides(whole, part)]
    if others:
        yield Diagnostic(
            Code.STILL_PENDING,
            f"other changes that are pending and were left alone, {len(others)}: "
            + first_few(others),
            fix="Look at them with mpctl plan.",
            severity=Severity.NOTE,
            entity=str(whole.entities[0].entity),
        )


def _named(change: Change) -> str:
    if isinstance(change, SettingChange):
        return change.name
    return f"{change.action.value} {change.shown}"


def _stays(proposal: Proposal, ending: Ending) -> Iterator[Diagnostic]:
    done = ending.result is None or ending.result.exit_code is ExitCode.DONE
    if proposal.edit is not None and not done:
        yield stays(proposal.edit)


def _lint(proposal: Proposal, work: Applying) -> Findings:
    found = policy.judge(proposal.repository, now=work.now, entities={proposal.entity})
    return tuple(one for one in found.diagnostics if one.code not in _TIME)
