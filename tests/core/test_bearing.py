"""Which rules of a chain bear on a sender, and which decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.bearing import Bearing, Judgement, Layer, Standing, Weight, judge
from mpctl.core.capabilities import Capabilities, Known
from mpctl.core.match import Kind, Match, parse_match
from mpctl.core.rule import Action, RuleKey
from mpctl.core.verdict import verdict
from tests.strategies import ADDRESSES, DECLARABLE, NATIVE, SERVICES, capabilities

BILLING = parse_match("billing@eu.vendor.example")
RULES = st.builds(
    lambda action, match: Standing(RuleKey(action, match), str(match)),
    st.sampled_from(Action),
    st.sampled_from((*DECLARABLE, *NATIVE)),
)
LAYERS = st.lists(
    st.builds(
        Layer,
        st.sampled_from(("users/alice.ng@acme.example", "domains/acme.example")),
        st.lists(RULES, max_size=4).map(tuple),
        above=st.booleans(),
        whole=st.booleans(),
    ),
    max_size=3,
)
SENDERS = st.sampled_from(ADDRESSES)
MEANS_NO_SUBDOMAINS = replace(
    capabilities(),
    semantics=replace(capabilities().semantics, domain_covers_subdomains=Known.NO),
)


def rule(action: Action, text: str) -> Standing:
    """A rule that stands somewhere."""
    return Standing(RuleKey(action, parse_match(text)), text)


@given(SENDERS, LAYERS, SERVICES)
def test_the_verdict_is_that_of_the_rules_that_certainly_match(
    sender: Match, layers: list[Layer], service: Capabilities
) -> None:
    """The action is what the verdict says over the rules that certainly stand above."""
    keys = [one.key for layer in layers if layer.above for one in layer.rules]

    judged = judge(sender, layers, service)

    assert judged.action is verdict(sender, keys, wins=service.wins).action


@given(SENDERS, LAYERS, SERVICES)
def test_exactly_one_rule_decides(
    sender: Match, layers: list[Layer], service: Capabilities
) -> None:
    """Where there is a verdict one rule decides, the nearest of its action, else none."""
    judged = judge(sender, layers, service)
    deciding = [one for one in judged.bearings if one.weight is Weight.DECIDES]
    rivals = [
        one
        for one in judged.bearings
        if one.weight is not Weight.MAY_MATCH and one.rule.key.action is judged.action
    ]

    assert deciding == rivals[:1]


@given(SENDERS, LAYERS, SERVICES)
def test_what_decides_and_what_agrees_make_the_verdict(
    sender: Match, layers: list[Layer], service: Capabilities
) -> None:
    """Without all of these rules the verdict is another; those that are outweighed change none."""
    judged = judge(sender, layers, service)
    making = {id(b.rule) for b in judged.bearings if b.weight in {Weight.DECIDES, Weight.AGREES}}
    beaten = {id(b.rule) for b in judged.bearings if b.weight is Weight.OUTWEIGHED}

    def without(gone: set[int]) -> Judgement:
        left = [
            replace(layer, rules=tuple(one for one in layer.rules if id(one) not in gone))
            for layer in layers
        ]
        return judge(sender, left, service)

    assert judged.action is None or without(making).action is not judged.action
    assert without(beaten).action is judged.action


@given(SENDERS, LAYERS, LAYERS, SERVICES)
def test_what_is_certain_stays(
    sender: Match, layers: list[Layer], more: list[Layer], service: Capabilities
) -> None:
    """What is unknown never turns a certain verdict, whichever way it turns out."""
    judged = judge(sender, layers, service)
    known = [replace(layer, above=True) for layer in layers]
    missing = more if any(not layer.whole for layer in layers) else []

    if judged.certain:
        assert judge(sender, [*known, *missing], service).action is judged.action


@given(SENDERS, LAYERS, SERVICES)
def test_no_rule_about_the_sender_is_left_out(
    sender: Match, layers: list[Layer], service: Capabilities
) -> None:
    """Every rule that matches is shown; those about something else are counted."""
    rules = [one for layer in layers for one in layer.rules]
    others = [one for one in rules if one.key.match.kind is Kind.IP]

    judged = judge(sender, layers, service)

    assert judged.unjudged == len(others)
    matching = verdict(sender, [one.key for one in rules], wins=service.wins).matched
    assert {one.rule.key for one in judged.bearings} >= set(matching)


def test_an_allow_higher_up_beats_the_nearest_block() -> None:
    """Where allow wins the block at the user is outweighed, and the allow decides."""
    block = rule(Action.BLOCK, "eu.vendor.example")
    allow = rule(Action.ALLOW, "billing@eu.vendor.example")
    layers = [Layer("users/a@acme.example", (block,)), Layer("domains/acme.example", (allow,))]

    assert judge(BILLING, layers, MEANS_NO_SUBDOMAINS) == Judgement(
        "billing@eu.vendor.example",
        Action.ALLOW,
        certain=True,
        bearings=(
            Bearing("users/a@acme.example", block, Weight.OUTWEIGHED),
            Bearing("domains/acme.example", allow, Weight.DECIDES),
        ),
    )


@pytest.mark.parametrize(
    ("layer", "what"),
    [
        (Layer("domains/acme.example", whole=False), "a listing that may lack an allow"),
        (Layer("customers/Acme", (rule(Action.ALLOW, str(BILLING)),), above=False), "a customer"),
        (Layer("domains/acme.example", (rule(Action.ALLOW, "192.0.2.7"),)), "an allowed server"),
    ],
)
def test_a_block_is_not_certain_beside(layer: Layer, what: str) -> None:
    """A block is only as far as is known the verdict beside what may be an allow."""
    block = Layer("users/a@acme.example", (rule(Action.BLOCK, str(BILLING)),))

    judged = judge(BILLING, [block, layer], MEANS_NO_SUBDOMAINS)

    assert (judged.action, judged.certain) == (Action.BLOCK, False), what


@pytest.mark.parametrize(
    "layer",
    [
        Layer("domains/acme.example", whole=False),
        Layer("customers/Acme", (rule(Action.BLOCK, str(BILLING)),), above=False),
        Layer("domains/acme.example", (rule(Action.BLOCK, "192.0.2.7"),)),
    ],
)
def test_an_allow_is_certain_whatever_else_there_is(layer: Layer) -> None:
    """Where allow wins nothing that is missing or unknown could turn it."""
    allow = Layer("users/a@acme.example", (rule(Action.ALLOW, str(BILLING)),))

    judged = judge(BILLING, [allow, layer], MEANS_NO_SUBDOMAINS)

    assert (judged.action, judged.certain) == (Action.ALLOW, True)


def test_a_value_that_nobody_can_read_may_match() -> None:
    """A row that no kind expresses is shown, and makes the verdict of others uncertain."""
    odd = Standing(RuleKey(Action.ALLOW, Match(Kind.NATIVE, "(odd)")), "(odd)")
    block = rule(Action.BLOCK, str(BILLING))

    judged = judge(BILLING, [Layer("users/a@acme.example", (odd, block))], MEANS_NO_SUBDOMAINS)

    assert [one.weight for one in judged.bearings] == [Weight.MAY_MATCH, Weight.DECIDES]
    assert (judged.action, judged.certain) == (Action.BLOCK, False)


@pytest.mark.parametrize(
    ("known", "weights"),
    [(Known.NO, []), (Known.UNKNOWN, [Weight.MAY_MATCH]), (Known.YES, [Weight.MAY_MATCH])],
)
def test_a_domain_and_its_subdomains(known: Known, weights: list[Weight]) -> None:
    """A rule for a domain bears on a subdomain unless the service is known to keep them apart."""
    semantics = replace(capabilities().semantics, domain_covers_subdomains=known)
    layer = Layer("domains/acme.example", (rule(Action.BLOCK, "vendor.example"),))

    judged = judge(BILLING, [layer], replace(capabilities(), semantics=semantics))

    assert [one.weight for one in judged.bearings] == weights
    assert judged.certain is not bool(weights)
