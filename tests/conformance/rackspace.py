"""Mailboxes and domains of a Rackspace account, as the suite sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, ClassVar

from mpctl.core.entity import Entity, parse_entity
from mpctl.core.rule import Action, SettingValue
from mpctl.ports import Provider
from mpctl.providers.rackspace.capabilities import CAPABILITIES
from mpctl.providers.rackspace.service import SERVICE
from mpctl.providers.service import Setup
from mpctl.sandbox import Sandbox
from mpctl.sandbox.rackspace import SWITCHES, SampleBuilder, SampleData
from mpctl.transport import Limits, Session
from tests.clock import FakeClock
from tests.conformance.service import NO_SWITCHES, Choice, Effect, Limit, Row, Service

_OCTETS = 4
_UNPACED: Choice = {"reads_per_minute": "off", "writes_per_minute": "off"}


class Rackspace(Service):
    """Two mailboxes, or two domains, with neighbours of every kind."""

    capabilities = CAPABILITIES
    switches = SWITCHES
    values = (
        "billing@vendor.example",
        "vendor.example",
        "news+tag@eu.vendor.example",
        "eu.vendor.example",
        "spam.example",
        "xn--bcher-kva.example",
        "*.bulk.example",
        "198.51.100.0/24",
        "a_b@spam.example",
        "203.0.113.9",
    )
    spelled = (
        "Billing@Vendor.Example",
        "VENDOR.EXAMPLE",
        "News+Tag@EU.vendor.example",
        "Eu.Vendor.Example",
        "SPAM.example",
        "XN--BCHER-KVA.example",
    )
    odd = "bounce%@mailer.example"
    setting = ("filter_level", ("on", "off"))
    limits = (
        Limit(Effect.REMOVALS_WITHHELD, {"empty_list": ("absent",)}),
        Limit(Effect.FLIPS_REFUSED, {"empty_list": ("absent",), "opposite_entry": ("400",)}),
    )
    fault_worlds = ({}, {"block_route": "blacklist"}, {"remove_copies": "one", "read_lag": "1"})
    stranger_worlds = ({}, {"not_found_body": "html"})
    unpaced = _UNPACED
    least_writes = 3
    creates = "PUT"
    removes = "PUT"
    NAMES: ClassVar = {
        "ex_mailboxes": ("alice.ng@acme.example", "bob.roy@acme.example"),
        "rs_mailboxes": ("tom.hollis@acme.example", "invoices@acme.example"),
        "domains": ("acme.example", "birch.example"),
    }
    OTHERS: ClassVar = {
        "ex_mailboxes": ("ruth.adler@cobaltprint.example", "nobody@acme.example"),
        "rs_mailboxes": ("ruth.adler@cobaltprint.example", "nobody@acme.example"),
        "domains": ("cobaltprint.example", "nowhere.example"),
    }

    def __init__(self, scope: str) -> None:
        self.name = f"rackspace/{scope}"
        self.scope = scope
        self.entities = tuple(_entity(scope, name) for name in self.NAMES[scope])
        self.twin = _entity(scope, f"{self.NAMES[scope][0]}.")
        self.stranger, self.absent = (_entity(scope, name) for name in self.OTHERS[scope])

    def possible(self, switches: Choice) -> bool:
        """Tell where a client can know what happened.

        A throttled request whose words are lost looks like a refused key; and an entry that is
        dropped because of its opposite, with an answer of success, looks like one that was taken.
        """
        speechless = switches.get("error_body", "fault") != "fault"
        hasty = {switches.get("reads_per_minute"), switches.get("writes_per_minute")}
        silent = {"partial_put": "rest_200", "opposite_entry": "400"}.items() <= switches.items()
        # A flip that must fail here holds the setting back too, which the table does not foresee.
        stuck = {"empty_list": "absent", "opposite_entry": "400"}.items() <= switches.items()
        blind = silent or stuck or (speechless and hasty & {"30", "10"})
        return not blind and super().possible(switches)

    def world(self) -> SampleData:
        """Everybody; what is not written to has rules of the same values."""
        world = SampleBuilder("12345678", "Harbor IT Services")
        acme = world.domain("acme.example", aliases="acme-mail.example")
        birch = world.domain("birch.example")
        keys = [
            acme,
            birch,
            *(world.ex_mailbox(name, acme) for name in ("alice.ng", "bob.roy", "priya.nair")),
            *(world.rs_mailbox(name, acme) for name in ("tom.hollis", "invoices", "warehouse")),
        ]
        written = {(entity.scope, entity.name) for entity in self.entities}
        for key in keys:
            if (str(key.scope), key.name) not in written:
                world.lists(key, block=["@vendor.example", "@spam.example"], allow=["@x.example"])
                world.lists(key, ip_block=["203.0.113.9"], ip_allow=["198.51.100.%"])
        account = world.account("87654321", "Tidewater Managed IT", below=False)
        world.domain("cobaltprint.example", service="both", account=account)
        return world.build()

    def open(self, switches: Choice = NO_SWITCHES) -> Sandbox:
        """A sandbox that holds the sample world."""
        chosen = {f"rackspace.{name}": value for name, value in switches.items()}
        return Sandbox(switches=chosen, rackspace=self.world())

    @contextmanager
    def connect(
        self, sandbox: Sandbox, clock: FakeClock, *, writable: bool, connections: int = 4
    ) -> Iterator[Provider]:
        """A provider for one run; the simulator's own rate limit goes by the same clock."""
        simulator = sandbox.rackspace
        simulator.clock = lambda: clock.now().timestamp()
        speechless = simulator.switches.error_body != "fault"
        keys = {"user_key": simulator.user_key, "secret_key": simulator.secret_key}
        session = Session(
            simulator.base_url,
            authorize=SERVICE.authorization(keys, clock.clock),
            calls=SERVICE.calls,
            limits=Limits(
                connections=connections,
                attempts=SERVICE.attempts,
                attempts_throttled=SERVICE.attempts_throttled,
                retry_after_default=SERVICE.pause,
                reads_per_minute=CAPABILITIES.reads_per_minute if speechless else None,
                writes_per_minute=CAPABILITIES.writes_per_minute if speechless else None,
            ),
            clock=clock.clock,
            writable=writable,
            dialect=SERVICE.dialect,
            error_header=SERVICE.error_header,
        )
        with closing(session):
            yield SERVICE.provider(session, Setup("SANDBOX", connections))

    def environment(self, sandbox: Sandbox) -> Mapping[str, str]:
        """The base URL and the keys."""
        return {
            "RACKSPACE_API_BASE_URL": sandbox.rackspace.base_url,
            "RACKSPACE_USER_KEY": sandbox.rackspace.user_key,
            "RACKSPACE_SECRET_KEY": sandbox.rackspace.secret_key,
        }

    def rows(self, sandbox: Sandbox, entity: Entity) -> list[Row]:
        """The entity's rules as they really are; a list is a set, so each text counts once."""
        lists = sandbox.rackspace.state.lists_of(entity.scope, entity.name)
        return [
            Row(f"{name}:{entry}", _action(name), _value(name, entry))
            for name, entries in lists.items()
            for entry in dict.fromkeys(entries)
        ]

    def settings(self, sandbox: Sandbox, entity: Entity) -> dict[str, SettingValue]:
        """The filter level."""
        document = sandbox.rackspace.state.settings_of(entity.scope, entity.name)
        return {"filter_level": document["filterLevel"]}

    def rest(self, sandbox: Sandbox) -> Any:
        """The lists of everybody else, and all other settings."""
        everything = sandbox.rackspace.state.snapshot()
        for entity in self.entities:
            key = f"{entity.scope}/{entity.name}"
            everything[key] = everything[key]["settings"]
            everything[key].pop("filterLevel")
        return everything

    def put(self, sandbox: Sandbox, entity: Entity, action: Action, value: str) -> None:
        """Add an entry as another writer would; a copy of one has another spelling.

        Where the service knows no two spellings of an entry, nobody can add a copy.
        """
        name, entry = _entry(action, value, self.values)
        there = sandbox.rackspace.state.entries(entity.scope, entity.name, name)
        folded = sandbox.rackspace.switches.identity == "folded"
        if folded and entry.lower().removeprefix("@") in {
            e.lower().removeprefix("@") for e in there
        }:
            return
        spellings = (entry, entry.upper(), entry.title(), entry.swapcase())
        new = next((one for one in spellings if one not in there), entry)
        sandbox.rackspace.state.add_entry(entity.scope, entity.name, name, new)

    def take(self, sandbox: Sandbox, row: Row) -> None:
        """Take an entry away as another writer would."""
        name, _, entry = str(row.id).partition(":")
        state = sandbox.rackspace.state
        entity = next(e for e in self.entities if row in self.rows(sandbox, e))
        left = [one for one in state.entries(entity.scope, entity.name, name) if one != entry]
        state.set_entries(entity.scope, entity.name, name, left)

    def settle(self, sandbox: Sandbox) -> None:
        """Show everything that was written."""
        sandbox.rackspace.state.settle()

    def listing(self, entity: Entity) -> str:
        """A pattern for the path of the list that is read first."""
        local, _, domain = entity.name.rpartition("@")
        branch = "" if entity.scope == "domains" else f"/{entity.scope[:2]}/mailboxes/{local}"
        return rf"/domains/{domain}{branch}/spam/(block|black)list$"


