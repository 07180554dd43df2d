"""Whatever fails at whatever call: no duplicate, no false removal, an honest outcome."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conformance.disturbances import KINDS, REACHES, Schedule
from tests.conformance.faults import Course
from tests.conformance.harness import DISTURBED
from tests.conformance.promises import Broken
from tests.conformance.running import Bench
from tests.conformance.service import Choice, Service

WORLDS = [(service, world) for service in DISTURBED for world in service.fault_worlds]
NAMES = [f"{service.name}-{','.join(world)}" for service, world in WORLDS]
STRIDE = 12


def dealt(course: Course, service: Service, world: Choice) -> list[Schedule]:
    """The part of the faults that a world of a service has in the gate."""
    worlds = service.fault_worlds
    return list(course.dealt(worlds.index(world), len(worlds)))


def broken_by(course: Course, schedules: list[Schedule]) -> dict[Schedule, list[Broken]]:
    """The schedules at which a promise was broken."""
    runs = {schedule: course.run(schedule) for schedule in schedules}
    return {schedule: broken for schedule, broken in runs.items() if broken}


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize(("service", "world"), WORLDS, ids=NAMES)
def test_a_fault_at_any_call_breaks_no_promise(service: Service, world: Choice, reach: str) -> None:
    """After a fault every operation has a true outcome, and a second run brings the rest."""
    with service.open(world) as sandbox:
        course = Course(Bench(service, sandbox))
        schedules = [s for s in dealt(course, service, world) if s.reach == reach]

        assert broken_by(course, schedules) == {}


@pytest.mark.parametrize("service", DISTURBED, ids=lambda service: service.name)
def test_the_sample_leaves_out_no_kind_and_no_call(service: Service) -> None:
    """Every kind has every reach, and every call is hit in every world; the matrix runs all."""
    seen: set[tuple[str, str]] = set()
    for world in service.fault_worlds:
        with service.open(world) as sandbox:
            course = Course(Bench(service, sandbox))
        schedules = dealt(course, service, world)
        seen |= {(schedule.kind, schedule.reach) for schedule in schedules}

        assert {s.call for s in schedules} == {*range(1, len(course.methods) + 1)}
        assert {schedule.kind for schedule in schedules} == {*KINDS}
    assert seen == {*product(KINDS, REACHES)}


@pytest.mark.parametrize(("service", "world"), WORLDS, ids=NAMES)
def test_another_writer_at_any_call_breaks_no_promise(service: Service, world: Choice) -> None:
    """What somebody else adds is not removed unseen; what both wanted is done once by each."""
    with service.open(world) as sandbox:
        course = Course(Bench(service, sandbox))
        meddling = [schedule for schedule in course.schedules() if schedule.meddles]

        assert broken_by(course, meddling[::STRIDE]) == {}


@settings(max_examples=25)
@given(st.data())
def test_a_storm_of_faults_breaks_no_promise(data: st.DataObject) -> None:
    """Several faults of one run, and other writers among them, break no promise either."""
    service, world = data.draw(st.sampled_from(WORLDS))
    with service.open(world) as sandbox:
        course = Course(Bench(service, sandbox))

        assert course.run(*data.draw(course.storms())) == []


@pytest.mark.parametrize("service", DISTURBED, ids=lambda service: service.name)
def test_the_scenario_uses_every_kind_of_write(service: Service) -> None:
    """The recorded run reads, creates, writes a setting and deletes: a fault can hit each."""
    with service.open() as sandbox:
        course = Course(Bench(service, sandbox))
        paths = {r.path.split("/")[-1] for r in sandbox.requests if r.write}

    assert len(course.methods) >= 12
    assert sum(r.write for r in sandbox.requests) >= service.least_writes
    assert len(paths) >= min(5, service.least_writes)
