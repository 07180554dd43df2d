"""When a rule ends."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.match import Kind, Match
from mpctl.core.rule import Action, DeclaredRule, Expiry, RuleKey
from tests.strategies import NOW

KEY = RuleKey(Action.ALLOW, Match(Kind.DOMAIN, "vendor.example"))
INSTANT = timedelta(microseconds=1)


def ending(offset: timedelta) -> DeclaredRule:
    """A rule that ends so long after now."""
    return DeclaredRule(KEY, "vendor.example", (), expires=Expiry("", NOW + offset))


def test_a_rule_has_ended_at_its_moment() -> None:
    """The moment of an expiry is the first instant without the rule."""
    assert not ending(INSTANT).expired(NOW)
    assert ending(timedelta(0)).expired(NOW)
    assert ending(-INSTANT).expired(NOW)


@given(st.timedeltas(timedelta(-9999), timedelta(9999)))
def test_a_rule_without_an_expiry_never_ends(offset: timedelta) -> None:
    """A rule that says nothing about its end has none."""
    assert not DeclaredRule(KEY, "vendor.example", ()).expired(NOW + offset)


@given(st.timedeltas(timedelta(-999), timedelta(999)), st.timedeltas(timedelta(0), timedelta(99)))
def test_what_has_ended_stays_ended(offset: timedelta, later: timedelta) -> None:
    """A rule that has ended does not come back."""
    rule = ending(offset)

    assert rule.expired(NOW + later) or not rule.expired(NOW)
