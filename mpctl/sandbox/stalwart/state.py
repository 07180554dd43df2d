"""What a client can change and what follows from it: stored settings, live nodes, the queue."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address
from threading import RLock
from typing import Any

from mpctl.sandbox.disk import StateFile, check_format
from mpctl.sandbox.lag import Lag
from mpctl.sandbox.stalwart.addresses import AddressSet
from mpctl.sandbox.stalwart.core import BLOCKED, LOOKUP, read_core
from mpctl.sandbox.stalwart.findings import Findings
from mpctl.sandbox.stalwart.live import Node
from mpctl.sandbox.stalwart.mailqueue import QueuedMessage
from mpctl.sandbox.stalwart.planted import planted
from mpctl.sandbox.stalwart.sample import SampleData
from mpctl.sandbox.stalwart.stored import Stored
from mpctl.sandbox.stalwart.switches import Switches

FORMAT = 1
Document = dict[str, Any]


class State:
    """The state of one simulator, for the service and for tests.

    Tests may read and change it while the simulator serves; each call is atomic. `revision` grows
    with every change. `nodes` are the servers of the cluster, the first one the client's.
    """

    def __init__(
        self, data: SampleData, switches: Switches, *, lock: RLock, file: StateFile | None = None
    ) -> None:
        """Begin with what `file` holds, else with `data`."""
        self.revision = 0
        self.data = data
        self._switches = switches
        self._lock = lock
        self._file = file
        if file is None or file.load(self._read) is None:
            self._begin()

    def reset(self) -> None:
        """Go back to the sample data."""
        with self._changing():
            self._begin()

    def restart(self) -> None:
        """Start the servers anew: whatever parses of what is stored is live."""
        with self._changing():
            self._boot()

    def _begin(self) -> None:
        self.stored = Stored({}, {}, planted(self._switches))
        self.stored.insert(self.data.settings.items())
        self.queue = {message.id: message for message in self.data.queue}
        self.queue_runs = True
        self.trained: list[tuple[str, str, str]] = []
        self.tags = tuple(self.data.tags)
        self._lag: Lag[str, dict[str, str]] = Lag(self._switches.read_lag)
        self._boot()

    def _boot(self) -> None:
        count = 1 if self._switches.cluster == "off" else 2
        view = self.stored.view()
        self.nodes = [Node.booted(self._switches, view) for _ in range(count)]

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Count and save what the block does, if it does anything."""
        with self._lock:
            before = self._written() if hasattr(self, "nodes") else None
            seen = self.stored.view()
            try:
                yield
            finally:
                if self._written() != before:
                    self._changed(seen)

    def _changed(self, seen: dict[str, str]) -> None:
        self.revision += 1
        if self.stored.view() != seen:
            self._lag.write("stored", seen)
        if self._file:
            self._file.save(self._written())

    # Stored settings

    def settings(self, prefix: str = "") -> dict[str, str]:
        """Return the stored settings by full key, as they really are."""
        with self._lock:
            view = self.stored.view()
            return {key: value for key, value in view.items() if key.startswith(prefix)}

    def shown(self) -> dict[str, str]:
        """Return the stored settings as a client sees them, which may lag."""
        with self._lock:
            return self._lag.read("stored", self.stored.view())

    def store(self, action: Callable[[Stored], None]) -> None:
        """Change the stored settings; nothing becomes live."""
        with self._changing():
            action(self.stored)

    def set_settings(self, values: Mapping[str, str], *, live: bool = True) -> None:
        """Store settings as another administrator would; `live` reloads everything too."""
        self.store(lambda stored: stored.insert(values.items()))
        if live:
            self.go_live()

    def remove_settings(self, *keys: str, live: bool = True) -> None:
        """Delete settings by full key."""
        self.store(lambda stored: stored.delete(keys))
        if live:
            self.go_live()

    # Lookup lists

    def entries(self, name: str) -> dict[str, str]:
        """Return the stored entries of a lookup list."""
        prefix = f"{LOOKUP}{name}."
        return {key.removeprefix(prefix): v for key, v in self.settings(prefix).items()}

    def live_entries(self, name: str, *, node: int = 0) -> dict[str, str]:
        """Return the entries of a lookup list that the filter uses."""
        with self._lock:
            return dict(self.nodes[node].lists.get(name, {}))

    def add_entry(self, name: str, entry: str, value: str = "mpctl", *, live: bool = True) -> None:
        """Store an entry, whatever it looks like."""
        self.set_settings({f"{LOOKUP}{name}.{entry}": value}, live=live)

    def remove_entry(self, name: str, entry: str, *, live: bool = True) -> None:
        """Delete an entry; its list may stay loaded when it was the last."""
        self.remove_settings(f"{LOOKUP}{name}.{entry}", live=live)

    # Live state

    def live_settings(self, *, node: int = 0) -> dict[str, str]:
        """Return the filter's settings that are in force, lookup lists apart."""
        with self._lock:
            return dict(self.nodes[node].core.settings)

    def blocked(self, *, node: int = 0) -> set[str]:
        """Return the blocked addresses and networks that are in force, in canonical text."""
        with self._lock:
            at = self.nodes[node]
            return {str(one) for one in (*at.banned.singles, *at.core.blocked.networks)}

    def go_live(self) -> None:
        """Make what is stored live on every node, as both reloads do; errors hold as documented."""
        self.reload(lambda node, view: node.reload(view, dry=False))
        for number in range(len(self.nodes)):
            self.reload(lambda node, view: node.reload_lookup(view), only=number)

    def reload(
        self, how: Callable[[Node, Mapping[str, str]], Findings], *, only: int | None = None
    ) -> Findings:
        """Reload every node, or only one, and return what the first of them reports."""
        with self._changing():
            view = self.stored.view()
            nodes = self.nodes if only is None else [self.nodes[only]]
            findings = [how(node, view) for node in nodes]
            return findings[0]

    def auto_ban(self, address: str) -> None:
        """Ban an address as the server does by itself: stored without a mark, and live at once."""
        single = AddressSet(frozenset({ip_address(address)}))
        with self._changing():
            self.stored.insert([(BLOCKED + address, "")])
            for node in self.nodes:
                node.banned = AddressSet(node.banned.singles | single.singles)

    # Queue and training

    def put_message(self, message: QueuedMessage) -> None:
        """Queue a message, or put it in the place of the one with its id."""
        with self._changing():
            self.queue[message.id] = message

    def drop_message(self, id_: int) -> None:
        """Take a message out of the queue; KeyError when there is none."""
        with self._changing():
            del self.queue[id_]

    def run_queue(self, *, runs: bool) -> None:
        """Start or stop the queue."""
        with self._changing():
            self.queue_runs = runs

    def train(self, kind: str, account: str, message: str) -> None:
        """Learn a message as ham or spam."""
        with self._changing():
            self.trained.append((kind, account, message))

    # All of it

    def snapshot(self) -> Document:
        """Return everything as a plain value that shares nothing with the state."""
        with self._lock:
            return self._written()

    def _written(self) -> Document:
        return {
            "format": FORMAT,
            "local": dict(self.stored.local),
            "db": dict(self.stored.db),
            "nodes": [_written_node(node) for node in self.nodes],
            "queue": [message.written() for message in self.queue.values()],
            "queue_runs": self.queue_runs,
            "trained": [list(row) for row in self.trained],
        }

    def _read(self, document: Any) -> bool:
        check_format(document, FORMAT)
        self._begin()
        self.stored = Stored(
            _strings(document["local"]), _strings(document["db"]), planted(self._switches)
        )
        self._boot()
        for node, saved in zip(self.nodes, document["nodes"], strict=False):
            _read_node(node, saved)
        messages = [QueuedMessage.read(row) for row in document["queue"]]
        self.queue = {message.id: message for message in messages}
        self.queue_runs = bool(document["queue_runs"])
        self.trained = [(kind, account, text) for kind, account, text in document["trained"]]
        return True


def _written_node(node: Node) -> Document:
    return {
        "lists": {name: dict(entries) for name, entries in sorted(node.lists.items())},
        "settings": dict(node.core.settings),
        "banned": sorted(str(one) for one in node.banned.singles),
    }


def _read_node(node: Node, saved: Any) -> None:
    node.lists = {name: _strings(entries) for name, entries in saved["lists"].items()}
    node.core = read_core(_strings(saved["settings"]), Findings())
    node.banned = AddressSet(frozenset(ip_address(one) for one in saved["banned"]))


def _strings(document: Any) -> dict[str, str]:
    found = dict(document)
    if not all(isinstance(value, str) for value in found.values()):
        raise TypeError("a setting is not a string")
    return found
