"""Operations at a server, as the schedule hands them to a provider."""

from __future__ import annotations

from collections.abc import Sequence

from mpctl.core.change import Cause, Direction, RuleChange, SettingChange, Verb
from mpctl.core.match import Kind, Match, parse_match
from mpctl.core.outcome import Outcome
from mpctl.core.rule import Action, RuleKey
from mpctl.core.schedule import Batch, Operation, Step
from mpctl.providers.stalwart.capabilities import CURRENT, PLUMBING
from tests.conformance.mailserver import server

MX = server("mx.harbor.example")


def allow(value: str) -> Operation:
    """An allow that comes."""
    return _rule(Verb.CREATE, Action.ALLOW, parse_match(value))


def block(value: str) -> Operation:
    """A block that comes."""
    return _rule(Verb.CREATE, Action.BLOCK, parse_match(value))


def unblock(value: str, kind: Kind | None = None) -> Operation:
    """A block of the managed list that goes."""
    match = parse_match(value, kind)
    listed = f"lookup.mpctl.block.{match.kind}.{match}"
    return _rule(Verb.DELETE, Action.BLOCK, match, listed)


def admit(value: str) -> Operation:
    """A block of connections that goes."""
    return _rule(Verb.DELETE, Action.BLOCK, parse_match(value), f"server.blocked-ip.{value}")


def setting(name: str, after: str, before: str | None = None) -> Operation:
    """A setting that changes."""
    change = SettingChange(MX, name, before, after, Direction.TIGHTENS)
    return Operation(change)


def plumbing(before: str) -> Operation:
    """The rule and the scores, brought into order."""
    return setting(PLUMBING, CURRENT, before)


def batch(operations: Sequence[Operation]) -> Batch:
    """All of them in one call."""
    return Batch(MX, MX.name, Step.WINNER_IN, tuple(operations))


def ends(outcomes: Sequence[Outcome]) -> list[tuple[str, str]]:
    """How operations ended, in two words each."""
    return [(outcome.status.value, outcome.detail) for outcome in outcomes]


def _rule(verb: Verb, action: Action, match: Match, native_id: str = "") -> Operation:
    key = RuleKey(action, match)
    change = RuleChange(MX, verb, key, str(match), Direction.NEUTRAL, Cause.DECLARED)
    return Operation(change, native_id)
