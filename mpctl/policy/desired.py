"""The parts of an entity document held against each other: what is desired of the entity."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from mpctl.core.capabilities import Capabilities
from mpctl.core.expression import all_plain
from mpctl.core.match import MatchError, parse_match
from mpctl.core.rule import Action, DeclaredRule, DeclaredSetting, RuleKey
from mpctl.core.state import DesiredEntity, Ignore, WhenMissing
from mpctl.diagnostics import Code, Diagnostic
from mpctl.policy.configuration import Manage
from mpctl.policy.expressible import expresses, in_parts, misread, skipped, uncertain
from mpctl.policy.parts import Parts
from mpctl.policy.placed import PlacedList
from mpctl.policy.problems import Problems
from mpctl.policy.rules import Rules, contradictions, refuse_contradiction
from mpctl.policy.rulesets import merged

_TAKE_OUT: Final = "Take it out of one of the lists."
_EXCEPT: Final = "Take it out in one place; what a rule set brings is taken out by 'except'."


def desire(parts: Parts, defaults: Manage, problems: Problems) -> DesiredEntity:
    """Combine the parts, and report where they deny each other."""
    declared = merged(parts.own, _included_rules(parts, problems))
    rules, absent = _split(declared, parts.service), _split(parts.absent, parts.service)
    _check_contradictions(rules, parts, problems)
    _check_absent(rules, absent, problems)
    for ignore in parts.ignored:
        _check_ignored(rules, ignore, problems)
    content = parts.content
    owned = frozenset(action for action in Action if action.value in content)
    manage = Manage.read(content.get("manage"), defaults)
    findings = tuple(_remarks(rules, parts, problems))
    service = parts.service
    if service is not None and not all_plain(rules, service):
        rules = {key: rule for key, rule in rules.items() if expresses(service, key)}
    return DesiredEntity(
        entity=parts.entity,
        origin=content.at("entity"),
        modes=manage.modes,
        settings_mode=manage.settings,
        owned=owned,
        rules=rules,
        absent=absent,
        ignored=parts.ignored,
        settings={**parts.settings, **(_implied(parts) if rules or owned else {})},
        findings=tuple(finding.about(parts.entity) for finding in findings),
        when_missing=WhenMissing(content.get("when_missing", WhenMissing.ERROR)),
    )


def _split(rules: Rules, service: Capabilities | None) -> Rules:
    """The rules with those in parts that the service has only in parts."""
    if service is None or all_plain(rules, service):
        return rules
    return merged({}, in_parts(rules.values(), service))


def _remarks(rules: Rules, parts: Parts, problems: Problems) -> Iterator[Diagnostic]:
    """What readers of a plan should know of the service; what it would misread is an error."""
    if parts.service is not None:
        problems.errors.extend(misread(rules, parts.service))
        yield from skipped(rules.values(), parts.service) if parts.skips else ()
        yield from uncertain(rules, parts.service, parts.content.at("entity"))


def _implied(parts: Parts) -> dict[str, DeclaredSetting]:
    """What the service needs so that lists have an effect, though no policy writes it."""
    if parts.service is None:
        return {}
    return {
        spec.name: DeclaredSetting(spec.name, spec.implied, parts.content.at("entity"))
        for spec in parts.service.settings.values()
        if spec.implied is not None and spec.stands_at(parts.entity.scope)
    }


def _included_rules(parts: Parts, problems: Problems) -> list[DeclaredRule]:
    rules = list(chain.from_iterable(s.rules.values() for s, _ in parts.included))
    if "except" not in parts.content:
        return rules
    present = {_text(rule.key) for rule in rules}
    excepted = {_canonical(text) for text in parts.content["except"]}
    _check_exceptions(parts, present, problems)
    return [rule for rule in rules if _text(rule.key) not in excepted]


def _text(key: RuleKey) -> str:
    return str(key.match).casefold()


def _canonical(text: str) -> str:
    try:
        return str(parse_match(text))
    except MatchError:
        return text.strip().casefold()


def _check_exceptions(parts: Parts, present: set[str], problems: Problems) -> None:
    values: PlacedList = parts.content["except"]
    all_found = len(parts.included) == len(parts.content.items_of("include"))
    if not all_found or not all(ruleset.sound for ruleset, _ in parts.included):
        return
    for index, text in enumerate(values):
        if _canonical(text) not in present:
            problems.error(
                Code.USELESS_EXCEPT,
                values.at(index),
                f"{text!r} is in no included rule set",
                "It may be misspelt, and then the rule that it means would stay.",
                "Correct it or take it out.",
            )


def _check_contradictions(rules: Rules, parts: Parts, problems: Problems) -> None:
    written = {rule.origins[0] for rule in parts.own.values()}
    for pair in contradictions(rules):
        own = [rule for rule in pair if rule.origins[0] in written]
        origin = own[-1].origins[0] if own else parts.content.at_key("include")
        fix = _TAKE_OUT if len(own) == len(pair) else _EXCEPT
        refuse_contradiction(pair, origin, fix, problems)


def _check_absent(rules: Rules, absent: Rules, problems: Problems) -> None:
    for key, rule in absent.items():
        declared = rules.get(key)
        if declared is not None:
            problems.error(
                Code.CONTRADICTION,
                rule.origins[0],
                f"{rule.shown!r} must be absent from {key.action} here and is declared at "
                f"{declared.origins[0]}",
                "It cannot be both there and not there.",
                _EXCEPT,
            )


def _check_ignored(rules: Rules, ignore: Ignore, problems: Problems) -> None:
    matched = [rule for key, rule in rules.items() if ignore.matches(key)]
    if matched:
        first, more = matched[0], len(matched) - 1
        also = f" and {more} more" if more else ""
        problems.error(
            Code.IGNORED_RULE,
            ignore.origin,
            f"{ignore.glob!r} ignores {first.shown!r}, declared at {first.origins[0]}{also}",
            "A rule cannot be declared and left alone.",
            "Narrow the glob, or take the rule out.",
        )