def _entity(scope: str, name: str) -> Entity:
    return parse_entity(f"{scope}/{name}", default_target="rackspace")


def _action(name: str) -> Action:
    return Action.BLOCK if "block" in name else Action.ALLOW


def _value(name: str, entry: str) -> str:
    """An entry in the words of policies; a second reading of the reference."""
    if not name.startswith("ip"):
        bare = entry.removeprefix("@")
        return f"*.{bare[2:]}" if bare.startswith("%.") else bare
    open_octets = entry.count("%")
    length = f"/{8 * (_OCTETS - open_octets)}" if open_octets else ""
    return entry.replace("%", "0") + length


def _entry(action: Action, value: str, known: tuple[str, ...]) -> tuple[str, str]:
    """The list and the entry of a value; a spelling that no policy has is kept."""
    name = "blocklist" if action is Action.BLOCK else "safelist"
    if value[0].isdigit():
        address, _, length = value.partition("/")
        fixed = int(length or 32) // 8
        octets = address.split(".")[:fixed] + ["%"] * (_OCTETS - fixed)
        return f"ip{name}", ".".join(octets)
    if value.startswith("*."):
        return name, f"@%.{value[2:]}"
    return name, f"@{value}" if value in known and "@" not in value else value


MAILBOXES = Rackspace("ex_mailboxes")
PLACES = (MAILBOXES, Rackspace("rs_mailboxes"), Rackspace("domains"))
