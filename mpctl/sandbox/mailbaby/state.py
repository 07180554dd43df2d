"""What a client can change, and what it then reads: rules, blocks, and statuses of orders."""

import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import RLock
from typing import Any

from mpctl.sandbox.disk import StateFile
from mpctl.sandbox.lag import Lag
from mpctl.sandbox.mailbaby.disk import Content, by_id, read, written
from mpctl.sandbox.mailbaby.model import ACTIVE, Flag, Order, Rule, Store
from mpctl.sandbox.mailbaby.sample import SampleData


class State:
    """The live state of one simulator, for the service and for tests.

    Tests may read and change it while the simulator serves; each call is atomic. `revision` grows
    with every change. `clock` gives Unix time in seconds. An order is named by its username.
    """

    def __init__(
        self,
        data: SampleData,
        *,
        lock: RLock,
        file: StateFile | None = None,
        read_lag: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Begin with what `file` holds, else with `data`."""
        self.clock = clock
        self.revision = 0
        self._orders = {order.username: order for order in data.orders}
        self._data = data
        self._lock = lock
        self._file = file
        self._read_lag = read_lag
        saved = file.load(lambda document: read(document, self._orders)) if file else None
        self._begin(saved or self._sample())

    def _sample(self) -> Content:
        data = self._data
        return Content(dict(data.statuses), by_id(data.rules), list(data.flags), data.next_rule_id)

    def _begin(self, content: Content) -> None:
        self._content = content
        self._lag: Lag[None, tuple[Rule, ...]] = Lag(self._read_lag)

    def reset(self) -> None:
        """Go back to the sample data."""
        with self._lock:
            self._begin(self._sample())
            self._changed()

    def _changed(self) -> None:
        self.revision += 1
        if self._file:
            self._file.save(written(self._content))

    # Orders

    def orders(self) -> tuple[Order, ...]:
        """Return the orders of the key's account, active or not."""
        return tuple(order for order in self._orders.values() if not order.foreign)

    def active_orders(self) -> tuple[Order, ...]:
        """Return the active orders of the key's account, lowest id first."""
        with self._lock:
            active = (order for order in self.orders() if self.status(order.username) == ACTIVE)
            return tuple(sorted(active, key=lambda order: order.id))

    def status(self, username: str) -> str:
        """Return the status of an order; KeyError when there is none."""
        return self._content.statuses[self._known(username)]

    def set_status(self, username: str, status: str) -> None:
        """Change the status of an order, such as to "canceled"."""
        with self._lock:
            self._content.statuses[self._known(username)] = status
            self._changed()

    # Rules

    def rule(self, rule_id: int) -> Rule | None:
        """Return the rule of this id, if there is one."""
        return self._content.rules.get(rule_id)

    def rules_of(self, username: str) -> tuple[Rule, ...]:
        """Return the rules of one order as they really are, oldest first."""
        with self._lock:
            self._known(username)
            return tuple(rule for rule in self._rules() if rule.username == username)

    def listed_rules(self) -> tuple[Rule, ...]:
        """Return the rules of all orders as a client sees them, which may lag."""
        with self._lock:
            return self._lag.read(None, self._rules())

    def add_rule(self, username: str, type_: str, data: str) -> Rule:
        """Store a rule, whatever its type and data, and return it."""
        with self._lock:
            self._lag.write(None, self._rules())
            rule = Rule(self._content.next_rule_id, self._known(username), type_, data, self._now())
            self._content.next_rule_id += 1
            self._content.rules[rule.id] = rule
            self._changed()
            return rule

    def remove_rule(self, rule_id: int) -> Rule:
        """Remove a rule and return it; KeyError when there is none."""
        with self._lock:
            before = self._rules()
            rule = self._content.rules.pop(rule_id)
            self._lag.write(None, before)
            self._changed()
            return rule

    def _rules(self) -> tuple[Rule, ...]:
        return tuple(self._content.rules.values())

    # Flags

    def flags(self) -> tuple[Flag, ...]:
        """Return the rows of all stores, those of other accounts too."""
        with self._lock:
            return tuple(self._content.flags)

    def flag(self, username: str, store: str, sender: str | None, **details: Any) -> Flag:
        """Add a row to a store, as the filter does; `details` are further fields of `Flag`."""
        with self._lock:
            flag = Flag(self._known(username), Store(store), sender, **details)
            self._content.flags.append(flag)
            self._changed()
            return flag

    def delist(self, sender: str | None) -> int:
        """Remove a sender from all stores, whose row it may be; return how many rows went."""
        with self._lock:
            stay = [flag for flag in self._content.flags if not _same(flag.sender, sender)]
            gone = len(self._content.flags) - len(stay)
            if gone:
                self._content.flags = stay
                self._changed()
            return gone

    # All of them

    def day(self, days_ago: int) -> date:
        """Return the date of so many days ago."""
        return (datetime.fromtimestamp(self.clock(), UTC) - timedelta(days=days_ago)).date()

    def snapshot(self) -> dict[str, Any]:
        """Return everything as a plain value without rule ids and times."""
        with self._lock:
            rules: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
            for rule in self._rules():
                rules[rule.username].append((rule.type, rule.data))
            return {
                "orders": dict(self._content.statuses),
                "rules": {username: sorted(rules[username]) for username in sorted(rules)},
                "flags": list(self._content.flags),
            }

    def _now(self) -> str:
        return f"{datetime.fromtimestamp(self.clock(), UTC):%Y-%m-%d %H:%M:%S}"

    def _known(self, username: str) -> str:
        if username not in self._orders:
            raise KeyError(f"the sandbox has no order {username}")
        return username


def _same(sender: str | None, other: str | None) -> bool:
    """Compare as the database does: without case, and nothing is equal to nothing only."""
    if sender is None or other is None:
        return sender is other
    return sender.casefold() == other.casefold()
