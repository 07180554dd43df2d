"""The managed rule and its scores: what counts as in order, and what is brought into order."""

from __future__ import annotations

import pytest

from mpctl.diagnostics import ExitCode
from mpctl.providers.stalwart.capabilities import CURRENT, DIFFERENT, MISSING, NOT_LIVE
from mpctl.providers.stalwart.plumbing import RULE, state, wanted
from tests.conformance.running import Bench
from tests.conformance.table import Stage
from tests.providers.stalwart.world import ready

READY = dict(wanted())
KEEP = "lookup.mpctl._keep"
SCORE = "spam-filter.list.scores.MPCTL_"


def without(*keys: str) -> dict[str, str]:
    """The plumbing without some keys."""
    return {key: value for key, value in READY.items() if key not in keys}


def numbered(width: int) -> dict[str, str]:
    """The plumbing with conditions numbered as in a file."""
    return {
        ".".join(part.zfill(width) if part.isdecimal() else part for part in key.split(".")): value
        for key, value in READY.items()
    }


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ({}, MISSING),
        ({KEEP: "mpctl"}, MISSING),
        ({"lookup.mpctl.block.domain.a.example": "mpctl"}, MISSING),
        (READY, CURRENT),
        (numbered(4), CURRENT),
        (READY | {KEEP: "somebody's"}, CURRENT),
        (READY | {KEEP: "mpctl: not live"}, NOT_LIVE),
        (READY | {f"{SCORE}ALLOW": "-100", f"{SCORE}BLOCK": "Reject"}, CURRENT),
        (READY | {f"{SCORE}ALLOW": "-10.0"}, DIFFERENT),
        (READY | {f"{SCORE}BLOCK": "discard"}, DIFFERENT),
        (READY | {f"{RULE}.enable": "false"}, DIFFERENT),
        (READY | {f"{RULE}.condition.0.then": "'MPCTL_BLOCK'"}, DIFFERENT),
        (READY | {f"{RULE}.condition.3.if": "true"}, DIFFERENT),
        (without(KEEP), DIFFERENT),
        (without(f"{SCORE}ALLOW"), DIFFERENT),
        (without(f"{RULE}.condition.2.else"), DIFFERENT),
    ],
)
def test_what_counts_as_in_order(stored: dict[str, str], expected: str) -> None:
    """Numbers compare as numbers, positions as positions; anything else is a difference."""
    assert state(stored) == expected


@pytest.mark.parametrize(
    "more", [{f"{RULE}.condition.3.if": "true"}, {f"{RULE}.condition.0000.if": "true"}]
)
def test_what_does_not_belong_to_the_rule_goes(more: dict[str, str]) -> None:
    """Also another spelling of a condition, which could win; by its full name."""
    with (host := ready(**more)).open() as sandbox:
        bench = Bench(host, sandbox)
        desired = Stage("x", allow=None, block=("old.example",)).desired(host, bench.entity)

        assert bench.apply(desired).exit_code is ExitCode.DONE
        rule = sandbox.stalwart.state.settings(f"{RULE}.")
        assert rule == {key: value for key, value in READY.items() if key.startswith(RULE)}
