"""The services that the suite holds to their promises: the only place that knows any of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Final

from mpctl.core.entity import Entity, parse_entity
from mpctl.core.rule import Action, SettingValue
from mpctl.ports import Provider
from mpctl.providers.mailprotector.calls import CALLS
from mpctl.providers.mailprotector.capabilities import CAPABILITIES
from mpctl.providers.mailprotector.provider import Mailprotector
from mpctl.sandbox import SampleBuilder, Sandbox, Switch
from mpctl.sandbox.mailprotector import MAIL_SWITCHES, SWITCHES
from mpctl.transport import Limits, Session
from tests.clock import FakeClock
from tests.conformance.mailserver import SERVER
from tests.conformance.rackspace import MAILBOXES
from tests.conformance.relay import RELAY
from tests.conformance.service import (
    NO_SWITCHES,
    Choice,
    Effect,
    Limit,
    Refusal,
    Row,
    Service,
    Setting,
)

_HEADERS: Final = ("rails", "current_page", "minimal")
_NO_HEADERS: Final = ("absent", "garbage")
_UNPROVEN: Final[tuple[Mapping[str, tuple[str, ...]], ...]] = (
    {"rule_entity": ("absent",)},
    {"wrong_total": ("on",), "pagination_header": _HEADERS},
    {"ignores_page": ("on",), "pagination_header": _NO_HEADERS},
)


class CloudFilter(Service):
    """Entities of a CloudFilter account; `keys` says which of the simulator's they are.

    `always` are switches that are not a matter of choice here.
    """

    capabilities = CAPABILITIES
    switches: Mapping[str, Switch] = {
        name: switch for name, switch in SWITCHES.items() if name not in MAIL_SWITCHES
    }
    keys: Mapping[Entity, tuple[str, int]]
    always: Choice = NO_SWITCHES
    values = (
        "billing@vendor.example",
        "vendor.example",
        "news+tag@eu.vendor.example",
        "eu.vendor.example",
        "spam.example",
        "xn--bcher-kva.example",
        "a_b@spam.example",
        "www.vendor.example",
        "billing@spam.example",
        "1und1.example",
    )
    spelled = (
        "Billing@Vendor.Example",
        "VENDOR.EXAMPLE",
        "News+Tag@EU.vendor.example",
        "Eu.Vendor.Example.",
        " spam.example ",
        "Bücher.example",
    )
    odd = "203.0.113.9"
    setting: Setting | None = ("allow_spam_release", (False, True))
    limits = (
        *(Limit(Effect.REMOVALS_WITHHELD, when) for when in _UNPROVEN),
        *(Limit(Effect.FLIPS_REFUSED, {**when, "opposite_rule": ("422",)}) for when in _UNPROVEN),
        Limit(Effect.SETTINGS_REFUSED, {"config_put": ("section_replace",)}),
    )
    # A list longer than the only page that can be read, and rows of other entities that nothing
    # tells from the entity's own.
    blind = (
        {"ignores_page": "on", "page_cap": "7"},
        {"rule_entity": "absent", "rules_list": "direct+inherited"},
        {"rule_entity": "absent", "rules_list": "subtree"},
    )
    impossible: tuple[Choice, ...] = blind

    @abstractmethod
    def world(self) -> SampleBuilder:
        """The sample world."""

    def open(self, switches: Choice = NO_SWITCHES) -> Sandbox:
        """A sandbox that holds the sample world."""
        return Sandbox(switches={**switches, **self.always}, data=self.world().build())

    @contextmanager
    def connect(
        self, sandbox: Sandbox, clock: FakeClock, *, writable: bool, connections: int = 4
    ) -> Iterator[Provider]:
        """A provider for one run; the simulator's own rate limit goes by the same clock."""
        simulator = sandbox.mailprotector
        simulator.pace.clock = lambda: clock.now().timestamp()
        session = Session(
            simulator.base_url,
            authorize=lambda: {"Authorization": f"Bearer {simulator.api_key}"},
            calls=CALLS,
            limits=Limits(connections=connections),
            clock=clock.clock,
            writable=writable,
        )
        with closing(session):
            yield Mailprotector(session, service="SANDBOX", connections=connections)

    def environment(self, sandbox: Sandbox) -> Mapping[str, str]:
        """The base URL and the key."""
        return {
            "MAILPROTECTOR_API_BASE_URL": sandbox.mailprotector.base_url,
            "MAILPROTECTOR_API_KEY": sandbox.mailprotector.api_key,
        }

    def rows(self, sandbox: Sandbox, entity: Entity) -> list[Row]:
        """The entity's rules as they really are."""
        rules = sandbox.mailprotector.state.rules_of(*self.keys[entity])
        return [Row(rule.id, Action(rule.rule_type.lower()), rule.value) for rule in rules]

    def settings(self, sandbox: Sandbox, entity: Entity) -> dict[str, SettingValue]:
        """The release permission that the entity reads."""
        messages = self._configuration(sandbox, entity)["permissions"]["messages"]
        name = "allow_spam_release"
        return {name: messages[name]} if name in messages else {}

    def rest(self, sandbox: Sandbox) -> Any:
        """All other rules, and all other configuration that the entities read."""
        managed = {f"{scope}/{number}" for scope, number in self.keys.values()}
        rules = sandbox.mailprotector.state.snapshot()["rules"]
        siblings = [self._configuration(sandbox, entity) for entity in self.keys]
        for document in siblings:
            document["permissions"]["messages"].pop("allow_spam_release", None)
        return {owner: rules[owner] for owner in rules if owner not in managed}, siblings

    def put(self, sandbox: Sandbox, entity: Entity, action: Action, value: str) -> None:
        """Add a row as another writer would."""
        sandbox.mailprotector.state.add_rule(*self.keys[entity], value, action.value)

    def take(self, sandbox: Sandbox, row: Row) -> None:
        """Take a row away as another writer would."""
        sandbox.mailprotector.state.remove_rule(int(row.id))

    def settle(self, sandbox: Sandbox) -> None:
        """Read what lags until it does not."""
        state = sandbox.mailprotector.state
        everything = state.directory.subtree(state.directory.key_reseller)
        for key in everything * sandbox.mailprotector.switches.read_lag:
            state.listed_rules(key)
            state.shown_configuration(key, local=True)

    def listing(self, entity: Entity) -> str:
        """A pattern for the path of the entity's rule list."""
        scope, number = self.keys[entity]
        return rf"^/{scope}/{number}/allow_block_rules$"

    def _configuration(self, sandbox: Sandbox, entity: Entity) -> dict[str, Any]:
        return sandbox.mailprotector.state.effective_configuration(*self.keys[entity])


