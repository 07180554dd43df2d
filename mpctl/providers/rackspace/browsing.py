"""Looking around in an account: domains, mailboxes, their rules and settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, Final

from mpctl.core.browse import EntityList, FoundUser, Level, Listed, Reached
from mpctl.core.entity import Entity, Ref
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.providers.rackspace.capabilities import DOMAINS
from mpctl.providers.rackspace.indexes import BRANCHES, Indexes, Row, has, page_of
from mpctl.providers.rackspace.native import rows_of
from mpctl.providers.rackspace.place import Place, place_of
from mpctl.providers.rackspace.provider import OWN, not_found
from mpctl.providers.rackspace.reading import AUTO, NotThere, Reading
from mpctl.providers.service import Setup
from mpctl.transport import Answer, Session

_NOTES: Final[Mapping[str, str]] = {"exchange": "Exchange", "rsemail": "Rackspace Email"}


class Browsing:
    """The looks around that the operators' commands need; reads only.

    Every method raises MpctlError when something cannot be read or does not exist.
    """

    def __init__(self, session: Session, setup: Setup) -> None:
        account = setup.account or OWN
        self._session = session
        self._service = setup.service
        self._indexes = Indexes(session, account)
        self._reading = Reading(session, account, setup.options.get("block_route", AUTO))

    def reach(self) -> Reached:
        """Ask the smallest question."""
        clock = self._session.clock
        started = clock.monotonic()
        answer = self._indexes.smallest
        latency, skew = clock.monotonic() - started, self._skew(answer)
        total = page_of(answer.body, "/domains").total
        sees = "an unknown number of domains" if total is None else f"{total} domains"
        return Reached(self._service, self._indexes.account_number, sees, latency, skew)

    def entities(self, scope: str, under: Entity | None) -> EntityList:
        """List the entities of a scope, all that the key sees or those of one domain."""
        if scope == DOMAINS:
            if under is not None:
                raise _nothing_below(under)
            return EntityList(tuple(map(_domain, self._indexes.domains())))
        return EntityList(tuple(self._mailboxes(scope, under)))

    def chain(self, entity: Entity, *, effective: bool) -> Iterator[Level]:
        """The rules at an entity and, if wanted, at the domain above it."""
        place = self._place(entity)
        yield self._level(entity, place)
        for above in place.ancestors if effective else ():
            yield self._level(entity, Place.of(above))

    def configuration(self, entity: Entity) -> Mapping[str, Any]:
        """All settings of an entity, by their names in policies."""
        try:
            return self._reading.settings(self._place(entity))
        except NotThere:
            raise MpctlError(not_found(entity)) from None

    def find_user(self, address: str) -> FoundUser | None:
        """The mailbox of an address, of either kind; None where there is none."""
        for scope in BRANCHES:
            place = self._place(Entity("", scope, address))
            try:
                self._reading.settings(place)
            except NotThere:
                continue
            ref = Ref(scope, place.native_id)
            return FoundUser(ref, f"{scope}/{address}", "", place.domain, (address,))
        return None

    def _mailboxes(self, scope: str, under: Entity | None) -> Iterator[Listed]:
        if under is None:
            records = [row for row in self._indexes.domains() if has(row, scope)]
            domains = [_name(row) for row in records]
        elif under.scope == DOMAINS:
            domains = [self._place(under).domain]
        else:
            raise _nothing_below(under)
        for domain in domains:
            for row in self._indexes.mailboxes(scope, domain):
                address = f"{_name(row)}@{domain}"
                note = str(row.get("displayname") or "")
                yield Listed(Ref(scope, address.lower()), f"{scope}/{address}", note)

    def _level(self, entity: Entity, place: Place) -> Level:
        try:
            rules = rows_of(self._reading.lists(place))
        except NotThere:
            raise MpctlError(not_found(entity)) from None
        return Level(Ref(place.scope, place.native_id), f"{place.scope}/{place.native_id}", rules)

    def _place(self, entity: Entity) -> Place:
        place = place_of(entity)
        if isinstance(place, Diagnostic):
            raise MpctlError(place)
        return place

    def _skew(self, answer: Answer) -> float | None:
        try:
            theirs = parsedate_to_datetime(answer.headers.get("Date", ""))
        except (TypeError, ValueError):
            return None
        if theirs.tzinfo is None:
            theirs = theirs.replace(tzinfo=UTC)
        return (self._session.clock.now() - theirs).total_seconds()


def _domain(row: Row) -> Listed:
    name = _name(row)
    note = _NOTES.get(str(row.get("servicetype", "")).lower(), "")
    return Listed(Ref(DOMAINS, name.lower()), f"{DOMAINS}/{name}", note)


def _name(row: Row) -> str:
    return str(row.get("name") or "")


def _nothing_below(under: Entity) -> MpctlError:
    finding = Diagnostic(
        Code.USAGE,
        f"nothing is listed under {under.path} but mailboxes under a domain",
        fix="Write --under and a domain, as in --under domains/acme.example.",
    )
    return MpctlError(finding, exit_code=ExitCode.USAGE)
