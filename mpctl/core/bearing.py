"""Which rules of a recipient's chain bear on a sender, and which of them decides.

What is not known stays so: a level whose listing may not be whole, a level of which nobody can say
whether it stands above the recipient, a service whose documents are silent on subdomains.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mpctl.core.capabilities import Capabilities, Known
from mpctl.core.match import Kind, Match
from mpctl.core.rule import Action, RuleKey
from mpctl.core.verdict import covers
from mpctl.diagnostics import Origin


class Weight(StrEnum):
    """What a rule does to the verdict; one that agrees would decide if the first were gone."""

    DECIDES = "decides"
    AGREES = "agrees"
    OUTWEIGHED = "outweighed"
    MAY_MATCH = "may match"


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule as it stands somewhere; `origins` declare it, none if it is live only."""

    key: RuleKey
    shown: str
    origins: tuple[Origin, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """The rules of one level of a chain.

    `above` tells that the level certainly holds for the recipient, `whole` that no rule of it is
    missing here.
    """

    path: str
    rules: tuple[Standing, ...] = ()
    above: bool = True
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Bearing:
    """A rule that bears on a sender, where it stands, and what it does there."""

    path: str
    rule: Standing
    weight: Weight


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of a sender: an action, None for the ordinary filter.

    Not `certain` if a rule that may match, or may be missing, would change it. `unjudged` is how
    many rules are about something else than senders, such as addresses of servers.
    """

    sender: str
    action: Action | None
    certain: bool
    bearings: tuple[Bearing, ...] = ()
    unjudged: int = 0


def judge(sender: Match, layers: Sequence[Layer], service: Capabilities) -> Judgement:
    """Judge a sender, a canonical address, by the levels of a recipient's chain, nearest first."""
    bearings = tuple(_weighed(_bearings(sender, layers, service), service.wins))
    unjudged = [r for lay in layers for r in lay.rules if r.key.match.kind not in _SENDERS]
    sure = {one.rule.key.action for one in bearings if one.weight is not Weight.MAY_MATCH}
    action = service.wins if service.wins in sure else next(iter(sure), None)
    rivals = {one.rule.key.action for one in bearings if one.weight is Weight.MAY_MATCH}
    rivals |= {rule.key.action for rule in unjudged}
    closed = rivals <= {action} and all(layer.whole for layer in layers)
    certain = action is service.wins or closed
    return Judgement(sender.value, action, certain, bearings, len(unjudged))


def _bearings(
    sender: Match, layers: Iterable[Layer], service: Capabilities
) -> Iterator[tuple[Layer, Standing, bool]]:
    """Each rule that means the sender, or may; tell whether it does for certain."""
    for layer in layers:
        for rule in layer.rules:
            if covers(rule.key.match, sender):
                yield layer, rule, layer.above
            elif _may_cover(rule.key.match, sender, service):
                yield layer, rule, False


def _may_cover(match: Match, sender: Match, service: Capabilities) -> bool:
    """Tell whether nobody knows: an unknown syntax, a domain that may mean its subdomains."""
    if match.kind is Kind.NATIVE:
        return True
    known = service.semantics.domain_covers_subdomains
    wider = Match(Kind.SUBDOMAINS, match.value)
    return match.kind is Kind.DOMAIN and known is not Known.NO and covers(wider, sender)


def _weighed(found: Iterable[tuple[Layer, Standing, bool]], wins: Action) -> Iterator[Bearing]:
    """Of those that match, the nearest of the action that wins decides."""
    rows = list(found)
    actions = {rule.key.action for _, rule, sure in rows if sure}
    deciding = wins if wins in actions else wins.opposite
    next_of_it = Weight.DECIDES
    for layer, rule, sure in rows:
        if not sure:
            yield Bearing(layer.path, rule, Weight.MAY_MATCH)
        elif rule.key.action is deciding:
            yield Bearing(layer.path, rule, next_of_it)
            next_of_it = Weight.AGREES
        else:
            yield Bearing(layer.path, rule, Weight.OUTWEIGHED)


_SENDERS: Final = frozenset({Kind.EMAIL, Kind.DOMAIN, Kind.SUBDOMAINS, Kind.NATIVE})
