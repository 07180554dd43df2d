"""Stages that mark themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from threading import Thread

import pytest

from mpctl.core.stage import Stage
from mpctl.stages import Stages, during


@pytest.fixture
def stages() -> Stages:
    """Stages of which each look at the clock takes a second."""
    return Stages(map(float, count()).__next__)


@pytest.fixture
def _listening(stages: Stages) -> Iterator[None]:
    with stages.listening():
        yield


@during(Stage.SCHEMA)
def check(content: str) -> str:
    """Give back what it is given; a function that is a stage."""
    if not content:
        raise ValueError("nothing to check")
    return content


def test_a_stage_within_a_stage_interrupts_it(stages: Stages) -> None:
    """The stages follow on one another without a gap."""
    with stages.listening(), during(Stage.YAML):
        assert check("entity") == "entity"

    assert stages.spans == [
        (Stage.REST, (0, 1)),
        (Stage.YAML, (1, 2)),
        (Stage.SCHEMA, (2, 3)),
        (Stage.YAML, (3, 4)),
        (Stage.REST, (4, 5)),
    ]


def test_an_error_ends_the_stages_that_it_leaves(stages: Stages) -> None:
    """What comes after it is not counted as theirs."""
    with stages.listening():
        with pytest.raises(ValueError, match="nothing"), during(Stage.YAML):
            check("")
        with during(Stage.DIFF):
            pass

    assert [stage for stage, _ in stages.spans] == [
        Stage.REST,
        Stage.YAML,
        Stage.SCHEMA,
        Stage.YAML,
        Stage.REST,
        Stage.DIFF,
        Stage.REST,
    ]


@pytest.mark.usefixtures("_listening")
def test_other_threads_are_not_heard(stages: Stages) -> None:
    """Their stages would overlap with ours."""
    thread = Thread(target=check, args=["entity"])
    thread.start()
    thread.join()

    assert stages.spans == []


def test_nobody_listens_afterwards(stages: Stages) -> None:
    """A mark costs and means nothing then."""
    with stages.listening():
        pass
    check("entity")

    assert stages.spans == [(Stage.REST, (0, 1))]
