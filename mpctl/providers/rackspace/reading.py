"""Reading the lists and the settings of a place (reference, sections 6 and 9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from mpctl.core.rule import SettingValue
from mpctl.providers.rackspace.documents import values_of
from mpctl.providers.rackspace.native import (
    LISTS,
    NEW,
    OLD,
    NotUnderstood,
    SpamList,
    entries_of,
    from_native,
)
from mpctl.providers.rackspace.place import Place
from mpctl.transport import BadAnswer, FirstAlone, Refused, Session

AUTO: Final = "auto"
_GONE: Final = 404


class NotThere(Exception):
    """A domain or mailbox that the service does not have."""


class Reading:
    """Everything that is read behind one session.

    `account` is the customer in every path. `block_route` is a spelling, or `auto`: then the first
    read of a block list decides, and only when the place itself is proven to exist.
    """

    def __init__(self, session: Session, account: str, block_route: str = AUTO) -> None:
        self._session = session
        self._account = account
        self._spelling = "" if block_route == AUTO else block_route
        self._first = FirstAlone(lambda: bool(self._spelling))
        self._copied: dict[tuple[Place, SpamList], frozenset[str]] = {}
        self._doubted: set[tuple[Place, SpamList]] = set()

    def lists(self, place: Place) -> dict[SpamList, tuple[str, ...]]:
        """The entries of all four lists; raises NotThere, or TransportError."""
        return {spam_list: self.entries(place, spam_list) for spam_list in LISTS}

    def entries(self, place: Place, spam_list: SpamList) -> tuple[str, ...]:
        """The entries of one list; raises NotThere, or TransportError."""
        if NEW not in spam_list.name or self._spelling:
            return self._entries(place, spam_list, self._spelling or NEW)
        with self._first.turn():
            return self._either(place, spam_list)

    def copied(self, place: Place, spam_list: SpamList) -> frozenset[str]:
        """The entries of rules that stood in a list more than once when it was last read.

        A copy may have another spelling, which a service may or may not take for the same.
        """
        return self._copied.get((place, spam_list), frozenset())

    def doubt(self, place: Place) -> str:
        """Why the lists of a place, as they were last read, may not be whole; empty if they are."""
        doubted = sorted(one.name for where, one in self._doubted if where == place)
        return f"the answer for {', '.join(doubted)} held no list at all" if doubted else ""

    def settings(self, place: Place) -> dict[str, SettingValue]:
        """All settings that the service tells; raises NotThere, or TransportError."""
        path = f"{place.path(self._account)}/settings"
        try:
            return values_of(place.scope, self._body(path))
        except NotUnderstood as error:
            raise BadAnswer(f"GET {path}", str(error)) from error
        except Refused as error:
            if error.status != _GONE:
                raise
            raise NotThere from error

    def path(self, place: Place, spam_list: SpamList) -> str:
        """Where a list is written; its spelling was found out when it was read."""
        return self._path(place, spam_list, self._spelling or NEW)

    def settings_path(self, place: Place) -> str:
        """Where the settings are written."""
        return f"{place.path(self._account)}/settings"

    def _either(self, place: Place, spam_list: SpamList) -> tuple[str, ...]:
        """Read by the newer spelling, else by the older one; what answers is used from now on."""
        if self._spelling:
            return self._entries(place, spam_list, self._spelling)
        try:
            found, spelling = self._entries(place, spam_list, NEW), NEW
        except Refused as error:
            if error.status != _GONE:
                raise
            found, spelling = self._entries(place, spam_list, OLD), OLD
        self._spelling = spelling
        return found

    def _entries(self, place: Place, spam_list: SpamList, spelling: str) -> tuple[str, ...]:
        path = self._path(place, spam_list, spelling)
        try:
            body = self._body(path)
            entries = entries_of(body)
        except NotUnderstood as error:
            raise BadAnswer(f"GET {path}", str(error)) from error
        except Refused as error:
            if error.status == _GONE:
                self.settings(place)  # a place that is there has settings, whatever its lists say
            raise
        self._note(place, spam_list, entries, proven=bool(body))
        return entries

    def _note(
        self, place: Place, spam_list: SpamList, entries: Sequence[str], *, proven: bool
    ) -> None:
        keys = [from_native(spam_list, entry).key for entry in entries]
        copies = Counter(keys)
        self._copied[place, spam_list] = frozenset(
            entry for entry, key in zip(entries, keys, strict=True) if copies[key] > 1
        )
        (self._doubted.discard if proven else self._doubted.add)((place, spam_list))

    def _body(self, path: str) -> Any:
        return self._session.request("GET", path).body

    def _path(self, place: Place, spam_list: SpamList, spelling: str) -> str:
        return f"{place.path(self._account)}/{spam_list.route(spelling)}"
