"""`mpctl block`: the emergency. A sender is blocked now, and the policy says so at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import click

from mpctl.cli.alone import apply_alone
from mpctl.cli.clock import system_clock
from mpctl.cli.completion import complete_entity
from mpctl.cli.fulfilling import prepared_proposal
from mpctl.cli.looking import usage
from mpctl.cli.options import Invocation, unselective_options
from mpctl.cli.overruled import ensure_effect
from mpctl.cli.provenance import before_review
from mpctl.cli.pullrequest import pull_request
from mpctl.cli.terms import Terms, terms_options
from mpctl.cli.wishing import expiry_after, key_of, kind_option, open_book, wished_rule
from mpctl.core.change import Change, Direction
from mpctl.core.plan import Plan
from mpctl.core.rule import Action
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.policy import Judgement
from mpctl.policy.edit import AddRule, Book, Proposal
from mpctl.policy.lint.breadth import Breadth, Own, breadth_of, fix, why
from mpctl.render import Excerpt


@click.command(
    epilog="""\b
Examples:
  mpctl block bad.example --entity domains/a.example --reason HD-1 --ttl 24h
  mpctl block bad.example --entity domains/a.example --reason HD-1 --confirm
"""
)
@unselective_options
@click.argument("value")
@click.option(
    "--entity",
    required=True,
    metavar="ENTITY",
    shell_complete=complete_entity,
    help="Where to block it, as in policies.",
)
@click.option("--reason", required=True, metavar="TEXT", help="Why, for the policy and Git.")
@click.option("--ttl", metavar="TIME", help="How long it stands: 30m, 24h, 7d, 2w. Else for good.")
@click.option("--ticket", metavar="TEXT", help="Where it was asked for.")
@click.option(
    "--allow-broad",
    is_flag=True,
    help="Block also what covers very many senders, with --ttl; lint is told to accept it.",
)
@kind_option
@terms_options
def block(
    invocation: Invocation,
    value: str,
    *,
    entity: str,
    reason: str,
    ttl: str | None,
    ticket: str | None,
    allow_broad: bool,
    kind: str | None,
    terms: Terms,
) -> ExitCode:
    """Block a sender now: at the service, and in the policy with its end.

    Only tightens. Nothing but this one rule is changed, and the next plan agrees with it. The
    policy is written right before the service. What follows is the pull request; its commands are
    printed.

    A block that does nothing, because an allow beats it, is refused with the place of the allow; so
    is one that covers very many senders or your own. Without --confirm nothing is written.
    """
    now = system_clock().now()
    key, expires = key_of(Action.BLOCK, value, kind), expiry_after(ttl, now)
    book = open_book(invocation)
    wish = wished_rule(
        invocation,
        book,
        entity,
        key,
        value,
        kind=kind,
        reason=reason,
        ticket=ticket,
        expires=expires,
    )
    proposal = _narrow_enough(book, wish, accepted=allow_broad)
    doubts = ensure_effect(invocation, proposal, key.match)
    return apply_alone(
        invocation,
        proposal,
        terms,
        judge=_ensure_tightening,
        notes=(*doubts, *before_review(book.repository.configuration)),
        after=_pull_request(invocation, proposal, reason, now),
    )


def _narrow_enough(book: Book, wish: AddRule, *, accepted: bool) -> Proposal:
    """What to write; a block of very many senders must be accepted, and must end."""
    proposal = prepared_proposal(book, wish)
    own = Own.of(proposal.repository.own_domains.get(wish.entity.target, ()))
    breadth = breadth_of(wish.key.match, own)
    if breadth is None:
        return proposal
    if not accepted:
        raise MpctlError(_too_broad(wish, breadth), exit_code=ExitCode.REFUSED)
    if wish.expires is None:
        raise usage("--allow-broad needs --ttl", "A block of so many senders has to end.")
    if book.repository.configuration.lint.broad_block is Judgement.OFF:
        return proposal
    waived = Code.BROAD_BLOCK.value, str(wish.expires.last_day)
    return prepared_proposal(book, replace(wish, spoken=replace(wish.spoken, waived=waived)))


def _too_broad(wish: AddRule, breadth: Breadth) -> Diagnostic:
    return Diagnostic(
        Code.BROAD_BLOCK,
        f"the block of {wish.spoken.value!r} is broad: {breadth.value}",
        why=f"{why(breadth, Action.BLOCK)} Nothing was written.",
        fix=f"{fix(breadth)} If it is meant, add --allow-broad and --ttl.",
        entity=str(wish.entity),
    )


def _ensure_tightening(plan: Plan) -> None:
    """Raise MpctlError, a refusal, if anything in the plan lets more mail through."""
    loosening = [one for one in plan.entities for c in one.planned if _loosens(c)]
    if loosening:
        problem = Diagnostic(
            Code.STILL_PENDING,
            "this would also let more mail through, so the block was not made",
            why="An emergency block only tightens. Nothing was written.",
            fix="Look at it with mpctl add-rule --apply.",
            entity=str(loosening[0].entity),
        )
        raise MpctlError(problem, exit_code=ExitCode.REFUSED)


def _loosens(change: Change) -> bool:
    return change.direction is Direction.LOOSENS


def _pull_request(
    invocation: Invocation, proposal: Proposal, reason: str, now: datetime
) -> Excerpt | None:
    if proposal.edit is None or not isinstance(proposal.wish, AddRule):
        return None
    value = proposal.wish.spoken.value
    message = f"Block {value} at {proposal.entity.path}: {reason}"
    return pull_request(invocation, proposal.edit, f"block-{value}", message, now)
