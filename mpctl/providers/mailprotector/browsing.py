"""Looking around in an account: lists of entities, chains of rules, users, documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from mpctl.core.browse import EntityList, FoundUser, Level, Listed, Reached
from mpctl.core.entity import Entity, Ref
from mpctl.core.state import Reading
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.providers.mailprotector.ancestry import Ancestry
from mpctl.providers.mailprotector.capabilities import CAPABILITIES
from mpctl.providers.mailprotector.configuration import Configuration
from mpctl.providers.mailprotector.directory import NO_RESELLER, Directory, addresses_of
from mpctl.providers.mailprotector.index import Record, plain_name, reference
from mpctl.providers.mailprotector.listing import Listing, list_all, page_info
from mpctl.providers.mailprotector.native import identifier
from mpctl.providers.mailprotector.rules import Rules
from mpctl.providers.skew import skew
from mpctl.transport import KeyRefused, Session, TransportError

# Which lists stand below which entity (reference, section 3).
_LISTS: Final[Mapping[str, frozenset[str]]] = {
    "customers": frozenset({"resellers"}),
    "domains": frozenset({"resellers", "customers"}),
    "user_groups": frozenset({"domains"}),
    "users": frozenset({"resellers", "customers", "domains", "user_groups"}),
}
_LEVELS: Final = frozenset(CAPABILITIES.scopes)


class Browsing:
    """The looks around that the operators' commands need; reads only.

    Every method raises MpctlError when something cannot be read or does not exist.
    """

    def __init__(self, session: Session, service: str) -> None:
        self._session = session
        self._service = service
        self._directory = Directory(session)
        self._ancestry = Ancestry(self._directory)
        self._rules = Rules(session)
        self._configuration = Configuration(session)

    def reach(self) -> Reached:
        """Ask the smallest question, and the reseller's name."""
        clock = self._session.clock
        started = clock.monotonic()
        answer = self._directory.smallest
        latency, ahead = clock.monotonic() - started, skew(answer, clock)
        total = page_info(answer.headers.get("X-Pagination")).total
        return Reached(self._service, self._account(), _seen(total), latency, ahead)

    def entities(self, scope: str, under: Entity | None) -> EntityList:
        """List the entities of a scope, all that the key sees or those under another."""
        listing = self._everywhere(scope) if under is None else self._under(scope, under)
        listed = [self._listed(scope, row) for row in listing.rows]
        times = Counter(one.path.casefold() for one in listed)
        return EntityList(
            tuple(_marked(one) if times[one.path.casefold()] > 1 else one for one in listed),
            listing.doubt,
        )

    def chain(self, entity: Entity, *, effective: bool) -> Iterator[Level]:
        """The rules at an entity and, if wanted, at everything above it, nearest first."""
        ref = Ref(entity.scope, self._native_id(entity))
        yield self._level(ref)
        if effective:
            above = self._ancestry.of(ref.scope, self._directory.record(ref), _LEVELS)
            if above is None:
                raise MpctlError(_unknown_chain(entity))
            yield from map(self._level, above)

    def configuration(self, entity: Entity) -> Mapping[str, Any]:
        """The whole configuration document of an entity."""
        return self._configuration.probe(entity.scope, self._native_id(entity))

    def find_user(self, address: str) -> FoundUser | None:
        """The user behind an address, None where there is none."""
        record = self._directory.find_user(address)
        if record is None:
            return None
        primary = str(record.get("primary_address") or "")
        return FoundUser(
            ref=Ref("users", identifier(record)),
            path=_path("users", record),
            group=_name(record.get("user_group")),
            domain=_name(record.get("domain")),
            addresses=tuple(addresses_of(record)),
            alias=primary.casefold() not in {"", address.casefold()},
        )

    def _under(self, scope: str, under: Entity) -> Listing:
        above = _LISTS.get(scope, frozenset())
        if under.scope not in above:
            raise _usage(
                f"{scope} are not listed under {under.scope}",
                f"They are listed under: {', '.join(sorted(above))}."
                if above
                else "Leave --under out: nothing stands above them.",
            )
        return list_all(self._session, f"/{under.scope}/{self._native_id(under)}/{scope}")

    def _everywhere(self, scope: str) -> Listing:
        directory = self._directory
        if scope == "user_groups":
            raise _usage(
                "user_groups are listed domain by domain",
                "Add --under and a domain, as in --under domains/acme.example.",
            )
        if scope in {"domains", "customers"}:
            index = directory.domains if scope == "domains" else directory.customers
            return Listing(index.rows, index.doubt)
        reseller = directory.reseller_id
        if not reseller:
            return Listing((), NO_RESELLER)
        if scope == "resellers":
            return Listing((directory.record(Ref("resellers", reseller)),))
        return list_all(self._session, f"/resellers/{reseller}/users")

    def _listed(self, scope: str, row: Record) -> Listed:
        parent = row.get("parent")
        if isinstance(parent, Mapping):
            name = parent.get("primary_address") or parent.get("name")
            return Listed(Ref(scope, identifier(row)), _path(scope, row), f"alias of {name}")
        status = _name(row.get("domain_status"))
        note = status if status.casefold() not in {"", "active"} else ""
        return Listed(Ref(scope, identifier(row)), self._full_path(scope, row), note)

    def _full_path(self, scope: str, row: Record) -> str:
        if scope != "user_groups":
            return _path(scope, row)
        domain = reference(row, "domain")
        if not domain or not plain_name(row):
            return f"{scope}/id:{identifier(row)}"
        above = self._directory.record(Ref("domains", domain))
        return f"{scope}/{above.get('name')}/{row.get('name')}"

    def _level(self, ref: Ref) -> Level:
        record = self._directory.record(ref)
        path = self._full_path(ref.scope, record)
        entity = Entity("", ref.scope, path.partition("/")[2])
        listing = self._rules.read(Reading(entity), ref.native_id)
        return Level(ref, path, listing.rules, listing.complete)

    def _native_id(self, entity: Entity) -> str:
        resolution = self._directory.resolve([entity])
        problem = resolution.missing.get(entity) or resolution.unread.get(entity)
        if problem is not None:
            raise MpctlError(problem)
        return identifier(resolution.found[entity])

    def _account(self) -> str:
        """The reseller in words; a key that may not ask for it is a good key all the same."""
        try:
            reseller = self._directory.reseller_id
            if not reseller:
                return "unknown"
            record = self._directory.record(Ref("resellers", reseller))
        except KeyRefused:
            raise
        except TransportError:
            return "unknown"
        return f"{record.get('name')} (resellers/id:{reseller})"


