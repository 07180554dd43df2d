"""Programs are run in turn, and as often as the budget says."""

from __future__ import annotations

import sys
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.figures import Sample
from benchmarks.process import FailedError, Weight, weigh
from benchmarks.runs import Budget, in_turn

posix = pytest.mark.skipif(sys.platform == "win32", reason="programs are weighed by wait4")

_walls = st.lists(st.floats(0.01, 100.0), min_size=5, max_size=5)


def _runs(budget: Budget, walls: list[float]) -> int:
    left = iter(walls)
    return len(in_turn(budget, {"it": lambda: Weight(next(left), 0.0, 0, 0)})["it"])


def test_programs_take_turns() -> None:
    """A disturbance of the machine hits a program and its peer alike."""
    order: list[str] = []

    def run(name: str) -> Weight:
        order.append(name)
        return Weight(0.1, 0.1, 1, 0)

    in_turn(Budget(3), {name: partial(run, name) for name in ("ours", "theirs")})

    assert order == ["ours", "theirs"] * 3


@given(_walls)
def test_fewer_runs_are_slow_and_agree(walls: list[float]) -> None:
    """What was run less than five times was steady over 12 s, or took 40 s, or very long."""
    budget = Budget(5)

    runs = _runs(budget, walls)

    assert 1 <= runs <= 5
    assert runs >= 2 or walls[0] >= 35.0
    if 1 < runs < 5:
        steady = sum(walls[:runs]) >= 12.0 and Sample(walls[:runs]).spread <= 0.05
        assert steady or (runs >= 3 and sum(walls[:runs]) >= 40.0)


@pytest.mark.parametrize(
    ("walls", "runs"),
    [
        ([0.1] * 5, 5),
        ([30.0, 30.1, 30.0, 30.0, 30.0], 2),
        ([30.0, 40.0, 30.0, 30.0, 30.0], 3),
        ([11.0, 13.0, 11.0, 13.0, 11.0], 4),
        ([37.0, 37.0, 37.0, 37.0, 37.0], 1),
        ([5.0, 5.0, 5.0, 5.0, 5.0], 3),
        ([7.0, 7.0, 7.0, 7.0, 7.0], 2),
    ],
)
def test_a_slow_steady_program_runs_less_often(walls: list[float], runs: int) -> None:
    """Quick ones run five times, slow ones twice where that agrees, the slowest once."""
    assert _runs(Budget(5), walls) == runs


def test_a_quick_look_runs_everything_once() -> None:
    """One run is one run, however long it took."""
    assert _runs(Budget(1), [0.1, 50.0, 50.0, 50.0, 50.0]) == 1


def test_a_program_that_stops_early_leaves_the_turn() -> None:
    """The others go on."""
    walls = {"slow": 25.0, "quick": 1.0}
    programs = {name: partial(Weight, wall, 0.0, 0, 0) for name, wall in walls.items()}

    found = in_turn(Budget(5), programs)

    assert {name: len(runs) for name, runs in found.items()} == {"slow": 2, "quick": 5}


@posix
def test_memory_is_that_of_the_program() -> None:
    """A child is charged with what its parent holds; the weigher holds next to nothing."""
    held = bytearray(200_000_000)

    weight = weigh([sys.executable, "-S", "-c", "pass"])

    assert weight.memory < len(held) / 4


@posix
def test_a_program_that_fails_is_no_figure() -> None:
    """Its exit is an error with the command and what it said."""
    with pytest.raises(FailedError, match=r"-c .*exit.*: \(?out of paper"):
        weigh([sys.executable, "-c", "raise SystemExit('out of paper')  # exit"])
