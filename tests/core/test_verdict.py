"""Which rule decides for a message."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.match import Kind, Match, parse_match
from mpctl.core.rule import Action, RuleKey
from mpctl.core.verdict import Verdict, covers, verdict

VALUES = [
    parse_match(text)
    for domain in ("vendor.example", "eu.vendor.example", "spam.example")
    for text in (domain, f"*.{domain}", f"billing@{domain}", f"news+tag@{domain}")
]
RULES = st.lists(st.builds(RuleKey, st.sampled_from(Action), st.sampled_from(VALUES)), max_size=8)
SENDERS = st.sampled_from([match for match in VALUES if match.kind is Kind.EMAIL])
BILLING = parse_match("billing@eu.vendor.example")


@pytest.mark.parametrize(
    ("value", "covered"),
    [
        ("billing@eu.vendor.example", True),
        ("eu.vendor.example", True),
        ("*.vendor.example", True),
        ("*.example", True),
        ("vendor.example", False),
        ("*.eu.vendor.example", False),
        ("*.u.vendor.example", False),
        ("u.vendor.example", False),
        ("news@eu.vendor.example", False),
        ("ling@eu.vendor.example", False),
        ("192.0.2.7", False),
    ],
)
def test_what_a_match_covers(value: str, *, covered: bool) -> None:
    """An address covers itself, a domain its own addresses, a wildcard those of its subdomains."""
    kind = Kind.SUBDOMAINS if value.startswith("*.") else None
    match = Match(Kind.SUBDOMAINS, "example") if value == "*.example" else parse_match(value, kind)

    assert covers(match, BILLING) is covered


def test_an_allow_beats_a_block() -> None:
    """Where allow wins, an allowed address at a blocked domain gets through."""
    block = RuleKey(Action.BLOCK, parse_match("eu.vendor.example"))
    allow = RuleKey(Action.ALLOW, BILLING)
    other = RuleKey(Action.ALLOW, parse_match("spam.example"))

    assert verdict(BILLING, [block, other, allow], wins=Action.ALLOW) == Verdict(
        Action.ALLOW, (block, allow)
    )
    assert verdict(BILLING, [block, other, allow], wins=Action.BLOCK) == Verdict(
        Action.BLOCK, (block, allow)
    )
    assert verdict(BILLING, [block, other], wins=Action.ALLOW) == Verdict(Action.BLOCK, (block,))
    assert verdict(BILLING, [other], wins=Action.ALLOW) == Verdict(None, ())


@given(SENDERS, RULES, st.sampled_from(Action))
def test_the_mirror(sender: Match, rules: list[RuleKey], wins: Action) -> None:
    """With allow and block exchanged everywhere, the verdict is the opposite one."""
    mirrored = [RuleKey(key.action.opposite, key.match) for key in rules]

    plain = verdict(sender, rules, wins=wins).action
    mirror = verdict(sender, mirrored, wins=wins.opposite).action
    assert mirror is (plain and plain.opposite)


@given(SENDERS, RULES, st.sampled_from(Action), st.randoms())
def test_the_order_of_rules_means_nothing(
    sender: Match, rules: list[RuleKey], wins: Action, random: Random
) -> None:
    """Rules may be listed in any order."""
    shuffled = random.sample(rules, len(rules))

    assert verdict(sender, shuffled, wins=wins).action is verdict(sender, rules, wins=wins).action


@given(SENDERS, RULES, st.sampled_from(Action))
def test_a_winning_rule_decides_at_once(sender: Match, rules: list[RuleKey], wins: Action) -> None:
    """Whatever else is listed, a matching rule of the winning action decides."""
    decisive = RuleKey(wins, sender)

    assert verdict(sender, [*rules, decisive], wins=wins).action is wins
