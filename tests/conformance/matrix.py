"""Everything that the gate only samples: `python -m tests.conformance.matrix`.

Moves every service through the table at each switch value, at the pairwise selection, and at every
two switch values alone; then puts every kind of fault at every call in every world. Prints its
counts, and exits with 1 when a promise was broken.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from tests.conformance.choices import alone, every_two, in_pairs
from tests.conformance.faults import Course
from tests.conformance.harness import SERVICES
from tests.conformance.moving import go_through
from tests.conformance.promises import Broken
from tests.conformance.running import Bench
from tests.conformance.scopes import SCOPES
from tests.conformance.service import Choice

ALL: Final = (*SERVICES, *SCOPES)
CHUNK: Final = 25
MAX_SHOWN: Final = 20


def main() -> int:
    """Run everything and print the counts."""
    started = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        failures = [*_tables(pool), *_faults(pool)]
    for failure in failures[:MAX_SHOWN]:
        _say(failure)
    _say(f"{len(failures)} failures, {time.monotonic() - started:.0f} s")
    return 1 if failures else 0


def _tables(pool: ProcessPoolExecutor) -> Iterator[str]:
    for number, service in enumerate(ALL):
        for title, choices in (
            ("each switch value alone", alone(service)),
            ("the pairwise selection", in_pairs(service)),
            ("every two switch values", every_two(service)),
        ):
            results = list(pool.map(_go_through, [number] * len(choices), choices, chunksize=5))
            stages = sum(count for count, _ in results)
            failures = [failure for _, failure in results if failure]
            _say(
                f"{service.name}: {title}: {len(choices)} choices, {stages} stages reached, "
                f"{len(failures)} choices failed"
            )
            yield from failures


def _go_through(number: int, choice: Choice) -> tuple[int, str]:
    try:
        return go_through(ALL[number], choice), ""
    except Exception:  # noqa: BLE001 - every failure is counted, and shown at the end
        return 0, f"{dict(choice)}: {traceback.format_exc(limit=-2)}"


def _faults(pool: ProcessPoolExecutor) -> Iterator[str]:
    for number, service in enumerate(ALL):
        for world in service.fault_worlds:
            with service.open(world) as sandbox:
                count = len(list(Course(Bench(service, sandbox)).schedules()))
            starts = range(0, count, CHUNK)
            parts = pool.map(
                _run_schedules, *zip(*((number, world, s) for s in starts), strict=True)
            )
            broken: Counter[Broken] = Counter()
            failures: list[str] = []
            for counts, texts in parts:
                broken += counts
                failures += texts
            tally = ", ".join(f"{broken[promise]} {promise}" for promise in Broken)
            _say(f"{service.name} {dict(world)}: {count} schedules run: {tally}")
            yield from failures


def _run_schedules(number: int, world: Choice, start: int) -> tuple[Counter[Broken], list[str]]:
    service = ALL[number]
    broken: Counter[Broken] = Counter()
    failures: list[str] = []
    with service.open(world) as sandbox:
        course = Course(Bench(service, sandbox))
        for schedule in list(course.schedules())[start : start + CHUNK]:
            promises = course.run(schedule)
            broken.update(promises)
            failures += [f"{dict(world)} {schedule}: {promise}" for promise in promises]
    return broken, failures


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
