"""What a reading of the account tells."""

from __future__ import annotations

from mpctl.core.match import Kind, Match
from mpctl.core.rule import Action, LiveRule, RuleKey
from mpctl.providers.mailbaby.account import View


def test_the_lowest_id_is_the_smallest_number() -> None:
    """Ids are numbers written as text: 9 comes before 10, and is the one that stays."""
    key = RuleKey(Action.BLOCK, Match(Kind.DOMAIN, "spam.example"))
    rows = tuple(LiveRule(key, "spam.example", number) for number in ("10", "9"))
    view = View(0.0, {}, {"mb39": rows}, {})

    assert [row.native_id for row in view.rows("mb39", key)] == ["9", "10"]
