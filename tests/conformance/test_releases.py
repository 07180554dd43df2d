"""A release is never sent twice, and its outcome never claims more than what is known."""

from __future__ import annotations

from itertools import product
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mpctl.sandbox.mailprotector import SWITCHES
from tests.conformance.disturbances import KINDS
from tests.conformance.releases import Bench

REACHES: Final = ("1", "2", "forever")
WORLDS: Final[list[dict[str, str]]] = [
    {},
    *({name: choice} for name, switch in SWITCHES.items() for choice in switch.values[1:]),
    # Pages that hold two of the five messages, with and without anybody counting them.
    *(
        {"page_cap": "2", "pagination_header": header, "read_lag": lag}
        for header, lag in product(("rails", "absent"), ("0", "1", "2"))
    ),
    {"redeliver": "204", "read_lag": "1", "deliver_many_denied": "403"},
    {"redeliver": "204", "release_denied": "silent204", "id_type": "string"},
]


def faults(bench: Bench) -> list[str]:
    """Every kind of fault at every call, also at those that only a fault brings about."""
    calls = len(bench.calls())
    return [
        " ".join(["*", ".", *kind.split(), f"nth={nth}"])
        for kind, nth in product(KINDS, range(1, calls + 3))
    ]


@pytest.mark.parametrize("single", [True, False], ids=["release", "release-many"])
def test_a_fault_at_every_call(single: bool) -> None:  # noqa: FBT001
    """No fault leads to a second delivery or a false claim; a later run brings the rest.

    The service sends a message as often as it is asked to.
    """
    bench = Bench({"redeliver": "204"}, single)

    broken = {fault: found for fault in faults(bench) if (found := bench.run([fault]))}

    assert broken == {}


@pytest.mark.parametrize("single", [True, False], ids=["release", "release-many"])
@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_every_switch(world: dict[str, str], single: bool) -> None:  # noqa: FBT001
    """Whatever the service does where nothing is documented; also where answers get lost."""
    bench = Bench(world, single)

    lost = ("* deliver 503-after times=1", "* deliver drop-before times=1")
    broken = {
        fault: found for fault in ("", *lost) if (found := bench.run([fault] if fault else []))
    }

    assert broken == {}


@pytest.mark.parametrize("lost", ["503", "503-after", "drop-before", "drop-after", "html"])
@pytest.mark.parametrize("single", [True, False], ids=["release", "release-many"])
def test_what_cannot_be_looked_up_is_unknown(lost: str, single: bool) -> None:  # noqa: FBT001
    """A lost answer and a listing that cannot be read: neither yes nor no is claimed."""
    bench = Bench({}, single)

    assert bench.run([f"POST deliver {lost}", "GET /messages 404 nth=2 times=forever"]) == []


@pytest.mark.parametrize("world", [{}, {"release_denied": "silent204"}], ids=str)
@pytest.mark.parametrize("single", [True, False], ids=["release", "release-many"])
def test_verified_releases(world: dict[str, str], single: bool) -> None:  # noqa: FBT001
    """A success that is none is found out by --verify."""
    assert Bench(world, single).run([], verify=True) == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.sampled_from(WORLDS),
    st.booleans(),
    st.booleans(),
    st.lists(
        st.builds(
            "{0} . {1} nth={2} times={3} {4}".format,
            st.sampled_from(("*", "GET", "POST")),
            st.sampled_from([kind.split()[0] for kind in KINDS]),
            st.integers(1, 8),
            st.sampled_from(REACHES),
            st.just(""),
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_storms(
    world: dict[str, str],
    single: bool,  # noqa: FBT001
    verify: bool,  # noqa: FBT001
    storm: list[str],
) -> None:
    """Several faults in any world."""
    assert Bench(world, single).run(storm, verify=verify) == []
