"""What the running filter uses, and how the reloads refresh it (section 5)."""

from collections.abc import Mapping

from mpctl.sandbox.stalwart.addresses import Address, AddressSet
from mpctl.sandbox.stalwart.core import Core, Lists, read_banned, read_core, read_lists
from mpctl.sandbox.stalwart.findings import Findings
from mpctl.sandbox.stalwart.globs import GlobMap
from mpctl.sandbox.stalwart.switches import Switches

PYZOR = "spam-filter.pyzor."
UNREAD = ("server.http.permissive-cors", "true")
Settings = Mapping[str, str]


class Node:
    """The live state of one server of a cluster.

    `lists` are the loaded lookup lists, `core` the configuration of the filter, `banned` the
    single addresses that are blocked.
    """

    def __init__(self, switches: Switches, lists: Lists, core: Core, banned: AddressSet) -> None:
        self._switches = switches
        self._globs: dict[str, GlobMap] = {}
        self.lists = lists
        self.core = core
        self.banned = banned

    @classmethod
    def booted(cls, switches: Switches, settings: Settings) -> "Node":
        """Start with whatever parses."""
        nothing = Findings()
        return cls(
            switches,
            read_lists(settings, nothing),
            read_core(settings, nothing),
            read_banned(settings, nothing),
        )

    def is_blocked(self, address: Address) -> bool:
        """Whether connections from there are closed."""
        return address in self.banned or address in self.core.blocked

    def is_allowed(self, address: Address) -> bool:
        """Whether the address is exempt from bans and limits; it says nothing about spam."""
        return address.is_loopback or address in self.core.allowed

    def look_up(self, name: str, key: str) -> str | None:
        """Return the value of a key in a loaded list."""
        if name not in self._globs:
            self._globs[name] = GlobMap(dict(self.lists.get(name, {})))
        return self._globs[name].find(key)

    def reload(self, settings: Settings, *, dry: bool) -> Findings:
        """Reload all but the contents of lookup lists that are loaded."""
        findings = Findings()
        core = read_core(settings, findings)
        banned = read_banned(settings, findings)
        lists = read_lists(settings, findings)
        self._foreign(settings, findings)
        if findings.errors and self._switches.reload_errors == "block":
            return findings
        self.banned = banned
        if not dry:
            self.core = core
            keeps = self._switches.full_reload_lists == "keeps"
            self._load({**lists, **self.lists} if keeps else {**self.lists, **lists})
        return findings

    def reload_lookup(self, settings: Settings) -> Findings:
        """Refresh the contents of every list that has a stored key."""
        findings = Findings()
        lists = read_lists(settings, findings)
        stays = self._switches.emptied_list == "stays"
        self._load({**self.lists, **lists} if stays else lists)
        return findings

    def reload_blocked(self, settings: Settings) -> Findings:
        """Refresh the single addresses that are blocked."""
        findings = Findings()
        self.banned = read_banned(settings, findings)
        return findings

    def _load(self, lists: Lists) -> None:
        self.lists = lists
        self._globs = {}

    def _foreign(self, settings: Settings, findings: Findings) -> None:
        """Report what is wrong on this server, though nobody here wrote it."""
        is_on = settings.get(PYZOR + "enable", "true") != "false"
        if self._switches.foreign_error == "pyzor" and is_on:
            findings.error(PYZOR + "host", "Failed to resolve address: no record found")
        if self._switches.foreign_warning == "on":
            findings.unread(*UNREAD)
