"""Data sets to start from: a builder for tests, and two ready forms, tiny and big."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mpctl.sandbox.mailbaby.model import ACTIVE, Flag, Order, Rule, Store

FIRST_RULE_ID = 40_101
FIRST_CREATED = datetime(2025, 1, 6, 9, 30)  # noqa: DTZ001 - the service names no zone
BETWEEN_RULES = timedelta(days=2, hours=5, minutes=11)


@dataclass(frozen=True)
class SampleData:
    """A data set: orders with their statuses, rules, and what the filter flagged."""

    orders: tuple[Order, ...] = ()
    statuses: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    flags: tuple[Flag, ...] = ()
    next_rule_id: int = FIRST_RULE_ID

    @staticmethod
    def tiny(orders: Mapping[str, Mapping[str, Iterable[str]]]) -> "SampleData":
        """Return active orders, from `{"mb39": {"email": [...], "domain": [...]}}`."""
        builder = SampleBuilder()
        for username, rules in orders.items():
            builder.rules(builder.order(int(username.removeprefix("mb"))), **rules)
        return builder.build()

    @staticmethod
    def big(*, orders: int, rules: int) -> "SampleData":
        """Return `orders` active orders with `rules` rules each."""
        builder = SampleBuilder()
        for number in range(orders):
            senders = [f"sender{n:05}@d{number:05}.example" for n in range(rules)]
            builder.rules(builder.order(50_000 + number), email=senders)
        return builder.build()


class SampleBuilder:
    """Collects orders and what belongs to them. Rule ids count up unless they are given."""

    def __init__(self) -> None:
        self._orders: dict[str, Order] = {}
        self._statuses: dict[str, str] = {}
        self._rules: dict[int, Rule] = {}
        self._flags: list[Flag] = []
        self._next = FIRST_RULE_ID

    def order(
        self,
        id_: int,
        *,
        username: str | None = None,
        status: str = ACTIVE,
        comment: str = "",
        foreign: bool = False,
    ) -> str:
        """Add an order, of another account where it is `foreign`, and return its username."""
        order = Order(id_, username or f"mb{id_}", comment, foreign)
        if order.username in self._orders:
            raise ValueError(f"the sample data has {order.username} twice")
        self._orders[order.username] = order
        self._statuses[order.username] = status
        return order.username

    def rule(
        self, username: str, type_: str, data: str, *, id_: int | None = None, created: str = ""
    ) -> int:
        """Add a rule, whatever its type and data, and return its id."""
        number = self._next if id_ is None else id_
        if number in self._rules:
            raise ValueError(f"the sample data has rule {number} twice")
        self._next = max(self._next, number + 1)
        moment = created or str(FIRST_CREATED + BETWEEN_RULES * len(self._rules))
        self._rules[number] = Rule(number, username, type_, data, moment)
        return number

    def rules(self, username: str, **values: Iterable[str]) -> None:
        """Add rules by type, such as `email=["a@b.example"]`."""
        for type_, several in values.items():
            for data in several:
                self.rule(username, type_, data)

    def flag(
        self,
        username: str,
        store: str,
        sender: str | None,
        *,
        subject: str = "",
        to: Iterable[str] = (),
        message_id: str | None = None,
        days_ago: int = 0,
    ) -> None:
        """Add a row to a store of the filter."""
        flag = Flag(username, Store(store), sender, subject, str([*to]), message_id, days_ago)
        self._flags.append(flag)

    def build(self, *, next_rule_id: int | None = None) -> SampleData:
        """Return the data set."""
        return SampleData(
            tuple(self._orders.values()),
            dict(self._statuses),
            tuple(self._rules.values()),
            tuple(self._flags),
            next_rule_id or self._next,
        )
