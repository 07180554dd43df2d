"""One PUT for each list that changes, and no removal goes ahead of a creation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.schedule import Operation
from mpctl.providers.rackspace.lists import form_of, is_removal, puts
from mpctl.providers.rackspace.native import LISTS, SpamList
from tests.providers.rackspace.workbench import add, remove

COUNTS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=4, max_size=4)


def operations(counts: list[tuple[int, int]]) -> list[Operation]:
    """So many creations and removals for each list."""
    found: list[Operation] = []
    for spam_list, (come, go) in zip(LISTS, counts, strict=True):
        name = "10.0.0.{}" if spam_list.of_addresses else "@{}.example"
        found += [add(spam_list, name.format(number)) for number in range(come)]
        found += [remove(spam_list, name.format(number + 5)) for number in range(go)]
    return found


@given(COUNTS)
def test_everything_is_sent_once_and_creations_first(counts: list[tuple[int, int]]) -> None:
    """Whatever changes is in exactly one PUT; a PUT with removals is never before creations."""
    wanted = operations(counts)
    parts = puts(wanted)

    sent = [one for _, part in parts for one in part]
    assert sorted(map(repr, sent)) == sorted(map(repr, wanted))
    removing = [number for number, (_, part) in enumerate(parts) if any(map(is_removal, part))]
    growing = [number for number, (_, part) in enumerate(parts) if not all(map(is_removal, part))]
    assert not removing or not growing or min(removing) >= max(growing)


@given(COUNTS)
def test_a_list_has_one_put(counts: list[tuple[int, int]]) -> None:
    """Unless that opened a window: creations in several lists, and removals in two of those."""
    lists = [spam_list for spam_list, _ in puts(operations(counts))]
    both = sum(1 for come, go in counts if come and go)

    assert len(lists) - len(set(lists)) == max(0, both - 1)


@pytest.mark.parametrize("spam_list", LISTS)
def test_one_list_is_one_put(spam_list: SpamList) -> None:
    """What comes and what goes travel together."""
    entry = "10.0.0.{}" if spam_list.of_addresses else "@{}.example"
    wanted = [add(spam_list, entry.format(1)), remove(spam_list, entry.format(2))]

    assert puts(wanted) == [(spam_list, wanted)]
    assert form_of(wanted) == {"addList": entry.format(1), "removeList": entry.format(2)}
    assert form_of(wanted[:1]) == {"addList": entry.format(1)}
