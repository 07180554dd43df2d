"""From allow and block lists to declared rules, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from mpctl.core.match import Kind, MatchError
from mpctl.core.rule import Action, DeclaredRule, Expiry, RuleKey, Waiver, rule_key
from mpctl.diagnostics import Code, Origin
from mpctl.policy.dates import DateError, parse_expiry
from mpctl.policy.placed import PlacedDict, PlacedList
from mpctl.policy.problems import Problems
from mpctl.policy.waivers import read_waivers

Rules = dict[RuleKey, DeclaredRule]


class _About(NamedTuple):
    """What a long form says of each of its values: the last fields of a declared rule."""

    expires: Expiry | None = None
    reason: str = ""
    ticket: str = ""
    requested_by: str = ""
    waivers: tuple[Waiver, ...] = ()


_Written = tuple[str, Origin, Kind | None, _About]
_NOTHING: Final = _About()
_NOT_WIDENED: Final = "Nothing is widened or dropped silently."
_OPEN_END: Final = "When the rule ends would be open."


def read_rules(content: PlacedDict, problems: Problems) -> Rules:
    """Read the allow and block lists of a document; a rule that stands twice is an error."""
    rules: Rules = {}
    for action in Action:
        for text, origin, kind, about in _values(content.items_of(action.value), problems):
            try:
                key = rule_key(action, text, kind)
            except MatchError as error:
                _refuse_value(error, origin, problems)
                continue
            rule = DeclaredRule._make((key, text, (origin,), *about))
            first = rules.setdefault(key, rule)
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


def _values(items: PlacedList, problems: Problems) -> Iterator[_Written]:
    path = items.origin.path
    for item, place in items.placed():
        if isinstance(item, str):
            yield item, Origin(path, *place), None, _NOTHING
            continue
        kind = Kind(item["type"]) if "type" in item else None
        about = _about(item, problems)
        if "value" in item:
            yield item["value"], item.at("value"), kind, about
        else:
            values: PlacedList = item["values"]
            yield from ((value, values.at(i), kind, about) for i, value in enumerate(values))


def _about(item: PlacedDict, problems: Problems) -> _About:
    return _About(
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


def _refuse_value(error: MatchError, origin: Origin, problems: Problems) -> None:
    fix = error.hint or "Correct it, or take it out."
    problems.error(Code.INVALID_VALUE, origin, error.what, _NOT_WIDENED, fix)


def _refuse_duplicate(rule: DeclaredRule, first: DeclaredRule, problems: Problems) -> None:
    spelling = "" if rule.shown == first.shown else f", written {first.shown!r}"
    problems.error(
        Code.DUPLICATE_RULE,
        rule.origins[0],
        f"{rule.shown!r} is already in {rule.key.action} at {first.origins[0]}{spelling}",
        "Only one of the two could count, and which one is not said.",
        "Take one of them out.",
    )
