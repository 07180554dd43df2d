"""Blocks without effect: an allow in the chain beats them, and the plan says which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core import voiding
from mpctl.core.diff import diff
from mpctl.core.match import Match
from mpctl.core.rule import Action
from mpctl.core.state import DesiredEntity, LiveEntity
from mpctl.core.verdict import covering, covers
from mpctl.core.voiding import Compared, voided_blocks
from mpctl.diagnostics import Code, Diagnostic, Severity
from tests.laws.forest import HERE, Node, node, policy, service_of, with_rules
from tests.strategies import ADDRESSES, DECLARABLE, NOW

RESELLER = node("resellers/harbor", "400")
CUSTOMER = node("customers/acme", "5001", RESELLER)
DOMAIN = node("domains/acme.example", "9101", CUSTOMER)
SIBLING = node("domains/acme-supply.example", "9102", CUSTOMER)
GROUP = node("user_groups/acme.example/executives", "3102", DOMAIN)
USER = node("users/alice.ng@acme.example", "70001", GROUP)
Case = tuple[Node, DesiredEntity]


def compared(here: Node, desired: DesiredEntity) -> Compared:
    """What planning knows of an entity."""
    live = LiveEntity(here.entity, here.native_id, ancestors=here.above, rules=here.rules)
    return Compared(desired, live, diff(desired, live, capabilities=service_of(), now=NOW))


def findings(*cases: Case, wins: Action = Action.ALLOW) -> list[Diagnostic]:
    """The warnings about entities that are planned together."""
    return list(voided_blocks([compared(*case) for case in cases], service_of(wins)))


def summaries(*cases: Case) -> list[str]:
    """What the warnings say."""
    return [finding.summary for finding in findings(*cases)]


def blocking(here: Node, *values: str) -> Case:
    """The entity with a policy of blocks, nothing of it live."""
    return here, policy(here, block=values)


def allowing(here: Node, *values: str) -> Case:
    """The entity with a policy of allows, nothing of it live."""
    return here, policy(here, allow=values)


def test_an_allow_of_the_same_sender_voids_a_block() -> None:
    """The warning names block and place, and where the allow stands, and tells what to do."""
    (finding,) = findings(blocking(DOMAIN, "spam.example"), allowing(CUSTOMER, "spam.example"))

    assert finding == Diagnostic(
        Code.VOIDED_BLOCK,
        "block spam.example has no effect: customers/acme allows spam.example",
        why="At this service an allow anywhere in the chain beats every block.",
        fix="Remove the allow, or the block that it makes useless.",
        origin=HERE,
        severity=Severity.WARNING,
        entity="mailprotector:domains/acme.example",
    )


@pytest.mark.parametrize(
    "other", [RESELLER, CUSTOMER, GROUP, USER], ids=lambda other: other.entity.scope
)
def test_the_distance_does_not_matter(other: Node) -> None:
    """An allow above or below, at any distance, is in the chain."""
    assert summaries(blocking(DOMAIN, "spam.example"), allowing(other, "spam.example")) == [
        f"block spam.example has no effect: {other.entity.path} allows spam.example"
    ]


def test_an_allow_at_the_entity_itself_voids_too() -> None:
    """A live allow of a list that is not owned stands beside the declared block."""
    here = with_rules(DOMAIN, allow=["spam.example"])

    assert summaries((here, policy(here, block=["spam.example"]))) == [
        "block spam.example has no effect: domains/acme.example allows spam.example"
    ]


@pytest.mark.parametrize("other", [SIBLING, node("domains/globex.example", "9201")])
def test_an_allow_beside_voids_nothing(other: Node) -> None:
    """A sibling's allow is for other recipients."""
    assert summaries(blocking(DOMAIN, "spam.example"), allowing(other, "spam.example")) == []


def test_a_live_allow_that_nobody_declares_voids() -> None:
    """An allow that stays because its list is not owned beats the block."""
    customer = with_rules(CUSTOMER, allow=["spam.example"])

    assert len(summaries(blocking(DOMAIN, "spam.example"), (customer, policy(customer)))) == 1


def test_an_allow_that_this_plan_removes_voids_nothing() -> None:
    """What is gone once the plan is carried out beats nobody."""
    customer = with_rules(CUSTOMER, allow=["spam.example"])

    cases = blocking(DOMAIN, "spam.example"), (customer, policy(customer, allow=[]))

    assert summaries(*cases) == []


