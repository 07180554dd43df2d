"""Would a block have an effect? Where allow wins, one in the chain makes it useless."""

from __future__ import annotations

from collections.abc import Iterable

from mpctl.cli.options import Invocation
from mpctl.cli.targets import open_browser
from mpctl.core.browse import Level
from mpctl.core.entity import Entity, parse_entity
from mpctl.core.match import Match
from mpctl.core.rule import Action, LiveRule, RuleKey
from mpctl.core.shell import word
from mpctl.core.spelling import spelling
from mpctl.core.verdict import covering
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, Origin, Severity
from mpctl.policy import Repository
from mpctl.policy.edit import Proposal


def ensure_effect(
    invocation: Invocation, proposal: Proposal, match: Match
) -> tuple[Diagnostic, ...]:
    """Raise MpctlError, a refusal, for a block that an allow at the entity or above it beats.

    Gives what to say where that could not be read. Allows below are not looked for: they let
    through the mail of some, not of all.
    """
    if proposal.service.wins is not Action.ALLOW:
        return ()
    entity = proposal.entity
    try:
        configuration = proposal.repository.configuration
        with open_browser(invocation, configuration, entity.target) as browser:
            levels = list(browser.chain(entity, effective=True))
    except MpctlError as error:
        return (_unread(entity, error),)
    found = _stronger(levels, match)
    if found is not None:
        raise MpctlError(_useless(proposal, match, *found), exit_code=ExitCode.REFUSED)
    return ()


def _stronger(levels: Iterable[Level], match: Match) -> tuple[Level, LiveRule] | None:
    """The nearest allow that covers everything that the match covers."""
    stronger = {RuleKey(Action.ALLOW, each) for each in covering(match)}
    return next(
        ((level, rule) for level in levels for rule in level.rules if rule.key in stronger), None
    )


def _useless(proposal: Proposal, match: Match, level: Level, rule: LiveRule) -> Diagnostic:
    origin = _place(proposal.repository, proposal.entity, level, rule)
    add = f"mpctl add-rule {word(proposal.entity.path)} {word(str(match))} --block"
    remove = f"mpctl remove-rule {word(level.path)} {word(rule.shown)} --allow --apply --confirm"
    by_hand = f"Remove the allow of {rule.shown} at {level.path}; no policy declares it."
    return Diagnostic(
        Code.VOIDED_BLOCK,
        f"this block would have no effect, because {level.path} allows {rule.shown}",
        why="At this service an allow anywhere in the chain beats every block. "
        "Nothing was written.",
        fix=f"{f'Take the allow out: {remove}' if origin else by_hand}\n"
        f"To declare the block all the same: {add}",
        origin=origin,
        entity=str(proposal.entity),
    )


def _place(repository: Repository, entity: Entity, level: Level, rule: LiveRule) -> Origin | None:
    """Where the policies declare a live rule, if they do."""
    at = parse_entity(level.path, default_target=entity.target)
    names = {spelling(at), (entity.target, level.ref.scope, f"id:{level.ref.native_id}")}
    for declared in repository.desired.entities.values():
        if spelling(declared.entity) in names and rule.key in declared.rules:
            return declared.rules[rule.key].origins[0]
    return None


def _unread(entity: Entity, error: MpctlError) -> Diagnostic:
    return Diagnostic(
        Code.VOIDED_BLOCK,
        f"whether an allow above makes this block useless could not be read: "
        f"{error.diagnostics[0].summary}",
        why="At this service an allow anywhere in the chain beats every block.",
        fix=f"Look yourself: mpctl rules {word(entity.path)} --effective",
        severity=Severity.WARNING,
        entity=str(entity),
    )
