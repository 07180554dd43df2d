"""MailBaby's orders, as the suite asks for them; they have no allow list, and no settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from mpctl.core.entity import Entity, parse_entity
from mpctl.core.rule import Action, SettingValue
from mpctl.ports import Provider
from mpctl.providers.mailbaby.capabilities import CAPABILITIES
from mpctl.providers.mailbaby.service import SERVICE
from mpctl.providers.service import Setup
from mpctl.sandbox import Sandbox, Switch
from mpctl.sandbox.mailbaby import SWITCHES, SampleBuilder
from mpctl.transport import Limits, Session
from tests.clock import FakeClock
from tests.conformance.service import NO_SWITCHES, Choice, Row, Service


def order(name: str) -> Entity:
    """An order of the target."""
    return parse_entity(f"orders/{name}", default_target="mailbaby")


class MailBabyOrders(Service):
    """Two active orders; a third has rules of the same values, a fourth is canceled.

    A framework error of code 2002 is one that no client repeats, so nothing can be read where it
    comes first; and where a service ignores the order that is named, nothing may be created.
    """

    name = "mailbaby/orders"
    capabilities = CAPABILITIES
    switches: Mapping[str, Switch] = SWITCHES
    entities = (order("mb39"), order("mb41"))
    twin = order("id:39")
    stranger = order("mb99")
    absent = order("mb77")
    values = (
        "billing@vendor.example.com",
        "vendor.example.com",
        "news+tag@eu.vendor.example.com",
        "eu.vendor.example.com",
        "spam.example.net",
        "xn--bcher-kva.example.com",
        "a_b@spam.example.net",
        "www.vendor.example.com",
        "billing@spam.example.net",
        "1und1.example.org",
    )
    spelled = (
        "Billing@Vendor.Example.com",
        "VENDOR.example.com",
        "News+Tag@EU.vendor.example.com",
        "Eu.Vendor.Example.com",
        "SPAM.example.net",
        "XN--bcher-kva.example.com",
    )
    odd = "no domain at all"
    least_writes = 4
    impossible: tuple[Choice, ...] = ({"order_field": "neither"}, {"framework_error": "2002"})
    fault_worlds = ({}, {"read_lag": "1"}, {"unique_rules": "on"}, {"id_type": "mixed"})

    def open(self, switches: Choice = NO_SWITCHES) -> Sandbox:
        """A sandbox that holds the sample world."""
        world = SampleBuilder()
        for number in (39, 41, 43):
            world.order(number)
        world.order(33, status="canceled")
        world.order(99, foreign=True)
        world.rules("mb43", email=self.values[:1], domain=self.values[4:6])
        world.rules("mb33", domain=self.values[1:2])
        chosen = {f"mailbaby.{name}": value for name, value in switches.items()}
        return Sandbox(switches=chosen, mailbaby=world.build())

    @contextmanager
    def connect(
        self, sandbox: Sandbox, clock: FakeClock, *, writable: bool, connections: int = 1
    ) -> Iterator[Provider]:
        """A provider for one run; the simulator's own rate limit goes by the same clock."""
        simulator = sandbox.mailbaby
        simulator.pace.clock = lambda: clock.now().timestamp()
        session = Session(
            simulator.base_url,
            authorize=SERVICE.authorization({"api_key": simulator.api_key}, clock.clock),
            calls=SERVICE.calls,
            limits=Limits(connections=connections),
            clock=clock.clock,
            writable=writable,
            dialect=SERVICE.dialect,
        )
        with closing(session):
            yield SERVICE.provider(session, Setup("SANDBOX", connections))

    def environment(self, sandbox: Sandbox) -> Mapping[str, str]:
        """The base URL and the key."""
        return {
            "MAILBABY_API_BASE_URL": sandbox.mailbaby.base_url,
            "MAILBABY_API_KEY": sandbox.mailbaby.api_key,
        }

    def rows(self, sandbox: Sandbox, entity: Entity) -> list[Row]:
        """The entity's rules as they really are."""
        rules = sandbox.mailbaby.state.rules_of(_username(entity))
        return [Row(rule.id, Action.BLOCK, rule.data) for rule in rules]

    def settings(self, sandbox: Sandbox, entity: Entity) -> dict[str, SettingValue]:
        """There are none."""
        _ = sandbox, entity
        return {}

    def rest(self, sandbox: Sandbox) -> Any:
        """The rules of all other orders, and the orders."""
        content = sandbox.mailbaby.state.snapshot()
        ours = {entity.name for entity in self.entities}
        rules = {name: rules for name, rules in content["rules"].items() if name not in ours}
        return rules, content["orders"], content["flags"]

    def put(self, sandbox: Sandbox, entity: Entity, action: Action, value: str) -> None:
        """Add a row as another writer would."""
        assert action is Action.BLOCK
        kind = "email" if "@" in value else "domain"
        sandbox.mailbaby.state.add_rule(_username(entity), kind, value)

    def take(self, sandbox: Sandbox, row: Row) -> None:
        """Take a row away as another writer would."""
        sandbox.mailbaby.state.remove_rule(int(row.id))

    def settle(self, sandbox: Sandbox) -> None:
        """Read what lags until it does not."""
        for _ in range(sandbox.mailbaby.switches.read_lag):
            sandbox.mailbaby.state.listed_rules()

    def listing(self, entity: Entity) -> str:
        """A pattern for the path of the rule list, which is the whole account's."""
        _ = entity
        return "^/mail/rules$"


def _username(entity: Entity) -> str:
    return f"mb{entity.native_id}" if entity.native_id else entity.name


RELAY = MailBabyOrders()