def test_an_allow_of_which_only_a_copy_goes_still_voids() -> None:
    """Removing a surplus copy leaves the rule."""
    customer = with_rules(CUSTOMER, allow=["spam.example", "spam.example"])

    cases = blocking(DOMAIN, "spam.example"), (customer, policy(customer, allow=["spam.example"]))

    assert len(summaries(*cases)) == 1


def test_a_block_that_is_live_already_is_told_too() -> None:
    """It is the declared block that has no effect, not its creation."""
    domain = with_rules(DOMAIN, block=["spam.example"])

    cases = (domain, policy(domain, block=["spam.example"])), allowing(USER, "spam.example")

    assert len(summaries(*cases)) == 1


def test_a_live_block_that_nobody_declares_is_not_told() -> None:
    """The warning is about policies."""
    domain = with_rules(DOMAIN, block=["spam.example"])

    assert summaries((domain, policy(domain)), allowing(CUSTOMER, "spam.example")) == []


def test_the_allow_of_a_domain_voids_the_block_of_an_address() -> None:
    """The whole domain gets through, and the address with it."""
    cases = blocking(DOMAIN, "eve@spam.example"), allowing(CUSTOMER, "spam.example")

    assert summaries(*cases) == [
        "block eve@spam.example has no effect: customers/acme allows spam.example"
    ]


@pytest.mark.parametrize("allowed", ["eve@spam.example", "eu.spam.example", "ham.example"])
def test_a_narrower_or_other_allow_voids_nothing(allowed: str) -> None:
    """An allowed address is an exception to a blocked domain, which blocks all the others."""
    assert summaries(blocking(DOMAIN, "spam.example"), allowing(CUSTOMER, allowed)) == []


def test_every_place_is_named() -> None:
    """A block that two allows beat gets two warnings: removing one would not help."""
    cases = (
        blocking(DOMAIN, "spam.example"),
        allowing(RESELLER, "spam.example"),
        allowing(USER, "spam.example"),
    )

    assert len(summaries(*cases)) == 2


@pytest.mark.parametrize("other", [CUSTOMER, USER], ids=["above", "below"])
def test_of_two_allows_at_one_place_the_nearest_is_named(other: Node) -> None:
    """The allow of the very same sender stands before one of its whole domain."""
    here = blocking(DOMAIN, "eve@news.spam.example")
    allows = allowing(other, "*.spam.example", "news.spam.example", "eve@news.spam.example")

    (summary,) = summaries(here, allows)
    assert summary.endswith(f"{other.entity.path} allows eve@news.spam.example")


def test_each_block_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many allow something below, a block costs one look: lists above are long."""
    looks: list[Match] = []

    def looking(match: Match) -> Iterator[Match]:
        looks.append(match)
        return covering(match)

    monkeypatch.setattr(voiding, "covering", looking)
    below = [node(f"domains/d{n}.example", f"92{n}", CUSTOMER) for n in range(9)]
    blocks = [f"spam{n}.example" for n in range(7)]

    findings(blocking(CUSTOMER, *blocks), *(allowing(one, "spam3.example") for one in below))

    assert len(looks) == len(blocks)


def test_where_block_wins_nothing_is_void() -> None:
    """At a service where a block beats every allow, no allow voids it."""
    cases = blocking(DOMAIN, "spam.example"), allowing(CUSTOMER, "spam.example")

    assert findings(*cases, wins=Action.BLOCK) == []


@given(st.sampled_from(DECLARABLE))
def test_what_covers_a_match_covers_all_its_senders(match: Match) -> None:
    """Whoever falls under a match falls under everything that is said to cover it."""
    for wider in covering(match):
        assert _senders(match) <= _senders(wider)


def test_nothing_that_covers_a_match_is_forgotten() -> None:
    """Of all matches there are, those under which all senders of a match fall are named."""
    for match in DECLARABLE:
        senders = _senders(match)
        wider = {other for other in DECLARABLE if senders and senders <= _senders(other)}
        assert wider <= set(covering(match)), match


_EXTRA = ("any", "eve")
_DOMAINS = sorted({sender.value.rpartition("@")[2] for sender in ADDRESSES})
_WORLD: Sequence[str] = [
    *(sender.value for sender in ADDRESSES),
    *(f"{name}@{sub}{domain}" for name in _EXTRA for sub in ("", "x.") for domain in _DOMAINS),
]


def _senders(match: Match) -> set[str]:
    kind = ADDRESSES[0].kind
    return {sender for sender in _WORLD if covers(match, Match(kind, sender))}
