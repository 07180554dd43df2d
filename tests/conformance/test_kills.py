"""Killed at any instant, the next run converges; the matrix command leaves no instant out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.harness import DISTURBED
from tests.conformance.kills import Kill, Killing
from tests.conformance.running import Bench
from tests.conformance.service import Service


@pytest.fixture
def killing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Killing]:
    """A service whose client can be killed."""
    service: Service = getattr(request, "param", DISTURBED[-1])
    with service.open({**service.fault_worlds[0], **service.unpaced}) as sandbox:
        yield Killing(Bench(service, sandbox), tmp_path)


def test_a_killed_run_is_finished_by_the_next(killing: Killing) -> None:
    """No duplicate, nothing falsely removed, no window; the next run brings the rest."""
    writes = [n for n, method in enumerate(killing.methods, 1) if method != "GET"]
    middle = writes[len(writes) // 2]
    kills = (Kill(writes[1]), Kill(writes[1], effect=True), Kill(middle), Kill(writes[-1]))

    ends = {kill: killing.run(kill) for kill in kills}

    assert ends == dict.fromkeys(kills, (True, []))


@pytest.mark.parametrize("killing", DISTURBED[:-1], ids=lambda service: service.name, indirect=True)
def test_a_run_killed_by_its_first_write_is_finished_by_the_next(killing: Killing) -> None:
    """The same at every other service, right after the effect: nobody heard that it was done."""
    first = next(n for n, method in enumerate(killing.methods, 1) if method != "GET")

    assert killing.run(Kill(first, effect=True)) == (True, [])


def test_every_call_is_an_instant_to_die_at(killing: Killing) -> None:
    """The matrix kills right before and right after the effect of every call, and by the clock."""
    kills = list(killing.kills(at_random=2))

    assert len(kills) == 2 * len(killing.methods) + 2
    assert all(0 <= kill.seconds <= killing.seconds for kill in kills)
