"""One authorised call, and what every endpoint needs of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar
from zlib import crc32

from mpctl.sandbox.exchange import Request
from mpctl.sandbox.mailbaby.answers import RefusalError
from mpctl.sandbox.mailbaby.model import Order
from mpctl.sandbox.mailbaby.state import State
from mpctl.sandbox.mailbaby.switches import Switches

T = TypeVar("T")
NO_ACTIVE_ORDER: Final = "No active mail orders."


@dataclass(frozen=True)
class Call:
    """A request on its way to an endpoint; `words` are the variable parts of its path.

    `number` counts the calls of the simulator.
    """

    state: State
    switches: Switches
    request: Request
    words: tuple[str, ...]
    number: int

    def active_orders(self) -> tuple[Order, ...]:
        """Return the active orders, the first one first; RefusalError when there is none."""
        orders = self.state.active_orders()
        if not orders:
            raise RefusalError(NO_ACTIVE_ORDER)
        return orders if self.switches.first_order == "lowest" else orders[::-1]

    def readable(self) -> frozenset[str]:
        """Return the usernames whose rows are shown; RefusalError as `no_active_order` says."""
        if self.switches.no_active_order == "empty":
            return frozenset(order.username for order in self.state.active_orders())
        return frozenset(order.username for order in self.active_orders())

    def arranged(self, rows: Iterable[T], id_of: Callable[[T], int]) -> list[T]:
        """Return rows in the order that the switch `list_order` chooses; ids grow with time."""
        if self.switches.list_order == "newest":
            return sorted(rows, key=id_of, reverse=True)
        if self.switches.list_order == "shuffled":
            return sorted(rows, key=lambda row: crc32(f"{self.number} {id_of(row)}".encode()))
        return list(rows)
