"""A rule that stands above makes its removal or creation below neutral; nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mpctl.core.change import RuleChange
from mpctl.core.rule import Action
from mpctl.core.state import DesiredEntity, Mode
from mpctl.reconcile import Prepared
from tests.laws.forest import (
    Forest,
    ForestProvider,
    Node,
    applied,
    node,
    outcomes_of,
    planned,
    policy,
    with_rules,
)

RESELLER = node("resellers/harbor", "400")
ACME = node("customers/acme", "5001", RESELLER)
DOMAIN = node("domains/acme.example", "9101", ACME)
OTHER = node("domains/globex.example", "9201", RESELLER)
SPAM = "spam.example"


def plan(nodes: list[Node], *policies: DesiredEntity, untold: bool = False) -> Prepared:
    """Plan these policies for these entities."""
    hidden = frozenset({DOMAIN.entity}) if untold else frozenset()
    return planned(ForestProvider(Forest.of(*nodes), untold=hidden), policies)


def told(prepared: Prepared) -> list[str]:
    """Every rule change in words: where, what, its direction, its twin."""
    return [
        f"{c.entity.name}: {c.verb} {c.action} {c.shown} {c.direction} {c.twin or ''}".rstrip()
        for one in prepared.plan.entities
        for c in one.changes
        if isinstance(c, RuleChange)
    ]


@pytest.mark.parametrize(
    ("live", "above", "below", "direction"),
    [
        (
            with_rules(DOMAIN, allow=[SPAM]),
            policy(ACME, allow=[SPAM]),
            policy(DOMAIN, allow=[]),
            "loosens",
        ),
        (
            with_rules(DOMAIN, block=[SPAM]),
            policy(ACME, block=[SPAM]),
            policy(DOMAIN, block=[]),
            "tightens",
        ),
    ],
    ids=["allow", "block"],
)
def test_a_rule_that_moves_up_is_removed_neutrally(
    live: Node, above: DesiredEntity, below: DesiredEntity, direction: str
) -> None:
    """Its creation above counts by its verb, and the removal names where it moved to."""
    prepared = plan([RESELLER, ACME, live], above, below)

    action = live.rules[0].key.action
    assert told(prepared) == [
        f"acme: create {action} {SPAM} {direction}",
        f"acme.example: delete {action} {SPAM} neutral moved to customers/acme",
    ]


def test_a_rule_that_stands_above_already_is_removed_neutrally() -> None:
    """The removal says where the rule stands, too."""
    prepared = plan(
        [RESELLER, with_rules(ACME, block=[SPAM]), with_rules(DOMAIN, block=[SPAM])],
        policy(ACME, block=[SPAM]),
        policy(DOMAIN, block=[]),
    )

    assert told(prepared) == [
        f"acme.example: delete block {SPAM} neutral also at customers/acme",
    ]


def test_a_rule_that_moves_down_is_created_neutrally() -> None:
    """The removal above keeps its direction: everybody else below loses the rule."""
    prepared = plan(
        [RESELLER, with_rules(ACME, block=[SPAM]), DOMAIN],
        policy(ACME, block=[]),
        policy(DOMAIN, block=[SPAM]),
    )

    assert told(prepared) == [
        f"acme: delete block {SPAM} loosens",
        f"acme.example: create block {SPAM} neutral moved from customers/acme",
    ]


def test_the_nearest_entity_above_is_named() -> None:
    """Of several that hold the rule, the one right above."""
    prepared = plan(
        [with_rules(RESELLER, block=[SPAM]), ACME, with_rules(DOMAIN, block=[SPAM])],
        policy(RESELLER, block=[SPAM]),
        policy(ACME, block=[SPAM]),
        policy(DOMAIN, block=[]),
    )

    assert told(prepared) == [
        f"acme: create block {SPAM} neutral also at resellers/harbor",
        f"acme.example: delete block {SPAM} neutral moved to customers/acme",
    ]


@pytest.mark.parametrize(
    ("above", "declared"),
    [
        (with_rules(ACME, allow=[SPAM]), policy(ACME, allow=[SPAM])),
        (with_rules(ACME, block=["x@spam.example"]), policy(ACME, block=["x@spam.example"])),
        (with_rules(ACME, block=["*.spam.example"]), policy(ACME, block=["*.spam.example"])),
        (with_rules(ACME, block=[SPAM]), policy(ACME, block=[])),
        (with_rules(ACME, block=[SPAM]), policy(ACME, allow_spam_release=False)),
        (ACME, replace(policy(ACME, block=[SPAM]), modes=dict.fromkeys(Action, Mode.OBSERVE))),
    ],
    ids=["other list", "address", "wildcard", "goes there too", "list unread", "only observed"],
)
def test_what_is_not_exactly_the_same_rule_changes_nothing(
    above: Node, declared: DesiredEntity
) -> None:
    """In any doubt a removed block loosens."""
    prepared = plan(
        [RESELLER, above, with_rules(DOMAIN, block=[SPAM])], declared, policy(DOMAIN, block=[])
    )

    assert f"acme.example: delete block {SPAM} loosens" in told(prepared)


def test_a_row_above_that_may_be_somebody_elses_changes_nothing() -> None:
    """The service must prove that the row above belongs there."""
    above = with_rules(ACME, block=[SPAM])
    above = replace(above, rules=tuple(row._replace(owned_here=False) for row in above.rules))
    prepared = plan(
        [RESELLER, above, with_rules(DOMAIN, block=[SPAM])],
        policy(ACME, block=[SPAM]),
        policy(DOMAIN, block=[]),
    )

    assert told(prepared) == [f"acme.example: delete block {SPAM} loosens"]


def test_an_entity_that_is_not_above_changes_nothing() -> None:
    """Neither a neighbour nor somebody below holds a rule for others."""
    prepared = plan(
        [RESELLER, with_rules(ACME, block=[SPAM]), DOMAIN, OTHER],
        policy(ACME, block=[]),
        policy(OTHER, block=[SPAM]),
    )

    assert told(prepared) == [
        f"acme: delete block {SPAM} loosens",
        f"globex.example: create block {SPAM} tightens",
    ]


def test_unknown_ancestors_change_nothing() -> None:
    """Where the service does not tell who stands above, nobody does."""
    prepared = plan(
        [RESELLER, ACME, with_rules(DOMAIN, block=[SPAM])],
        policy(ACME, block=[SPAM]),
        policy(DOMAIN, block=[]),
        untold=True,
    )

    assert told(prepared)[1:] == [f"acme.example: delete block {SPAM} loosens"]


def test_outcomes_say_it_too_although_the_entity_above_does_not_change() -> None:
    """What is read again at the entity alone keeps the direction of the whole plan."""
    provider = ForestProvider(
        Forest.of(RESELLER, with_rules(ACME, block=[SPAM]), with_rules(DOMAIN, block=[SPAM]))
    )
    prepared = planned(provider, [policy(ACME, block=[SPAM]), policy(DOMAIN, block=[])])

    (outcome,) = outcomes_of(applied(provider, prepared))

    assert isinstance(outcome.operation.change, RuleChange)
    assert str(outcome.operation.change.twin) == "also at customers/acme"
    assert outcome.operation.change.direction == "neutral"


def test_neutral_changes_come_last() -> None:
    """What loosens is read first, also at an entity where something moved."""
    prepared = plan(
        [RESELLER, ACME, with_rules(DOMAIN, block=["a.example", "b.example"])],
        policy(ACME, block=["a.example"]),
        policy(DOMAIN, block=[]),
    )

    assert [line.rpartition("block ")[2] for line in told(prepared)[1:]] == [
        "b.example loosens",
        "a.example neutral moved to customers/acme",
    ]
