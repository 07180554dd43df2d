"""Why a wish is not carried out, with what a person can do instead."""

from __future__ import annotations

from typing import Final

from mpctl.core.rule import DeclaredRule
from mpctl.core.shell import word
from mpctl.core.state import DesiredEntity, Mode
from mpctl.diagnostics import Code, Diagnostic, MpctlError, Origin, Severity
from mpctl.policy.declarations import Declaration
from mpctl.policy.edit.splice import Unsafe
from mpctl.policy.edit.wishes import AddRule, RemoveRule, SetSetting, Wish
from mpctl.policy.edit.writing import scalar

# What the policies themselves have against a rule, wherever it were written.
_AGAINST: Final = frozenset(
    {Code.CONTRADICTION, Code.IGNORED_RULE, Code.UNSUPPORTED_VALUE, Code.WIDER_MEANING}
)
_UNWRITTEN: Final = "Nothing was written."


def not_editable(wish: Wish, because: str, origin: Origin, by_hand: str) -> Diagnostic:
    """Say that a person has to do it, and how."""
    return Diagnostic(
        Code.NOT_EDITABLE,
        f"the policy of {wish.entity.path} cannot be edited safely: {because}",
        why=_UNWRITTEN,
        fix=by_hand,
        origin=origin,
        entity=str(wish.entity),
    )


def by_hand(wish: Wish, desired: DesiredEntity | None) -> str:
    """What a person would write; like an edit, it takes no list over."""
    if isinstance(wish, RemoveRule):
        return f"Take {scalar(wish.shown)} out of {wish.key.action.value!r}, and keep the key."
    if desired is None:
        additive = [f"manage: {Mode.ADDITIVE.value}"] if isinstance(wish, AddRule) else []
        head = [f"entity: {scalar(wish.entity.path)}", *additive]
        return "\n".join(["Write this document by hand:", *head, *wish.section()])
    return "\n".join(
        ["Write this into its document by hand:", *_mode(wish, desired), *wish.section()]
    )


def _mode(wish: AddRule | SetSetting, desired: DesiredEntity) -> list[str]:
    """How a list has to be managed that is not written yet."""
    if isinstance(wish, SetSetting) or wish.key.action in desired.owned:
        return []
    if desired.modes[wish.key.action] is not Mode.FULL:
        return []
    return [f"manage: {{{wish.key.action.value}: {Mode.ADDITIVE.value}}}"]


def contradicts(wish: AddRule, against: DeclaredRule) -> Diagnostic:
    """Say that the entity has the opposite of a rule."""
    action = against.key.action
    return Diagnostic(
        Code.CONTRADICTION,
        f"{wish.entity.path} has {against.shown!r} in {action.value}, so it cannot "
        f"{wish.key.action.value} it",
        why=f"Which of the two decides would depend on the service. {_UNWRITTEN}",
        fix=f"Take it out first: mpctl remove-rule {word(wish.entity.path)} "
        f"{word(against.shown)} --{action.value}",
        origin=against.origins[0],
        entity=str(wish.entity),
    )


def from_ruleset(
    wish: RemoveRule, declaration: Declaration, rule: DeclaredRule, desired: DesiredEntity
) -> Diagnostic:
    """Say that a rule set brings the rule, and to how many."""
    number = len(declaration.entities)
    others = f"{number} entities include it" if number > 1 else "only this entity includes it"
    return Diagnostic(
        Code.NOT_EDITABLE,
        f"the rule set {declaration.ruleset!r} brings {wish.shown!r} to {wish.entity.path}",
        why=f"{others[0].upper()}{others[1:]}; an edit there is for all of them. {_UNWRITTEN}",
        fix="\n".join(
            [
                f"For this entity alone, write into its document ({desired.origin}):",
                f"except: [{scalar(wish.shown, flow=True)}]",
                f"For everybody, take it out at {rule.origins[0]}.",
            ]
        ),
        origin=rule.origins[0],
        entity=str(wish.entity),
    )


def disordered(error: MpctlError) -> MpctlError | Unsafe:
    """What it means that the edited policies are not in order: a fact of theirs, or our edit."""
    errors = [d for d in error.diagnostics if d.severity is Severity.ERROR]
    if all(problem.code in _AGAINST for problem in errors):
        return MpctlError(*errors)
    return Unsafe(f"read again, it would not be in order ({errors[0].summary})")
