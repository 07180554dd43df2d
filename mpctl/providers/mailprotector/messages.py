"""Reading logs and quarantines (reference, section 9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from mpctl.core.entity import Entity, Ref
from mpctl.core.mail import HeldMessage, LogEntry, Page, Search
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.providers.mailprotector.directory import Directory
from mpctl.providers.mailprotector.native import identifier
from mpctl.providers.mailprotector.native_messages import held_message, log_entry
from mpctl.providers.mailprotector.walking import walk
from mpctl.transport import KeyRefused, Refused, Session


class Messages:
    """The messages behind one session: what became of them, and which are held.

    Every method raises MpctlError when an entity does not exist or a page cannot be read.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._directory = Directory(session)

    def entries(self, entity: Entity, search: Search) -> Iterator[Page[LogEntry]]:
        """The messages of an entity and of everything below it; a page is read when it is taken."""
        yield from walk(self._session, _path(self._ref(entity), "logs"), search, log_entry)

    def held(self, entity: Entity, search: Search) -> Iterator[Page[HeldMessage]]:
        """The held messages at and below an entity; read and judged as in `entries`."""
        yield from self._held(self._ref(entity), search)

    def find(self, numbers: AbstractSet[str]) -> Mapping[str, HeldMessage]:
        """Those of these messages that are held anywhere the key sees.

        Raises MpctlError when one was not found and the listing is not proven whole.
        """
        found: dict[str, HeldMessage] = {}
        doubt = ""
        for page in self._held_anywhere() if numbers else ():
            found |= {row.id: row for row in page.rows if row.id in numbers}
            doubt = doubt or page.doubt
            if len(found) == len(numbers):
                return found
        if doubt:
            raise MpctlError(_not_proven(sorted(numbers - set(found)), doubt))
        return found

    def _held_anywhere(self) -> Iterator[Page[HeldMessage]]:
        """Everything held: at the reseller, or where the key may not look there, by domain."""
        reseller = self._directory.reseller_id
        pages = self._held(Ref("resellers", reseller), Search()) if reseller else iter(())
        try:
            first = next(pages, None)
        except KeyRefused:
            raise
        except Refused:
            first = None
        if first is not None:
            yield first
            yield from pages
            return
        domains = self._directory.domains
        for row in domains.rows:
            if not row.get("parent"):
                yield from self._held(Ref("domains", identifier(row)), Search())
        if domains.doubt:
            yield Page((), doubt=domains.doubt)

    def _held(self, ref: Ref, search: Search) -> Iterator[Page[HeldMessage]]:
        return walk(self._session, _path(ref, "messages"), search, held_message)

    def _ref(self, entity: Entity) -> Ref:
        resolution = self._directory.resolve([entity])
        problem = resolution.missing.get(entity) or resolution.unread.get(entity)
        if problem is not None:
            raise MpctlError(problem)
        return Ref(entity.scope, identifier(resolution.found[entity]))


def _path(ref: Ref, what: str) -> str:
    return f"/{ref.scope}/{ref.native_id}/{what}"


def _not_proven(numbers: list[str], doubt: str) -> Diagnostic:
    return Diagnostic(
        Code.INCOMPLETE_LISTING,
        f"not found among the held messages: {', '.join(numbers)}",
        why=f"They may be held all the same, because the listing is not proven whole: {doubt}.",
        fix="Try again, or name the entity to look at.",
    )
