"""What a client can change, and what it then reads: the four lists and the settings."""

from collections.abc import Iterable
from copy import deepcopy
from threading import RLock
from typing import Any

from mpctl.sandbox.disk import StateFile
from mpctl.sandbox.lag import Lag
from mpctl.sandbox.rackspace.answers import Document
from mpctl.sandbox.rackspace.directory import Directory, Key
from mpctl.sandbox.rackspace.disk import Content, Lists, Settings, read, written
from mpctl.sandbox.rackspace.entries import ListName
from mpctl.sandbox.rackspace.sample import SampleData
from mpctl.sandbox.rackspace.settings import DEFAULTS


class State:
    """The live state of one simulator, for the service and for tests.

    Tests may read and change it while the simulator serves; each call is atomic. `revision` grows
    with every change. A scope and a name are those of policies, such as "ex_mailboxes" and
    "jo@acme.example"; lists have the name of their route in either spelling.
    """

    def __init__(
        self, data: SampleData, *, lock: RLock, file: StateFile | None = None, read_lag: int = 0
    ) -> None:
        """Begin with what `file` holds, else with `data`."""
        self.directory = Directory(data.accounts, data.domains, data.mailboxes, data.own_account)
        self.revision = 0
        self._data = data
        self._lock = lock
        self._file = file
        self._read_lag = read_lag
        saved = file.load(lambda document: read(document, self.directory)) if file else None
        self._begin(*(saved or self._sample()))

    def _sample(self) -> Content:
        return deepcopy(dict(self._data.lists)), deepcopy(dict(self._data.settings))

    def _begin(self, lists: Lists, settings: Settings) -> None:
        self._lists = lists
        self._settings = settings
        self.settle()

    def reset(self) -> None:
        """Go back to the sample data."""
        with self._lock:
            self._begin(*self._sample())
            self._changed()

    def settle(self) -> None:
        """Let every read show the truth from now on, however much reads lag."""
        self._list_lag: Lag[tuple[Key, ListName], tuple[str, ...]] = Lag(self._read_lag)
        self._settings_lag: Lag[Key, Document] = Lag(self._read_lag)

    def _changed(self) -> None:
        self.revision += 1
        if self._file:
            self._file.save(written(self._lists, self._settings))

    # Lists

    def entries(self, scope: str, name: str, list_: str) -> tuple[str, ...]:
        """Return the entries of one list as they really are, oldest first."""
        with self._lock:
            return self._entries(self._key(scope, name), ListName.of_route(list_))

    def lists_of(self, scope: str, name: str) -> dict[str, tuple[str, ...]]:
        """Return the four lists as they really are, by the newer names of their routes."""
        with self._lock:
            key = self._key(scope, name)
            return {str(list_): self._entries(key, list_) for list_ in ListName}

    def listed(self, key: Key, list_: ListName) -> tuple[str, ...]:
        """Return the entries of one list as a client sees them, which may lag."""
        with self._lock:
            return self._list_lag.read((key, list_), self._entries(key, list_))

    def set_entries(self, scope: str, name: str, list_: str, entries: Iterable[str]) -> None:
        """Replace a list, whatever its entries are; nothing changes where they are the same."""
        with self._lock:
            key, which = self._key(scope, name), ListName.of_route(list_)
            before, after = self._entries(key, which), tuple(entries)
            if before != after:
                self._list_lag.write((key, which), before)
                self._lists.setdefault(key, {})[which] = after
                self._changed()

    def add_entry(self, scope: str, name: str, list_: str, entry: str) -> None:
        """Append an entry, whatever it is."""
        with self._lock:
            self.set_entries(scope, name, list_, [*self.entries(scope, name, list_), entry])

    def remove_entry(self, scope: str, name: str, list_: str, entry: str) -> None:
        """Remove the first copy of an entry; ValueError when there is none."""
        with self._lock:
            left = list(self.entries(scope, name, list_))
            left.remove(entry)
            self.set_entries(scope, name, list_, left)

    # Settings

    def settings_of(self, scope: str, name: str) -> Document:
        """Return the settings as they really are, in the shape that a GET answers."""
        with self._lock:
            return deepcopy(self._settings_of(self._key(scope, name)))

    def shown_settings(self, key: Key) -> Document:
        """Return the settings as a client sees them, which may lag."""
        with self._lock:
            return deepcopy(self._settings_lag.read(key, self._settings_of(key)))

    def set_settings(self, scope: str, name: str, **changes: Any) -> None:
        """Set some settings, such as `filterLevel="off"` or `rsEmailSettings={...}` in part."""
        with self._lock:
            key = self._key(scope, name)
            before = self._settings_of(key)
            after = _merged(before, changes)
            if before != after:
                self._settings_lag.write(key, before)
                self._settings[key] = after
                self._changed()

    # Both

    def snapshot(self) -> Document:
        """Return all lists, sorted, and all settings as a plain value."""
        with self._lock:
            return {
                str(key): {
                    "settings": deepcopy(self._settings_of(key)),
                    **{str(list_): sorted(self._entries(key, list_)) for list_ in ListName},
                }
                for key in self.directory
            }

    def _entries(self, key: Key, list_: ListName) -> tuple[str, ...]:
        return self._lists.get(key, {}).get(list_, ())

    def _settings_of(self, key: Key) -> Document:
        return _merged(dict(DEFAULTS[key.scope]), self._settings.get(key, {}))

    def _key(self, scope: str, name: str) -> Key:
        key = Key.of(scope, name)
        if key not in self.directory:
            raise KeyError(f"the sandbox has no {key}")
        return key


def _merged(base: Document, changes: Document) -> Document:
    """Return `base` with the leaves of `changes` in place; neither is touched."""
    merged = deepcopy(base)
    for name, value in changes.items():
        is_section = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = _merged(merged[name], value) if is_section else deepcopy(value)
    return merged
