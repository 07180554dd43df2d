"""A write that failed is harmless only if it is proven that nothing of it was stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from mpctl.providers.stalwart.settings import Doubt, Settings
from mpctl.sandbox import Fault, Sandbox
from tests.clock import FakeClock
from tests.conformance.service import NO_SWITCHES, Choice
from tests.providers.stalwart.world import ready, session

LISTED = "lookup.mpctl.block.domain.{}.example"
OLD = LISTED.format("old")
TWO: dict[str, str | None] = {LISTED.format("new"): "mpctl", OLD: None}
# More than one request holds.
MANY: dict[str, str | None] = {LISTED.format(f"{n:060}"): "mpctl" for n in range(6_000)}


@contextmanager
def opened(*faults: str, switches: Choice = NO_SWITCHES) -> Iterator[tuple[Settings, Sandbox]]:
    """The settings of a server that is disturbed."""
    with ready().open(switches) as sandbox, closing(session(sandbox, FakeClock())) as speaking:
        for fault in faults:
            sandbox.inject(Fault.parse(fault))
        yield Settings(speaking), sandbox


def harmless(doubt: Doubt | None) -> bool:
    """What the settings say of a write that must have failed."""
    assert doubt is not None
    return doubt.harmless


@pytest.mark.parametrize(("nth", "expected"), [(1, True), (2, False)])
def test_a_refusal_is_harmless_only_if_nothing_came_before(nth: int, *, expected: bool) -> None:
    """Of a write in two requests the first may be stored when the second is refused."""
    with opened(f"POST ^/settings$ 403 nth={nth} times=forever") as (settings, sandbox):
        doubt = settings.write(MANY)
        untouched = MANY.keys().isdisjoint(sandbox.stalwart.state.settings())

    assert (harmless(doubt), untouched) == (expected, expected)


def test_a_second_try_does_not_make_the_first_harmless() -> None:
    """Half was stored by a request that failed; that the rest is refused takes nothing back."""
    fault = "POST ^/settings$ 403 nth=2 times=forever"
    with opened(fault, switches={"fail_after_op": "1"}) as (settings, sandbox):
        doubt = settings.write(TWO)
        stored = sandbox.stalwart.state.settings()

    assert not harmless(doubt)
    assert (stored[LISTED.format("new")], stored[OLD]) == ("mpctl", "mpctl")


def test_a_second_try_brings_the_rest() -> None:
    """By small requests of one operation each, where one large request fails halfway."""
    with opened(switches={"fail_after_op": "1"}) as (settings, sandbox):
        assert settings.write(TWO) is None
        stored = sandbox.stalwart.state.settings()

    assert stored[LISTED.format("new")] == "mpctl"
    assert OLD not in stored