def _seen(total: int | None) -> str:
    if total is None:
        return "an unknown number of domains"
    return f"{total} domain{'' if total == 1 else 's'}"


def _marked(one: Listed) -> Listed:
    """An entity whose path would be ambiguous."""
    note = f"name not unique, write {one.ref.scope}/id:{one.ref.native_id}"
    return replace(one, note=", ".join(filter(None, [one.note, note])))


def _path(scope: str, row: Record) -> str:
    name = row.get("primary_address") if scope == "users" else row.get("name")
    if scope == "users" and isinstance(row.get("parent"), Mapping):
        name = next(iter(addresses_of(row)), name)
    return f"{scope}/{name or 'id:' + identifier(row)}"


def _name(described: Any) -> str:
    return str(described.get("name") or "") if isinstance(described, Mapping) else ""


def _usage(summary: str, fix: str) -> MpctlError:
    return MpctlError(Diagnostic(Code.USAGE, summary, fix=fix), exit_code=ExitCode.USAGE)


def _unknown_chain(entity: Entity) -> Diagnostic:
    return Diagnostic(
        Code.UNEXPECTED_ANSWER,
        f"the service does not say what stands above {entity.path}",
        why="The effective rules cannot be told without the whole chain.",
        fix="Look at the levels one by one, without --effective.",
        entity=str(entity),
    )
