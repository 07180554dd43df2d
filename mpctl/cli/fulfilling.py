"""What a wish becomes: an edited file, a plan of it, and with --apply that one change alone."""

from __future__ import annotations

from mpctl.cli.alone import apply_alone, planned
from mpctl.cli.applying import applying
from mpctl.cli.clock import system_clock
from mpctl.cli.filing import as_json, ensure_fileable, file_away, in_words
from mpctl.cli.leftovers import lint, may_be_live
from mpctl.cli.options import Invocation
from mpctl.cli.provenance import refuse_unreviewed
from mpctl.cli.terms import Terms
from mpctl.cli.wishing import Extent
from mpctl.diagnostics import ExitCode
from mpctl.policy.edit import Book, Proposal, Wish, propose
from mpctl.render import edit_document, plan_document, statement


def fulfil(invocation: Invocation, book: Book, wish: Wish, extent: Extent) -> ExitCode:
    """Carry out a wish as far as it is to go."""
    proposal = prepared_proposal(book, wish)
    if extent.offline or proposal.entity not in proposal.repository.desired.entities:
        return _edit(invocation, proposal)
    if not extent.applies:
        return _edit_and_plan(invocation, proposal, extent.terms)
    configuration, confirmed = proposal.repository.configuration, extent.terms.confirm
    notes = refuse_unreviewed(invocation, configuration) if confirmed else ()
    return apply_alone(invocation, proposal, extent.terms, notes=notes)


def prepared_proposal(book: Book, wish: Wish) -> Proposal:
    """What to write, and that it can be written; raises MpctlError."""
    proposal = propose(book, wish, system_clock().now())
    ensure_fileable(proposal)
    return proposal


def _edit(invocation: Invocation, proposal: Proposal) -> ExitCode:
    file_away(proposal)
    document = statement("", banner=invocation.console.banner)
    return invocation.console.show(
        edit_document(document, in_words(proposal), written=True),
        exit_code=ExitCode.DONE,
        parts={"edit": as_json(proposal, written=True)},
    )


def _edit_and_plan(invocation: Invocation, proposal: Proposal, terms: Terms) -> ExitCode:
    """Write the file, unless its entity turns out not to be what was thought."""
    configuration = proposal.repository.configuration
    with applying(invocation, configuration, {proposal.entity.target}, terms) as work:
        plan = work.guarded(planned(work, proposal, proposal.desired)).plan
        stopped = bool(plan.problems)
        if not stopped:
            file_away(proposal)
        findings = (*may_be_live(proposal), *lint(proposal, work.now))
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
