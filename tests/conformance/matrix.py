"""Everything that the gate only samples: `python -m tests.conformance.matrix [--quick]`.

Moves every service through the table at each switch value, at the pairwise selection, and at every
two switch values alone; puts every kind of fault, and another writer, at every call in every world;
lets storms of several faults loose; and kills processes before and after every call and at random
instants. Prints its counts, and exits with 1 when a promise was broken. With --quick it takes a
sample of each; the random part is another one every time, and its seed is printed. With --only it
takes the services whose names contain a word.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.conformance.choices import alone, every_two, in_pairs
from tests.conformance.disturbances import REACHES, Schedule
from tests.conformance.faults import Course
from tests.conformance.harness import DISTURBED
from tests.conformance.kills import Killing
from tests.conformance.moving import go_through
from tests.conformance.promises import Broken
from tests.conformance.rackspace import PLACES
from tests.conformance.running import Bench
from tests.conformance.scopes import SCOPES
from tests.conformance.service import Choice, Service

Services = Sequence[tuple[int, Service]]

ALL: Final[tuple[Service, ...]] = (*DISTURBED, *PLACES[1:], *SCOPES)
CHUNK: Final = 25
QUICK: Final = 41
STORMS: Final = 300
KILLS_AT_RANDOM: Final = 30
MAX_SHOWN: Final = 20
MUST_BE_NONE: Final = (Broken.DUPLICATE, Broken.FALSE_REMOVAL, Broken.NO_OUTCOME)


@dataclass(slots=True)
class Tally:
    """What was run, and what was broken."""

    schedules: int = 0
    killed: int = 0
    broken: Counter[Broken] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take another tally in."""
        self.schedules += other.schedules
        self.killed += other.killed
        self.broken += other.broken
        self.failures += other.failures

    def note(self, what: object, broken: Sequence[Broken]) -> None:
        """Count one run."""
        self.schedules += 1
        self.broken.update(broken)
        self.failures += [f"{what}: {promise}" for promise in broken]

    def __str__(self) -> str:
        counts = [f"{self.broken[promise]} {promise}" for promise in MUST_BE_NONE]
        counts += [f"{n} {p}" for p, n in self.broken.items() if p not in MUST_BE_NONE]
        killed = [f"{self.killed} processes killed"] if self.killed else []
        return ", ".join([f"{self.schedules} schedules run", *killed, *counts])


