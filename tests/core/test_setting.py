"""What settings can be, and which way a change of one moves mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.change import Direction
from mpctl.core.rule import SettingValue
from mpctl.core.setting import NOBODY, Form, SettingError, SettingSpec

LEVEL = SettingSpec("filter_level", ("exclusive", "on", "off"))
REJECT = SettingSpec(
    "reject_threshold", form=Form.NUMBER, more=Direction.LOOSENS, zero_is_never=True
)
AGE = SettingSpec("folder_age_limit", form=Form.NUMBER, whole=True)
OWNER = SettingSpec("quarantine_owner", form=Form.ADDRESS)
NUMBERS = st.decimals(min_value=0, max_value=1000, places=2).map(str)


@pytest.mark.parametrize(
    ("spec", "written", "canonical"),
    [
        (LEVEL, "on", "on"),
        (REJECT, "5.0", "5"),
        (REJECT, 5, "5"),
        (REJECT, "0005.50", "5.5"),
        (REJECT, "1e2", "100"),
        (AGE, "30", "30"),
        (OWNER, " Quarantine@Acme.Example ", "quarantine@acme.example"),
        (OWNER, "", NOBODY),
        (OWNER, "none", NOBODY),
    ],
)
def test_equal_values_have_one_form(
    spec: SettingSpec, written: SettingValue, canonical: SettingValue
) -> None:
    """Two spellings of one value are one value."""
    assert spec.canonical(written) == canonical


@pytest.mark.parametrize(
    ("spec", "written", "expected"),
    [
        (LEVEL, True, ""),
        (LEVEL, "On", ""),
        (REJECT, "nan", "a number from 0 on"),
        (REJECT, "inf", "a number from 0 on"),
        (REJECT, "-1", "a number from 0 on"),
        (REJECT, "five", "a number from 0 on"),
        (REJECT, True, "a number from 0 on"),
        (AGE, "1.5", "a whole number from 0 on"),
        (OWNER, "acme.example", "an address, or none"),
    ],
)
def test_what_a_setting_cannot_have_is_refused(
    spec: SettingSpec, written: SettingValue, expected: str
) -> None:
    """A value that is none of the setting's says what could stand there."""
    with pytest.raises(SettingError) as error:
        spec.canonical(written)

    assert error.value.expected == expected


@given(NUMBERS)
def test_canonical_numbers_stay(number: str) -> None:
    """The canonical form is its own canonical form, and the same number."""
    canonical = REJECT.canonical(number)

    assert REJECT.canonical(canonical) == canonical
    assert float(str(canonical)) == float(number)


@given(NUMBERS, NUMBERS)
def test_a_higher_threshold_lets_more_through(before: str, after: str) -> None:
    """Mail is rejected from a threshold on, never at 0: the higher, the more gets through."""
    old, new = (float(n) or float("inf") for n in (before, after))

    direction = REJECT.direction(REJECT.canonical(before), REJECT.canonical(after))

    expected = Direction.LOOSENS if new > old else Direction.TIGHTENS
    assert direction is (Direction.NEUTRAL if new == old else expected)


@pytest.mark.parametrize("more", [Direction.LOOSENS, Direction.TIGHTENS])
def test_an_unknown_number_counts_as_the_strictest(more: Direction) -> None:
    """Whatever is written where the live value is unknown, loosens."""
    spec = SettingSpec("threshold", form=Form.NUMBER, more=more)

    assert {spec.direction(None, value) for value in ("0", "5", "100")} == {Direction.LOOSENS}


def test_who_is_told_does_not_matter() -> None:
    """Another owner of the quarantine, or one where nobody knows, moves no mail."""
    assert OWNER.direction(None, NOBODY) is Direction.NEUTRAL
    assert OWNER.direction(NOBODY, "a@acme.example") is Direction.NEUTRAL


def test_a_number_without_a_side_is_neutral() -> None:
    """A number that moves no mail is neutral, also where the live one is unknown."""
    assert AGE.direction(None, "30") is Direction.NEUTRAL
    assert AGE.direction("1", "30") is Direction.NEUTRAL


def test_settings_stand_at_their_scopes() -> None:
    """A setting without scopes stands at all of them."""
    some = SettingSpec("spam_handling", ("delete", "folder"), scopes=frozenset({"domains"}))

    assert LEVEL.stands_at("domains")
    assert some.stands_at("domains")
    assert not some.stands_at("ex_mailboxes")
