"""The selection of switches is worth its name."""

from __future__ import annotations

from tests.conformance.pairwise import all_pairs, pairs_of, pairwise

VALUES = {"a": ("1", "2", "3"), "b": ("1", "2"), "c": ("1", "2", "3", "4"), "d": ("1", "2")}


def test_every_two_values_meet() -> None:
    """Each pair of values of two parameters stands in some row."""
    covered = {pair for row in pairwise(VALUES) for pair in pairs_of(row)}

    assert covered == set(all_pairs(VALUES))


def test_the_selection_is_small() -> None:
    """It has far fewer rows than the 48 of the full product."""
    assert len(pairwise(VALUES)) <= 14


def test_impossible_rows_are_left_out_and_everything_else_is_covered() -> None:
    """No row contains a forbidden pair; all other pairs stand in some row."""
    forbidden = {"a": "1", "c": "2"}

    rows = pairwise(VALUES, possible=lambda row: not forbidden.items() <= row.items())

    covered = {pair for row in rows for pair in pairs_of(row)}
    assert set(all_pairs(VALUES)) - covered == {frozenset(forbidden.items())}
