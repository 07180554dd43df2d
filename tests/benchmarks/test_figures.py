"""What a figure says, and whether it reaches its goal."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.figures import Figure, Sample
from benchmarks.growth import steepest

_values = st.lists(st.floats(0.001, 1000.0), min_size=1, max_size=9)


@given(_values)
def test_the_median_is_one_of_the_middle(values: list[float]) -> None:
    """As many runs are below as above, and the spread is nothing only where all are equal."""
    sample = Sample(values)

    assert sum(v < sample.middle for v in values) <= len(values) / 2
    assert sum(v > sample.middle for v in values) <= len(values) / 2
    assert (sample.spread == 0) == (min(values) == max(values))


def test_a_sample_is_told_with_its_range() -> None:
    """The median, and from the least to the most; a single run has no range."""
    assert Sample([2.0, 3.0, 2.5]).told("s") == "2.5 s (2 to 3)"
    assert Sample([0.06134]).told("ms", 1e3) == "61.3 ms"


def test_the_spread_is_a_share_of_the_median() -> None:
    """From the least to the most."""
    assert Sample([9.0, 10.0, 12.0]).spread == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("measured", "goal", "least", "reached"),
    [
        (1.15, 1.15, False, True),
        (1.16, 1.15, False, False),
        (20.0, 20.0, True, True),
        (19.9, 20.0, True, False),
        (99.0, None, False, True),
        (0.1, None, True, True),
    ],
)
def test_a_goal_is_reached_when_it_is_met(
    measured: float, goal: float | None, *, least: bool, reached: bool
) -> None:
    """At most or at least, the goal itself included."""
    assert Figure("it", measured, goal, least=least).reached is reached


@given(st.floats(0.1, 3.0), st.floats(0.01, 100.0))
def test_a_power_has_its_exponent(exponent: float, factor: float) -> None:
    """The slope in logarithms of c * n^e is e."""
    values = {n: factor * n**exponent for n in (3_000, 30_000, 300_000)}

    assert math.isclose(steepest(values), exponent, rel_tol=1e-9)


def test_the_steepest_slope_counts() -> None:
    """A start-up that levels the first slope does not hide the second; order does not matter."""
    assert steepest({1000: 80.0, 10: 1.0, 100: 1.0}) == pytest.approx(math.log10(80.0))
