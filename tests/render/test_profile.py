"""The table that says where the time went."""

from __future__ import annotations

import pytest

from mpctl.core.profile import Profile
from mpctl.core.stage import Stage
from mpctl.render.profile import profile_lines

NETWORK = (
    "a higher max_concurrency of the target asks more at once; --only, or --base with --changed,"
    " asks for less."
)
WAITING = "a higher requests_per_second of the target waits less, where the service permits it."
YAML = (
    "a rule that is a plain value is read faster than one with keys of its own, and a rule set is"
    " read once for all that include it."
)


def test_the_longest_stage_comes_first() -> None:
    """Each with its share; network and waiting with what they were made of, then the advice."""
    shares = {
        Stage.START: 0.5,
        Stage.YAML: 1.25,
        Stage.NETWORK: 12.0,
        Stage.WAITING: 4.25,
        Stage.RENDER: 0.004,
    }
    made = Profile(shares, (0.5, 11.25, 12.25), (4.25,), processor=2.5)

    assert profile_lines(made) == [
        "Where the time went: 18.00 s; at work on the processor: 2.50 s",
        "  network      12.00 s   66.7%  3 requests, 24.00 s one by one, 2.0 at once",
        "  waiting       4.25 s   23.6%  1 pause, 4.25 s one by one",
        "  YAML          1.25 s    6.9%",
        "  start-up      0.50 s    2.8%",
        "  render        0.00 s    0.0%",
        f"network: {NETWORK}",
    ]


@pytest.mark.parametrize(
    ("stage", "advice"),
    [
        (Stage.WAITING, [f"waiting: {WAITING}"]),
        (Stage.YAML, [f"YAML: {YAML}"]),
        (Stage.START, []),
    ],
)
def test_a_stage_that_takes_most_is_advised_on(stage: Stage, advice: list[str]) -> None:
    """Where anything can be done about it; half of the time alone is not most of it."""
    assert profile_lines(Profile({stage: 3.0, Stage.REST: 2.0}))[3:] == advice
    assert profile_lines(Profile({stage: 2.0, Stage.REST: 2.0}))[3:] == []


def test_a_stage_that_only_waits_has_no_pauses_to_count() -> None:
    """Whoever waits for what was written to show pauses between no requests."""
    assert profile_lines(Profile({Stage.WAITING: 1.0, Stage.APPLY: 1.0}))[1:] == [
        "  waiting      1.00 s   50.0%",
        "  apply        1.00 s   50.0%",
    ]


def test_no_time_has_no_shares() -> None:
    """A clock that stands still is no reason to divide by nothing."""
    assert profile_lines(Profile({Stage.NETWORK: 0.0}, (0.0,))) == [
        "Where the time went: 0.00 s; at work on the processor: 0.00 s",
        "  network      0.00 s    0.0%  1 request, 0.00 s one by one",
    ]