class MailprotectorDomains(CloudFilter):
    """Domains of a CloudFilter account."""

    name = "mailprotector/domains"
    entities = tuple(
        parse_entity(name, default_target="mailprotector")
        for name in ("domains/acme.example", "domains/birch.example")
    )
    twin = parse_entity("domains/id:9101", default_target="mailprotector")
    stranger = parse_entity("domains/id:9901", default_target="mailprotector")
    absent = parse_entity("domains/cedar.example", default_target="mailprotector")
    refusals = (
        Refusal({"high_risk_allow": "422"}, Action.ALLOW, "gmail.com"),
        Refusal({"high_risk_allow": "422", "error_body": "html"}, Action.ALLOW, "acme.example"),
    )
    keys: Mapping[Entity, tuple[str, int]] = {
        entities[0]: ("domains", 9101),
        entities[1]: ("domains", 9102),
    }
    stranger_worlds = ({}, {"foreign_entity": "403"})
    fault_worlds = (
        {"duplicate_rule": "accept"},
        {"duplicate_rule": "accept", "opposite_rule": "422"},
        {"duplicate_rule": "accept", "read_lag": "1", "pagination_header": "absent"},
    )

    def world(self) -> SampleBuilder:
        """Two domains to write to, and rules of the same values above, below and beside them."""
        world = SampleBuilder()
        reseller = world.reseller("Harbor IT Services")
        acme = world.customer("Acme Widgets", reseller, allow=self.values[1:2])
        world.rules(acme, block=self.values[4:6])
        first = world.domain("acme.example", acme, id_=9101)
        world.permissions(first, allow_policy_release=True)
        world.alias_domain("acme-mail.example", first, id_=9190)
        world.rules(
            world.user_group("Default", first), allow=self.values[:1], block=self.values[2:4]
        )
        world.domain("birch.example", acme, id_=9102)
        world.domain("willow.example", acme, allow=self.values[:2], block=self.values[2:])
        other = world.customer("Cobalt Printing", world.reseller("Tidewater Managed IT"))
        world.domain("cobaltprint.example", other, id_=9901, block=self.values[:1])
        return world


class MailprotectorLevels(CloudFilter):
    """A domain and the customer above it, between which rules move."""

    name = "mailprotector/levels"
    above = parse_entity("customers/Acme Widgets", default_target="mailprotector")
    entities = (MailprotectorDomains.entities[0],)
    keys: Mapping[Entity, tuple[str, int]] = {
        entities[0]: ("domains", 9101),
        above: ("customers", 5001),
    }
    fault_worlds = (
        {"duplicate_rule": "accept"},
        {"duplicate_rule": "accept", "opposite_rule": "422", "config_get": "local"},
    )

    def world(self) -> SampleBuilder:
        """The chain, and a domain beside it with rules of the same values."""
        world = SampleBuilder()
        acme = world.customer("Acme Widgets", world.reseller("Harbor IT Services"), id_=5001)
        world.domain("acme.example", acme, id_=9101)
        world.domain("willow.example", acme, allow=self.values[:2], block=self.values[2:])
        return world


SERVICES: Final[tuple[Service, ...]] = (MailprotectorDomains(), MAILBOXES, RELAY, SERVER)
# Held to everything that can go wrong; the table is about one entity at a time.
DISTURBED: Final[tuple[Service, ...]] = (*SERVICES, MailprotectorLevels())
