"""One change at the service and in its policy file, and everything else as it is.

The file is written right before the service. A crash in between leaves a rule that is declared and
not live, and the next apply brings it; the other way round, it would take it away again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mpctl.cli.applying import Applying, Ending, applying
from mpctl.cli.filing import as_json, filed, in_words, stays
from mpctl.cli.leftovers import in_the_way, left_alone, lint
from mpctl.cli.onename import ensure_one_name
from mpctl.cli.options import Invocation
from mpctl.cli.place import marked, unfinished
from mpctl.cli.terms import Terms
from mpctl.core.plan import Plan
from mpctl.core.single import only_rules, only_setting, without_rules
from mpctl.core.state import DesiredEntity, DesiredState
from mpctl.diagnostics import Diagnostic, ExitCode
from mpctl.policy.edit import Proposal, RemoveRule, SetSetting
from mpctl.reconcile import Prepared
from mpctl.render import Document, Excerpt, edit_document

Findings = tuple[Diagnostic, ...]
Judge = Callable[[Plan], None]


@dataclass(frozen=True, slots=True)
class _Made:
    """What became of the change; `blocked` says why it was not tried, `whole` is all that pends."""

    ending: Ending
    blocked: Findings
    whole: Plan

    @property
    def written(self) -> bool:
        """Tell whether the file was written."""
        return self.ending.result is not None

    def exit_code(self, proposal: Proposal, terms: Terms) -> ExitCode:
        """As of an apply; but an edit is something to do, too."""
        if self.blocked:
            return ExitCode.STOPPED
        pending = not terms.confirm and proposal.edit is not None
        code = self.ending.exit_code
        return ExitCode.PENDING if code is ExitCode.DONE and pending else code


def apply_alone(
    invocation: Invocation,
    proposal: Proposal,
    terms: Terms,
    *,
    judge: Judge = lambda _: None,
    notes: Findings = (),
    after: Excerpt | None = None,
) -> ExitCode:
    """Make just this change, if that is confirmed.

    `judge` may refuse the plan of it by raising MpctlError; `after` is shown once it was written.
    """
    target = proposal.entity.target
    with applying(invocation, proposal.repository.configuration, {target}, terms) as work:
        broken_off = unfinished(invocation, work.runs, {target})
        made = _make(work, proposal, judge)
        return _show(work, proposal, made, (*broken_off, *notes), after if made.written else None)


def planned(work: Applying, proposal: Proposal, entity: DesiredEntity) -> Prepared:
    """A plan of what is desired of the one entity."""
    ensure_one_name(work.providers[entity.entity.target], proposal)
    state = DesiredState({entity.entity: entity})
    return marked(work.prepare(state, proposal.repository.desired), work.runs)


def _make(work: Applying, proposal: Proposal, judge: Judge) -> _Made:
    whole = planned(work, proposal, proposal.desired).plan
    guarded = work.guarded(planned(work, proposal, _alone(proposal)))
    judge(guarded.plan)
    blocked = tuple(in_the_way(guarded.plan, proposal))
    if blocked:
        return _Made(Ending(guarded.plan), blocked, whole)
    return _Made(work.carry_out(guarded, first=lambda: filed(proposal)), (), whole)


def _alone(proposal: Proposal) -> DesiredEntity:
    """What is declared of the entity, narrowed to the wish."""
    wish, desired = proposal.wish, proposal.desired
    if isinstance(wish, SetSetting):
        return only_setting(desired, wish.name)
    keys = frozenset(proposal.parts(wish.key))
    if isinstance(wish, RemoveRule):
        return without_rules(desired, keys - desired.rules.keys())
    return only_rules(desired, keys, proposal.service)


def _show(
    work: Applying, proposal: Proposal, made: _Made, notes: Findings, after: Excerpt | None
) -> ExitCode:
    result = made.ending.result
    undone = result is not None and result.exit_code is not ExitCode.DONE
    findings = (
        *notes,
        *made.blocked,
        *([stays(proposal.edit)] if proposal.edit and undone else []),
        *left_alone(made.ending.plan, made.whole, proposal),
        *lint(proposal, work.now),
    )
    commands = {"commands": list(after.lines)} if after else {}

    def worded(document: Document) -> Document:
        return edit_document(
            document,
            in_words(proposal),
            *([after] if after else []),
            written=made.written,
            dry_run=not work.terms.confirm,
            stopped=bool(made.blocked),
        )

    return work.show(
        made.ending,
        findings,
        exit_code=made.exit_code(proposal, work.terms),
        parts={"edit": as_json(proposal, written=made.written), **commands},
        worded=worded,
    )
