"""A value that is written though it reads equal: reading cannot prove such a write."""

from __future__ import annotations

import pytest

from mpctl.core.change import Direction, SettingChange
from mpctl.core.entity import Ref
from mpctl.core.outcome import Status
from mpctl.core.schedule import Batch, Operation, Step
from tests.providers.mailprotector.world import entity, running

DOMAIN = entity("domains/acme.example")
PIN = SettingChange(
    DOMAIN, "allow_spam_release", before=False, after=False, direction=Direction.NEUTRAL
)
BATCH = Batch(DOMAIN, Ref("domains", "9101").native_id, Step.SETTINGS, (Operation(PIN),))


@pytest.mark.parametrize(
    "fault", ["500 times=forever", "drop-before times=forever", "html times=forever"]
)
def test_a_pin_whose_answer_was_lost_is_not_proven_by_reading(fault: str) -> None:
    """The value was equal before, so only the service's own answer says that it was written."""
    with running(f"PUT configuration {fault}") as world:
        (outcome,) = world.provider.apply(BATCH)

    assert outcome.status is Status.UNKNOWN
    assert outcome.detail.endswith("; a read cannot tell whether the value is its own now")


def test_a_pin_that_was_answered_is_applied() -> None:
    """With its answer the write is proven, and the value is the entity's own."""
    with running() as world:
        (outcome,) = world.provider.apply(BATCH)
        local = world.sandbox.mailprotector.state.local_configuration("domains", 9101)

    assert outcome.status is Status.APPLIED
    assert local["permissions"]["messages"]["allow_spam_release"] is False
