"""What only the live side can tell to be wrong with a policy (reference, sections 6.2, 7.1, 9)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from mpctl.core.rule import Action, DeclaredRule, RuleKey, SettingValue
from mpctl.core.setting import NOBODY
from mpctl.core.state import DesiredEntity, LiveEntity, Mode
from mpctl.diagnostics import Code, Diagnostic, Origin, Severity
from mpctl.providers.rackspace.documents import HANDLING, LEVEL, QUARANTINE, Values, misplaced
from mpctl.providers.rackspace.native import WILDCARD, to_native

_ALIASES: Final = "aliases"


def review(desired: DesiredEntity, live: LiveEntity) -> Iterator[Diagnostic]:
    """Give an error for everything that the service would refuse, or could never keep."""
    if desired.modes[Action.BLOCK] is not Mode.OBSERVE:
        yield from _own_domain(desired, live)
    if desired.settings and desired.settings_mode is not Mode.OBSERVE:
        yield from _conflicts(desired, live)


def domain_of(live: LiveEntity) -> str:
    """The domain of a mailbox, or a domain itself."""
    return live.native_id.rpartition("@")[2]


def with_aliases(live: LiveEntity, aliases: Sequence[str] | None) -> LiveEntity:
    """The entity with what else its domain is called; None: the service does not tell."""
    return (
        live
        if aliases is None
        else replace(live, facts={**live.facts, _ALIASES: " ".join(aliases)})
    )


def _own_domain(desired: DesiredEntity, live: LiveEntity) -> Iterator[Diagnostic]:
    domain = domain_of(live)
    names = (domain, *live.facts.get(_ALIASES, "").split())
    new = blocked_anew(desired.rules, live)
    for key, senders in new.items():
        meant = next((name for name in names if re.fullmatch(senders, name)), None)
        if meant is not None:
            yield _blocks_itself(desired.rules[key], meant, domain)
    if new and _ALIASES not in live.facts:
        yield _unknown_aliases(desired, domain)


def blocked_anew(declared: Collection[RuleKey], live: LiveEntity) -> dict[RuleKey, str]:
    """The blocks of whole domains that are not live yet, with a pattern for what they mean."""
    there = {row.key for row in live.rules}
    new = (key for key in declared if key.action is Action.BLOCK and key not in there)
    entries = {key: to_native(key.match) for key in new}
    return {
        key: ".*".join(map(re.escape, entry.removeprefix("@").split(WILDCARD)))
        for key, entry in entries.items()
        if entry.startswith("@")
    }


def _conflicts(desired: DesiredEntity, live: LiveEntity) -> Iterator[Diagnostic]:
    wanted = {name: setting.value for name, setting in desired.settings.items()}
    values: dict[str, SettingValue] = {**live.facts, **wanted}
    if wanted.get(QUARANTINE) is True and values.get(LEVEL) == "off":
        yield _conflict(
            _origin(desired, QUARANTINE),
            f"{QUARANTINE} cannot be true while {LEVEL} is off",
            "The service turns it back to false, so the plan would never be done.",
            f"Write {QUARANTINE}: false, or another {LEVEL}.",
        )
    yield from _handling(desired, live, values)


def _handling(desired: DesiredEntity, live: LiveEntity, values: Values) -> Iterator[Diagnostic]:
    changed = [n for n, s in desired.settings.items() if live.settings.get(n) != s.value]
    for name, handling in misplaced(desired.entity.scope, values, changed):
        yield _conflict(
            _origin(desired, name),
            f"{name} needs {HANDLING} {handling}, and that is {values.get(HANDLING, 'unknown')}",
            "The service takes it with no other handling of spam.",
            f"Write {HANDLING}: {handling}, or take {name} out.",
        )
    address = values.get("spam_forwarding_address", NOBODY)
    if values.get(HANDLING) == "toAddress" and address == NOBODY and changed:
        yield _conflict(
            _origin(desired, changed[0]),
            f"{HANDLING} toAddress needs a spam_forwarding_address, and there is none",
            "The service would not know where to send spam.",
            "Write spam_forwarding_address: and the address.",
        )


def _origin(desired: DesiredEntity, name: str) -> Origin:
    return desired.settings[name].origin


def _blocks_itself(rule: DeclaredRule, meant: str, domain: str) -> Diagnostic:
    of = "the domain" if meant == domain else f"an alias of {domain}, the domain"
    return Diagnostic(
        Code.OWN_DOMAIN,
        f"block {rule.shown} means {meant}, {of} of the entity itself",
        why="The service refuses to block the mail that people of one domain send each other.",
        fix="Take it out; to block a single sender, write the address.",
        origin=rule.origins[0],
    )


def _unknown_aliases(desired: DesiredEntity, domain: str) -> Diagnostic:
    return Diagnostic(
        Code.OWN_DOMAIN,
        f"which aliases {domain} has could not be read",
        why="Whether a block means one of them is unknown; the service may refuse such a block.",
        fix="Look at the blocked domains by yourself.",
        origin=desired.origin,
        severity=Severity.NOTE,
    )


def _conflict(origin: Origin, summary: str, why: str, fix: str) -> Diagnostic:
    return Diagnostic(Code.CONFLICTING_SETTINGS, summary, why, fix, origin)
