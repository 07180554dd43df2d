"""A Stalwart server keeps the promises of the suite, whatever it does and what fails."""

from __future__ import annotations

import pytest

from tests.conformance.choices import alone, in_pairs
from tests.conformance.disturbances import REACHES
from tests.conformance.faults import Course
from tests.conformance.mailserver import SERVER
from tests.conformance.moving import go_through
from tests.conformance.running import Bench
from tests.conformance.service import Choice
from tests.conformance.table import table

CHOICES = [*alone(SERVER), *in_pairs(SERVER)]
# Prime, so that every kind of fault meets calls of every part of the run.
STRIDE = 7


@pytest.mark.parametrize("switches", CHOICES, ids=lambda c: ",".join(map("=".join, c.items())))
def test_each_stage_is_reached(switches: Choice) -> None:
    """Plan, apply and plan again end in "no changes", with every two switch values."""
    assert go_through(SERVER, switches) == len(table(SERVER))


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize("world", SERVER.fault_worlds, ids=lambda w: ",".join(w) or "plain")
def test_a_fault_at_any_call_breaks_no_promise(world: Choice, reach: str) -> None:
    """After a fault every operation has a true outcome, and a second run brings the rest."""
    with SERVER.open(world) as sandbox:
        course = Course(Bench(SERVER, sandbox))
        faults = [s for s in course.schedules() if s.reach == reach and not s.meddles]
        chosen = faults[REACHES.index(reach) :: STRIDE]

        broken = {schedule: course.run(schedule) for schedule in chosen}

    assert {schedule: promises for schedule, promises in broken.items() if promises} == {}
