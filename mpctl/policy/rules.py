"""From allow and block lists to declared rules, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mpctl.core.match import Kind, MatchError, parse_match
from mpctl.core.rule import Action, DeclaredRule, Expiry, RuleKey, Waiver
from mpctl.diagnostics import Code, Origin
from mpctl.policy.dates import DateError, parse_expiry
from mpctl.policy.placed import PlacedDict, PlacedList
from mpctl.policy.problems import Problems
from mpctl.policy.waivers import read_waivers

Rules = dict[RuleKey, DeclaredRule]


@dataclass(frozen=True, slots=True)
class _About:
    """What a long form says of each of its values."""

    kind: Kind | None = None
    expires: Expiry | None = None
    reason: str = ""
    ticket: str = ""
    requested_by: str = ""
    waivers: tuple[Waiver, ...] = ()


_NOTHING: Final = _About()
_NOT_WIDENED: Final = "Nothing is widened or dropped silently."
_OPEN_END: Final = "When the rule ends would be open."


def read_rules(content: PlacedDict, problems: Problems) -> Rules:
    """Read the allow and block lists of a document; a rule that stands twice is an error."""
    rules: Rules = {}
    for action in Action:
        for text, origin, about in _values(content.items_of(action.value), problems):
            rule = _rule(action, text, origin, about, problems)
            if rule is None:
                continue
            first = rules.setdefault(rule.key, rule)
            if first is not rule:
                _refuse_duplicate(rule, first, problems)
    return rules


def contradictions(rules: Rules) -> Iterator[tuple[DeclaredRule, DeclaredRule]]:
    """Pairs of rules that allow and block the same value, the one that is written first first."""
    for key, allowed in rules.items():
        if key.action is Action.ALLOW:
            blocked = rules.get(RuleKey(Action.BLOCK, key.match))
            if blocked is not None:
                first, second = sorted((allowed, blocked), key=lambda rule: rule.origins[0])
                yield first, second


def refuse_contradiction(
    pair: tuple[DeclaredRule, DeclaredRule], origin: Origin, fix: str, problems: Problems
) -> None:
    """Report that one value is to be allowed and blocked."""
    places = " and ".join(f"in {rule.key.action} at {rule.origins[0]}" for rule in pair)
    problems.error(
        Code.CONTRADICTION,
        origin,
        f"{pair[1].shown!r} is {places}",
        "Which of the two decides would depend on the service.",
        fix,
    )


def _values(items: PlacedList, problems: Problems) -> Iterator[tuple[str, Origin, _About]]:
    for index, item in enumerate(items):
        if isinstance(item, str):
            yield item, items.at(index), _NOTHING
            continue
        about = _about(item, problems)
        if "value" in item:
            yield item["value"], item.at("value"), about
        else:
            values: PlacedList = item["values"]
            yield from ((value, values.at(i), about) for i, value in enumerate(values))


def _about(item: PlacedDict, problems: Problems) -> _About:
    return _About(
        kind=Kind(item["type"]) if "type" in item else None,
        expires=_expiry(item, problems),
        reason=str(item.get("reason", "")),
        ticket=str(item.get("ticket", "")),
        requested_by=str(item.get("requested_by", "")),
        waivers=read_waivers(item, problems),
    )


def _expiry(item: PlacedDict, problems: Problems) -> Expiry | None:
    if "expires" not in item:
        return None
    try:
        return parse_expiry(item["expires"])
    except DateError as error:
        problems.error(Code.INVALID_DATE, item.at("expires"), str(error), _OPEN_END, error.hint)
        return None


def _rule(
    action: Action, text: str, origin: Origin, about: _About, problems: Problems
) -> DeclaredRule | None:
    try:
        key = RuleKey(action, parse_match(text, about.kind))
    except MatchError as error:
        fix = error.hint or "Correct it, or take it out."
        problems.error(Code.INVALID_VALUE, origin, error.what, _NOT_WIDENED, fix)
        return None
    return DeclaredRule(
        key,
        text,
        (origin,),
        expires=about.expires,
        reason=about.reason,
        ticket=about.ticket,
        requested_by=about.requested_by,
        waivers=about.waivers,
    )


def _refuse_duplicate(rule: DeclaredRule, first: DeclaredRule, problems: Problems) -> None:
    spelling = "" if rule.shown == first.shown else f", written {first.shown!r}"
    problems.error(
        Code.DUPLICATE_RULE,
        rule.origins[0],
        f"{rule.shown!r} is already in {rule.key.action} at {first.origins[0]}{spelling}",
        "Only one of the two could count, and which one is not said.",
        "Take one of them out.",
    )
