"""The stored settings: a local file over a database, one flat map to readers (section 4)."""

from collections.abc import Iterable, Mapping
from functools import cache

from mpctl.sandbox.stalwart.globs import GlobMap

LOCAL_PATTERNS = (
    "!server.blocked-ip.*",
    "!server.allowed-ip.*",
    "store.*",
    "directory.*",
    "tracer.*",
    "server.*",
    "certificate.*",
    "config.local-keys.*",
    "authentication.fallback-admin.*",
    "cluster.*",
    "storage.data",
    "storage.blob",
    "storage.lookup",
    "storage.fts",
    "storage.directory",
    "enterprise.license-key",
)
CUSTOM = "config.local-keys."


class Stored:
    """Two layers of settings; the local file wins.

    `planted` are keys of the local file that a switch put there; they are not saved.
    """

    def __init__(
        self, local: Mapping[str, str], db: Mapping[str, str], planted: Mapping[str, str]
    ) -> None:
        self.local = dict(local)
        self.db = dict(db)
        self._planted = dict(planted)

    def view(self) -> dict[str, str]:
        """Return what a reader sees, in ascending order of keys."""
        is_local = self._patterns().decide
        shown = {key: value for key, value in self.db.items() if not is_local(key)}
        merged = {**shown, **self.local, **self._planted}
        return {key: merged[key] for key in sorted(merged)}

    def insert(self, values: Iterable[tuple[str, str]]) -> None:
        """Write pairs, each to the layer where it belongs."""
        for key, value in values:
            (self.local if self._is_local(key) else self.db)[key] = value

    def delete(self, keys: Iterable[str]) -> None:
        """Delete exact keys, each from the layer where it belongs; a missing one is no error."""
        for key in keys:
            (self.local if self._is_local(key) else self.db).pop(key, None)

    def clear(self, prefix: str, text: str | None) -> None:
        """Delete what starts with `prefix` from both layers, and has `text` in key or value."""
        for layer in (self.local, self.db, self._planted):
            for key in [key for key in layer if key.startswith(prefix)]:
                if text is None or text in key.lower() or text in layer[key].lower():
                    del layer[key]

    def _is_local(self, key: str) -> bool:
        return self._patterns().decide(key)

    def _patterns(self) -> "_Patterns":
        file = {**self.local, **self._planted}
        custom = tuple(file[key] for key in sorted(file) if key.startswith(CUSTOM))
        return _patterns(custom or LOCAL_PATTERNS)


class _Patterns:
    """Which keys live in the local file: the first pattern that matches decides, `!` says no."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._rules = [(GlobMap({one.removeprefix("!"): ""}), one[0] != "!") for one in patterns]

    def decide(self, key: str) -> bool:
        return next((local for glob, local in self._rules if glob.find(key) is not None), False)


@cache
def _patterns(patterns: tuple[str, ...]) -> _Patterns:
    return _Patterns(patterns)
