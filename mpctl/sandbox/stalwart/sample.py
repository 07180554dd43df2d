"""Data sets to start from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mpctl.sandbox.stalwart.mailqueue import QueuedMessage

NO_SETTINGS: Mapping[str, str] = {}


@dataclass(frozen=True)
class SampleData:
    """A server: its settings, who is there, and what waits in its queue.

    `settings` are stored where they belong, in the local file or the database, and all of them are
    live at the start. `tags` are the tags that every message gets, beside those that follow from
    its headers. `domains` and `individuals` are principals; an individual has its addresses.
    """

    settings: Mapping[str, str] = field(default_factory=dict)
    domains: tuple[str, ...] = ("harbor.example",)
    individuals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    queue: tuple[QueuedMessage, ...] = ()
    tags: tuple[str, ...] = ()

    @staticmethod
    def tiny(
        entries: Mapping[str, Iterable[str]] = {}, settings: Mapping[str, str] = NO_SETTINGS
    ) -> "SampleData":
        """Return a server with these lookup lists, from `{"mpctl": ["allow.ip.192.0.2.1"]}`."""
        lists = {f"lookup.{name}.{one}": "mpctl" for name, keys in entries.items() for one in keys}
        hostname = {"server.hostname": "mx.harbor.example"}
        return SampleData(settings={**hostname, **lists, **settings})
