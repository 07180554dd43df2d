"""Whether a change lets more mail through, or less."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.change import Direction, Verb, rule_direction
from mpctl.core.rule import Action, SettingValue
from mpctl.core.setting import SettingSpec
from tests.strategies import RANKS

OPPOSITE = {
    Direction.LOOSENS: Direction.TIGHTENS,
    Direction.TIGHTENS: Direction.LOOSENS,
    Direction.NEUTRAL: Direction.NEUTRAL,
}
LADDERS = st.sampled_from(list(RANKS.values()))


@st.composite
def moves(draw: st.DrawFn) -> tuple[tuple[SettingValue, ...], SettingValue, SettingValue]:
    """A setting's values, and two of them."""
    values = draw(LADDERS)
    return values, draw(st.sampled_from(values)), draw(st.sampled_from(values))


@pytest.mark.parametrize(
    ("verb", "action", "direction"),
    [
        (Verb.CREATE, Action.ALLOW, Direction.LOOSENS),
        (Verb.DELETE, Action.ALLOW, Direction.TIGHTENS),
        (Verb.CREATE, Action.BLOCK, Direction.TIGHTENS),
        (Verb.DELETE, Action.BLOCK, Direction.LOOSENS),
    ],
)
def test_a_rule(verb: Verb, action: Action, direction: Direction) -> None:
    """Danger is direction, not verb: taking a block away loosens as adding an allow does."""
    assert rule_direction(verb, action) is direction


@given(moves())
def test_the_way_back_is_the_opposite(
    move: tuple[tuple[SettingValue, ...], SettingValue, SettingValue],
) -> None:
    """A setting that is put back moves mail the other way."""
    values, before, after = move

    there, back = (
        SettingSpec("level", values).direction(*pair) for pair in ((before, after), (after, before))
    )
    assert there is OPPOSITE[back]
    assert (there is Direction.NEUTRAL) == (before == after)


@given(LADDERS)
def test_values_run_from_strict_to_loose(values: tuple[SettingValue, ...]) -> None:
    """Every step up the ladder of a setting's values loosens."""
    for before, after in pairwise(values):
        assert SettingSpec("level", values).direction(before, after) is Direction.LOOSENS


@given(LADDERS, st.none() | st.sampled_from(("yes", 2, "")))
def test_an_unknown_value_is_judged_as_the_strictest(
    values: tuple[SettingValue, ...], unknown: SettingValue | None
) -> None:
    """What is not known may be the strictest value, so granting anything from there loosens."""
    directions = [SettingSpec("level", values).direction(unknown, after) for after in values]

    assert directions == [
        SettingSpec("level", values).direction(values[0], after) for after in values
    ]
    assert directions[1:] == [Direction.LOOSENS] * (len(values) - 1)


@given(st.sampled_from(Action))
def test_every_action_has_an_opposite(action: Action) -> None:
    """Allow and block are each other's opposite."""
    assert action.opposite is not action
    assert action.opposite.opposite is action
