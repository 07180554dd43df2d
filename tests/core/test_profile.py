"""Every moment of a run counts for one stage."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.profile import Marks, profile
from mpctl.core.stage import Span, Stage

# Hundredths of a second, so that sums are exact enough to be compared.
MOMENTS = st.integers(0, 2_000).map(lambda hundredths: hundredths / 100)
SPANS = st.lists(st.tuples(MOMENTS, MOMENTS).map(lambda two: (min(two), max(two))))


@st.composite
def runs(draw: st.DrawFn) -> Marks:
    """A run of twenty seconds: stages without a gap, requests and pauses anywhere within."""
    cuts = sorted(draw(st.lists(MOMENTS)))
    bounds = zip([0.0, *cuts], [*cuts, 20.0], strict=True)
    stages = [(draw(st.sampled_from(Stage)), span) for span in bounds]
    return Marks(stages, draw(SPANS), draw(SPANS))


def test_requests_at_the_same_time_count_once() -> None:
    """Two that overlap are one stretch of network; one by one, both count."""
    made = profile(Marks([(Stage.ANSWERS, (0, 10))], requests=[(1, 4), (2, 5), (7, 8)]))

    assert made.shares == {Stage.ANSWERS: 5, Stage.NETWORK: 5}
    assert made.requests == (3, 3, 1)


def test_it_waits_only_while_nothing_is_under_way() -> None:
    """A pause beside a request is the network's time; what is left of it is waiting."""
    stages = [(Stage.YAML, (0.0, 2.0)), (Stage.ANSWERS, (2.0, 10.0))]
    made = profile(Marks(stages, requests=[(3, 5)], pauses=[(4, 8), (7, 9)]))

    assert made.shares == {Stage.YAML: 2, Stage.ANSWERS: 2, Stage.NETWORK: 2, Stage.WAITING: 4}
    assert made.pauses == (4, 2)


def test_a_stage_that_comes_twice_is_one() -> None:
    """The shares of its parts are added."""
    stages = [(Stage.YAML, (0.0, 1.0)), (Stage.SCHEMA, (1.0, 3.0)), (Stage.YAML, (3.0, 7.0))]

    assert profile(Marks(stages)).shares == {Stage.YAML: 5, Stage.SCHEMA: 2}


@given(runs())
def test_the_shares_add_up_to_the_run(marks: Marks) -> None:
    """No moment is lost, and none counts twice."""
    made = profile(marks)

    assert made.total == pytest.approx(20)
    assert min(made.shares.values()) >= 0


@given(runs())
def test_the_network_is_when_anything_is_under_way(marks: Marks) -> None:
    """Counted by the hundredth: of every one that a request spans; waiting has the rest."""
    asking, held = _hundredths(marks.requests), _hundredths([*marks.requests, *marks.pauses])
    shares = profile(marks).shares

    assert shares.get(Stage.NETWORK, 0) - _marked(marks, Stage.NETWORK, held) == pytest.approx(
        len(asking) / 100
    )
    assert shares.get(Stage.WAITING, 0) - _marked(marks, Stage.WAITING, held) == pytest.approx(
        len(held - asking) / 100
    )


def _marked(marks: Marks, stage: Stage, held: set[int]) -> float:
    """The seconds that the main thread says of itself that it is in this stage."""
    own = [span for one, span in marks.stages if one is stage]
    return len(_hundredths(own) - held) / 100


def _hundredths(spans: Iterable[Span]) -> set[int]:
    return {each for start, end in spans for each in range(round(start * 100), round(end * 100))}