def main() -> int:
    """Run everything and print the counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.matrix")
    parser.add_argument("--quick", action="store_true", help="a sample of everything")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    parser.add_argument("--only", default="", metavar="WORD", help="services named so")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    chosen = parser.parse_args()
    started, whole = time.monotonic(), Tally()
    _say(f"seed {chosen.seed}")
    services = [(n, service) for n, service in enumerate(ALL) if chosen.only in service.name]
    with ProcessPoolExecutor(chosen.processes) as pool:
        for part in (_faults, _storms, _kills, _tables):
            whole.add(part(pool, services, chosen.seed, quick=chosen.quick))
    for failure in whole.failures[:MAX_SHOWN]:
        _say(failure)
    _say(f"in all: {whole}; {len(whole.failures)} failures, {time.monotonic() - started:.0f} s")
    return 1 if whole.failures else 0


def _tables(pool: ProcessPoolExecutor, services: Services, _seed: int, *, quick: bool) -> Tally:
    tally = Tally()
    for number, service in services:
        if service.above is not None:
            continue  # the table is about one entity at a time
        for title, choices in (
            ("each switch value alone", alone(service)),
            ("the pairwise selection", in_pairs(service)),
            ("every two switch values", every_two(service)),
        ):
            some = choices[:: QUICK if quick else 1]
            results = list(pool.map(_go_through, [number] * len(some), some, chunksize=5))
            stages = sum(count for count, _ in results)
            failures = [failure for _, failure in results if failure]
            tally.failures += failures
            _say(
                f"{service.name}: {title}: {len(some)} choices, {stages} stages reached, "
                f"{len(failures)} choices failed"
            )
    return tally


def _go_through(number: int, choice: Choice) -> tuple[int, str]:
    try:
        return go_through(ALL[number], choice), ""
    except Exception:  # noqa: BLE001 - every failure is counted, and shown at the end
        return 0, f"{dict(choice)}: {traceback.format_exc(limit=-2)}"


def _faults(pool: ProcessPoolExecutor, services: Services, _seed: int, *, quick: bool) -> Tally:
    tally = Tally()
    for number, service, world in _worlds(services):
        with service.open(world) as sandbox:
            count = len(_schedules(Course(Bench(service, sandbox)), quick=quick))
        tasks = [(number, world, quick, start) for start in range(0, count, CHUNK)]
        tally.add(_spread(pool, _run_schedules, tasks, f"{service.name} {dict(world)}: faults"))
    return tally


def _schedules(course: Course, *, quick: bool) -> list[Schedule]:
    """Every schedule; levels of which there is a service of their own are tried once at each."""
    deep = course.bench.service in DISTURBED
    chosen = [s for s in course.schedules() if deep or s.reach == REACHES[0]]
    return chosen[:: QUICK if quick else 1]


def _run_schedules(number: int, world: Choice, quick: bool, start: int) -> Tally:  # noqa: FBT001
    service, tally = ALL[number], Tally()
    with service.open(world) as sandbox:
        course = Course(Bench(service, sandbox))
        for schedule in _schedules(course, quick=quick)[start : start + CHUNK]:
            tally.note(f"{service.name} {dict(world)} {schedule}", course.run(schedule))
    return tally


def _storms(pool: ProcessPoolExecutor, services: Services, seed_: int, *, quick: bool) -> Tally:
    tally = Tally()
    for number, service, world in _worlds(services):
        if service in DISTURBED:
            parts = 1 if quick else 4
            examples = STORMS // (20 if quick else 4)
            tasks = [(number, world, examples, seed_ + part) for part in range(parts)]
            tally.add(_spread(pool, _run_storms, tasks, f"{service.name} {dict(world)}: storms"))
    return tally


def _run_storms(number: int, world: Choice, examples: int, seed_: int) -> Tally:
    service, tally = ALL[number], Tally()
    with service.open(world) as sandbox:
        course = Course(Bench(service, sandbox))

        @seed(seed_)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(course.storms())
        def storm(schedules: tuple[Schedule, ...]) -> None:
            tally.note(f"{service.name} {dict(world)} {schedules}", course.run(*schedules))

        storm()
    return tally


def _kills(pool: ProcessPoolExecutor, services: Services, seed_: int, *, quick: bool) -> Tally:
    tally = Tally()
    for number, service, world in _worlds(services):
        if service in DISTURBED and world == service.fault_worlds[0]:
            parts, every = os.cpu_count() or 1, QUICK // 4 if quick else 1
            tasks = [(number, world, seed_, part * every, parts * every) for part in range(parts)]
            tally.add(_spread(pool, _run_kills, tasks, f"{service.name} {dict(world)}: kills"))
    return tally


def _run_kills(number: int, world: Choice, seed_: int, start: int, every: int) -> Tally:
    service, tally = ALL[number], Tally()
    with (
        service.open({**world, **service.unpaced}) as sandbox,
        tempfile.TemporaryDirectory() as folder,
    ):
        killing = Killing(Bench(service, sandbox), Path(folder))
        for kill in list(killing.kills(KILLS_AT_RANDOM, seed_))[start::every]:
            killed, broken = killing.run(kill)
            tally.killed += killed
            tally.note(f"{service.name} {dict(world)} {kill}", broken)
    return tally


def _worlds(services: Services) -> Iterator[tuple[int, Service, Choice]]:
    for number, service in services:
        for world in service.fault_worlds:
            yield number, service, world


def _spread(
    pool: ProcessPoolExecutor,
    task: Callable[..., Tally],
    arguments: Sequence[tuple[Any, ...]],
    title: str,
) -> Tally:
    """Run a task over all processes, and say what came of it."""
    tally = Tally()
    for part in pool.map(task, *zip(*arguments, strict=True)):
        tally.add(part)
    _say(f"{title}: {tally}")
    return tally


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
