"""A Stalwart server, as the suite asks for it; its rules are those that the running filter has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from ipaddress import ip_network
from typing import Any, Final

from mpctl.core.entity import Entity, parse_entity
from mpctl.core.rule import Action, SettingValue
from mpctl.ports import Provider
from mpctl.providers.service import Setup
from mpctl.providers.stalwart.capabilities import CAPABILITIES
from mpctl.providers.stalwart.service import SERVICE
from mpctl.sandbox import Sandbox, Switch
from mpctl.sandbox.stalwart import SWITCHES, SampleData, plumbing
from mpctl.transport import Limits, Session
from tests.clock import FakeClock
from tests.conformance.service import NO_SWITCHES, Choice, Row, Service, Setting

# Networks with the entries that they take, counted by hand from the reference, section 11.4.
NETWORKS: Final = {
    "203.0.112.0/23": ("ip.203.0.112.*", "ip.203.0.113.*"),
    "2001:db8:40::/47": (
        "ip6r.*.0.4.0.0.8.b.d.0.1.0.0.2",
        "ip6r.*.1.4.0.0.8.b.d.0.1.0.0.2",
    ),
}
THRESHOLD: Final = "spam-filter.score.reject"
MARKED: Final = "lookup.mpctl._keep"


def server(name: str) -> Entity:
    """A server of the target."""
    return parse_entity(f"server/{name}", default_target="stalwart")


class MailServer(Service):
    """One server with the managed rule in place, another list, and an address that it banned."""

    name = "stalwart/server"
    capabilities = CAPABILITIES
    switches: Mapping[str, Switch] = SWITCHES
    entities = (server("mx.harbor.example"),)
    twin = server("id:mx.harbor.example")
    stranger = server("mx.other.example")
    absent = server("mx.other.example")
    values = (
        "billing@vendor.example",
        "vendor.example",
        "news+tag@eu.vendor.example",
        "203.0.112.0/23",
        "spam.example",
        "xn--bcher-kva.example",
        "2001:db8:40::/47",
        "www.vendor.example",
        "billing@spam.example",
        "198.51.100.9",
    )
    spelled = values[:6]
    odd = "sentence.of.nobody"
    removes = "POST"
    least_writes = 2
    setting: Setting | None = ("reject_threshold", ("7.5", "0"))
    # Where nothing may be read, written or made live, there is nothing to go through; a value of
    # the server's own file wins; and of two nodes in turn only one is asked to refresh its lists.
    impossible: tuple[Choice, ...] = (
        {"version": "0.16"},
        *({"shadow": value} for value in ("threshold", "score", "rule", "entry")),
        *({"missing_permission": f"settings-{value}"} for value in ("list", "update", "reload")),
        {"missing_permission": "authenticate"},
        *({"foreign_error": value} for value in ("pyzor", "score", "address")),
        {"cluster": "balanced"},
    )
    fault_worlds = (
        {},
        {"read_lag": "1"},
        {"emptied_list": "goes", "full_reload_lists": "refreshes"},
    )

    def open(self, switches: Choice = NO_SWITCHES) -> Sandbox:
        """A sandbox that holds the sample world."""
        others = {
            **plumbing(),
            "spam-filter.pyzor.enable": "false",
            "lookup.blocked-domains.vendor.example": "by hand",
            "server.blocked-ip.198.51.100.9": "",
        }
        chosen = {f"stalwart.{name}": value for name, value in switches.items()}
        return Sandbox(
            switches=chosen, stalwart=SampleData.tiny({"mpctl": ["_keep"]}, settings=others)
        )

    @contextmanager
    def connect(
        self, sandbox: Sandbox, clock: FakeClock, *, writable: bool, connections: int = 1
    ) -> Iterator[Provider]:
        """A provider for one run; the simulator's own rate limit goes by the same clock."""
        simulator = sandbox.stalwart
        simulator.pace.clock = lambda: clock.now().timestamp()
        fields = {"token": simulator.api_token}
        session = Session(
            simulator.base_url,
            authorize=SERVICE.authorization(fields, clock.clock),
            calls=SERVICE.calls,
            limits=Limits(connections=connections, attempts=SERVICE.attempts),
            clock=clock.clock,
            writable=writable,
            dialect=SERVICE.dialect,
        )
        with closing(session):
            yield SERVICE.provider(session, Setup("SANDBOX", connections))

    def environment(self, sandbox: Sandbox) -> Mapping[str, str]:
        """The base URL and the key."""
        return {
            "STALWART_API_BASE_URL": sandbox.stalwart.base_url,
            "STALWART_API_TOKEN": sandbox.stalwart.api_token,
        }

    def rows(self, sandbox: Sandbox, entity: Entity) -> list[Row]:
        """The entity's rules as the filter has them, networks put together."""
        _ = entity
        entries = sandbox.stalwart.state.live_entries("mpctl")
        return [row for action in Action for row in _rows(action, entries)]

    def settings(self, sandbox: Sandbox, entity: Entity) -> dict[str, SettingValue]:
        """The threshold and the plumbing that the filter has."""
        _ = entity
        live = sandbox.stalwart.state.live_settings()
        in_place = live.items() >= plumbing().items()
        return {
            "reject_threshold": f"{float(live.get(THRESHOLD, '0')):g}",
            "plumbing": "current" if in_place else "different",
        }

    def rest(self, sandbox: Sandbox) -> Any:
        """Everything else that is stored."""
        stored = sandbox.stalwart.state.settings()
        ours = ("lookup.mpctl.allow.", "lookup.mpctl.block.", THRESHOLD, MARKED)
        return {key: value for key, value in stored.items() if not key.startswith(ours)}

    def put(self, sandbox: Sandbox, entity: Entity, action: Action, value: str) -> None:
        """Add a row as another writer would."""
        _ = entity
        for entry in _entries(value):
            mark = f"mpctl: {value}" if value in NETWORKS else "mpctl"
            sandbox.stalwart.state.add_entry("mpctl", f"{action}.{entry}", mark)

    def take(self, sandbox: Sandbox, row: Row) -> None:
        """Take a row away as another writer would."""
        for entry in _entries(row.value):
            sandbox.stalwart.state.remove_entry("mpctl", f"{row.action}.{entry}")

    def settle(self, sandbox: Sandbox) -> None:
        """Read what lags until it does not."""
        for _ in range(sandbox.stalwart.switches.read_lag):
            sandbox.stalwart.state.shown()

    def listing(self, entity: Entity) -> str:
        """A pattern for the path of the rule list, which is everything that mpctl reads."""
        _ = entity
        return "^/settings/keys$"


