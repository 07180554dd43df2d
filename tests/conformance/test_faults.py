"""Whatever fails at whatever call: no duplicate, no false removal, an honest outcome."""

from __future__ import annotations

import pytest

from tests.conformance.faults import REACHES, Course
from tests.conformance.harness import SERVICES
from tests.conformance.running import Bench
from tests.conformance.service import Choice, Service

# Prime, and so a divisor of no number of calls: every kind meets calls of every part of the run.
# The matrix command leaves none out.
STRIDE = 11

WORLDS = [(service, world) for service in SERVICES for world in service.fault_worlds]


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize(
    ("service", "world"), WORLDS, ids=[f"{s.name}-{','.join(w)}" for s, w in WORLDS]
)
def test_a_fault_at_any_call_breaks_no_promise(service: Service, world: Choice, reach: str) -> None:
    """After a fault every operation has a true outcome, and a second run brings the rest."""
    with service.open(world) as sandbox:
        course = Course(Bench(service, sandbox))
        chosen = [s for s in course.schedules() if s.reach == reach][REACHES.index(reach) :: STRIDE]

        broken = {schedule: course.run(schedule) for schedule in chosen}

    assert {schedule: promises for schedule, promises in broken.items() if promises} == {}
    assert len({schedule.kind for schedule in chosen}) == len({s.kind for s in course.schedules()})


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_scenario_uses_every_kind_of_write(service: Service) -> None:
    """The recorded run reads, creates, writes a setting and deletes: a fault can hit each."""
    with service.open() as sandbox:
        course = Course(Bench(service, sandbox))
        paths = {r.path.split("/")[-1] for r in sandbox.requests if r.write}

    assert len(course.methods) > 12
    assert sum(r.write for r in sandbox.requests) >= 8
    assert len(paths) > 4
