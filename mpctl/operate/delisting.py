"""Taking a sender off a service's block list: what it would do, and whether it worked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mpctl.core.flagged import Flagged
from mpctl.core.rereading import settled
from mpctl.ports import BlockList


@dataclass(frozen=True, slots=True)
class Delisting:
    """A sender to be taken off, and what the block list shows of it.

    What it does not show may be listed all the same: it reaches back some days only.
    """

    address: str
    shown: tuple[Flagged, ...] = ()

    @property
    def spellings(self) -> Sequence[str]:
        """What to send: each spelling that is shown, the address itself where none is."""
        return list(dict.fromkeys(one.sender for one in self.shown)) or [self.address]


def look_up(block_list: BlockList, address: str) -> Delisting:
    """Find what is shown of an address, which is a valid one in canonical form."""
    shown = tuple(one for one in block_list.flagged() if one.is_of(address))
    return Delisting(address, shown)


def delist(
    block_list: BlockList, delisting: Delisting, sleep: Callable[[float], None]
) -> Delisting:
    """Take a sender off and read again; gives what is still shown after some patience.

    `sleep` takes seconds. The service says yes to everything, so only the reading tells.
    """
    for spelling in delisting.spellings:
        block_list.delist(spelling)
    left, _ = settled(
        lambda: look_up(block_list, delisting.address), lambda one: not one.shown, sleep
    )
    return left