def _entries(value: str) -> tuple[str, ...]:
    if value in NETWORKS:
        return NETWORKS[value]
    if value == MailServer.odd:
        return (value,)
    if "@" in value:
        return (f"sender.{value}",)
    if value.replace(".", "").isdigit():
        return (f"ip.{value}",)
    return (f"domain.{value.encode().decode('idna')}",)


def _rows(action: Action, entries: Mapping[str, str]) -> Iterator[Row]:
    found: Counter[str] = Counter()
    for entry, mark in entries.items():
        if entry.startswith(f"{action}."):
            found.update(_values(entry.removeprefix(f"{action}."), mark))
    for value, count in found.items():
        assert count == len(_entries(value)), f"{value} has {count} entries"
        yield Row(f"lookup.mpctl.{action}.{_kind(value)}.{value}", action, value)


def _values(entry: str, mark: str) -> list[str]:
    kind, _, rest = entry.partition(".")
    if kind in {"ip", "ip6r"}:
        return mark.removeprefix("mpctl:").split() if mark != "mpctl" else [rest]
    return [{"sender": rest, "domain": rest.encode("idna").decode()}.get(kind, entry)]


def _kind(value: str) -> str:
    if value == MailServer.odd:
        return "native"
    if "@" in value:
        return "email"
    try:
        ip_network(value)
    except ValueError:
        return "domain"
    return "ip"


SERVER: Final = MailServer()
