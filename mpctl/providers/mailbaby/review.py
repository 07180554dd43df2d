"""What MailBaby would refuse or should not be asked, judged before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from mpctl.core.match import Kind
from mpctl.core.rule import Action, DeclaredRule
from mpctl.core.state import DesiredEntity, LiveEntity, Mode
from mpctl.diagnostics import Code, Diagnostic

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

LEAST_PREFIX: Final = 3


def review(desired: DesiredEntity, live: LiveEntity, today: date) -> Iterator[Diagnostic]:
    """Give an error for each rule that must not be sent; what is live already is not judged."""
    if desired.modes[Action.BLOCK] is Mode.OBSERVE:
        return
    standing = {rule.key for rule in live.rules}
    for key, rule in desired.rules.items():
        if key in standing:
            continue
        if key.match.kind is Kind.DOMAIN and not _has_real_ending(key.match.value):
            yield _unreal(rule).about(desired.entity)
        if _too_short(rule) and not _waived(rule, today):
            yield _short(rule).about(desired.entity)


def _has_real_ending(domain: str) -> bool:
    """Tell whether there is such a top-level domain, by the Public Suffix List."""
    ending = domain.rpartition(".")[2]
    return _suffixes().publicsuffix(ending, accept_unknown=False) is not None


def _too_short(rule: DeclaredRule) -> bool:
    match = rule.key.match
    return match.kind is Kind.SENDER_PREFIX and len(match.value) < LEAST_PREFIX


def _waived(rule: DeclaredRule, today: date) -> bool:
    return any(w.code is Code.BROAD_BLOCK and w.stands(today) for w in rule.waivers)


def _unreal(rule: DeclaredRule) -> Diagnostic:
    ending = rule.key.match.value.rpartition(".")[2]
    return Diagnostic(
        Code.UNSUPPORTED_VALUE,
        f"block {rule.shown} cannot be sent: there is no top-level domain .{ending}",
        why="MailBaby takes only domains that can exist, and would refuse this one.",
        fix="Correct its ending, or take it out.",
        origin=rule.origins[0],
    )


def _short(rule: DeclaredRule) -> Diagnostic:
    return Diagnostic(
        Code.BROAD_BLOCK,
        f"block {rule.shown} is not sent: a sender prefix of fewer than {LEAST_PREFIX} characters",
        why="It would stop most of the mail that the order sends.",
        fix="Write a longer prefix, or accept it at this rule with 'waive' and the code "
        "broad-block.",
        origin=rule.origins[0],
    )


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415  reads 15,000 lines

    return PublicSuffixList(only_icann=True)
