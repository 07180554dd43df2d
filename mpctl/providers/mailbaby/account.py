"""Reading the whole account, which is all that MailBaby offers, once for many entities."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from mpctl.core.entity import ID_PREFIX, Entity
from mpctl.core.rule import LiveRule, RuleKey
from mpctl.providers.mailbaby.native import (
    NotUnderstood,
    Order,
    from_native,
    order_from_native,
    owner_of,
)
from mpctl.transport import Answer, BadAnswer, Refused, Session

# How long, in seconds, a reading stands for entities that were not asked for when it was made.
SAME_MOMENT: Final = 2.0
_NO_ACTIVE_ORDER: Final = "no active mail orders"
_HIDDEN: Final = "not active, says the list of rules"


@dataclass(frozen=True, slots=True)
class View:
    """All orders and all rules that an account shows; `began` is monotonic, in seconds.

    `orders` are by their name in policies, both ways of it; `rules` and what is `odd` are by the
    user name of the order that they belong to, and what belongs to nobody is odd under "".
    `odd_orders` says what could not be understood in the list of orders.
    """

    began: float
    orders: Mapping[str, Order]
    rules: Mapping[str, tuple[LiveRule, ...]]
    owners: Mapping[str, str]
    odd_orders: tuple[str, ...] = ()
    odd: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def rules_of(self, username: str) -> tuple[LiveRule, ...]:
        """The rules that stand at an order."""
        return self.rules.get(username, ())

    def rows(self, username: str, key: RuleKey) -> list[LiveRule]:
        """The rows that hold a rule of an order, the lowest id first."""
        same = [rule for rule in self.rules_of(username) if rule.key == key]
        return sorted(same, key=lambda rule: int(rule.native_id))

    def doubt(self, username: str) -> str:
        """Why the rules of an order may not be all, empty when they are."""
        return "; ".join([*self.odd.get(username, ()), *self.odd.get("", ())][:3])


@dataclass(slots=True)
class _Collected:
    """The rows of a reading so far; `owners` says by id which order has a rule."""

    orders: dict[str, Order] = field(default_factory=dict)
    rules: dict[str, list[LiveRule]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    odd_orders: list[str] = field(default_factory=list)
    odd: dict[str, list[str]] = field(default_factory=dict)

    def add_order(self, row: Any, *, hidden: bool) -> None:
        try:
            order = order_from_native(row)
        except NotUnderstood as error:
            self.odd_orders.append(str(error))
            return
        if hidden and order.active:
            order = replace(order, status=_HIDDEN)
        self.orders |= {order.username: order, f"{ID_PREFIX}{order.native_id}": order}

    def add_rule(self, row: Any) -> None:
        try:
            native = from_native(row)
        except NotUnderstood as error:
            self.odd.setdefault(owner_of(row), []).append(str(error))
            return
        self.rules.setdefault(native.username, []).append(native.rule)
        self.owners[native.rule.native_id] = native.username

    def view(self, began: float) -> View:
        return View(
            began=began,
            orders=self.orders,
            rules={username: tuple(rules) for username, rules in self.rules.items()},
            owners=self.owners,
            odd_orders=tuple(self.odd_orders),
            odd={username: tuple(words) for username, words in self.odd.items()},
        )


class Account:
    """The account behind one session; safe to use from many threads.

    A reading serves each entity once, and never one that was written after it began: who asks
    again wants to know what has changed. `known_ids` are those of all rules that were ever seen.
    """

    def __init__(self, session: Session) -> None:
        self.known_ids: frozenset[str] = frozenset()
        self._session = session
        self._lock = threading.Lock()
        self._latest: View | None = None
        self._served: set[Entity] = set()
        self._written: dict[Entity, float] = {}

    def view_for(self, entities: Collection[Entity]) -> View:
        """A reading that none of these entities has seen yet; others may share it."""
        with self._lock:
            view = self._latest
            if view is None or not self._fresh(view, entities):
                view, self._served = self.read(), set()
                self._latest = view
            self._served.update(entities)
            return view

    def wrote(self, entity: Entity) -> None:
        """Note that an entity is no longer as any reading so far shows it."""
        self._written[entity] = self._session.clock.monotonic()

    def read(self) -> View:
        """Read everything: two requests.

        The orders come last: an order that is active then has hidden no rules. Raises
        TransportError when either cannot be read.
        """
        collected, began = _Collected(), self._session.clock.monotonic()
        rows = self._rule_rows()
        for row in rows or ():
            collected.add_rule(row)
        for row in array_of("GET /mail", self.order_rows()):
            collected.add_order(row, hidden=rows is None)
        self.known_ids |= collected.owners.keys()
        return collected.view(began)

    def order_rows(self) -> Answer:
        """The answer with the list of orders; it is the smallest question."""
        return self._session.request("GET", "/mail")

    def _fresh(self, view: View, entities: Collection[Entity]) -> bool:
        if self._session.clock.monotonic() - view.began > SAME_MOMENT:
            return False
        if not self._served.isdisjoint(entities):
            return False
        return all(view.began > self._written[e] for e in entities if e in self._written)

    def _rule_rows(self) -> list[Any] | None:
        """The rows of the rule list, None when the service says that no order is active."""
        try:
            answer = self._session.request("GET", "/mail/rules")
        except Refused as error:
            if says_no_active_order(error):
                return None
            raise
        return array_of("GET /mail/rules", answer)


def says_no_active_order(error: Refused) -> bool:
    """Tell whether an account without an active order is all that was wrong (section 4.2)."""
    return _NO_ACTIVE_ORDER in error.message.casefold()


def array_of(call: str, answer: Answer) -> list[Any]:
    """The array of an answer; raises BadAnswer when it is something else."""
    if not isinstance(answer.body, list):
        raise BadAnswer(call, f"answered {answer.status} with something that is not a list")
    return answer.body
