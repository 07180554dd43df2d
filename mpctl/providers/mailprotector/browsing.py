"""Looking around in an account: lists of entities, chains of rules, users, documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

from mpctl.core.browse import FoundUser, Level, Listed, Reached
from mpctl.core.entity import Entity, Ref
from mpctl.core.state import Reading
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.providers.mailprotector.ancestry import Ancestry
from mpctl.providers.mailprotector.configuration import Configuration
from mpctl.providers.mailprotector.directory import Directory
from mpctl.providers.mailprotector.index import Record, reference
from mpctl.providers.mailprotector.listing import list_all, page_info
from mpctl.providers.mailprotector.native import CAPABILITIES, identifier
from mpctl.providers.mailprotector.rules import Rules
from mpctl.transport import Answer, Session

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
        started = self._session.clock.monotonic()
        answer = self._session.request("GET", "/domains", params={"page": 1, "per_page": 1})
        latency = self._session.clock.monotonic() - started
        total = page_info(answer.headers.get("X-Pagination")).total
        sees = "an unknown number of domains" if total is None else f"{total} domains"
        return Reached(self._service, self._account(), sees, latency, self._skew(answer))

    def entities(self, scope: str, under: Entity | None) -> Iterable[Listed]:
        """List the entities of a scope, all that the key sees or those under another."""
        if under is None:
            return self._everywhere(scope)
        above = Ref(under.scope, self._native_id(under))
        if above.scope not in _LISTS.get(scope, ()):
            raise _usage(
                f"{scope} are not listed under {above.scope}",
                f"They are listed under: {', '.join(sorted(_LISTS.get(scope, ()))) or 'nothing'}.",
            )
        rows = list_all(self._session, f"/{above.scope}/{above.native_id}/{scope}").rows
        return [self._listed(scope, row) for row in rows]

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
        return self._configuration.read(entity.scope, self._native_id(entity))

    def find_user(self, address: str) -> FoundUser | None:
        """The user behind an address, None where there is none."""
        record = self._directory.find_user(address)
        if record is None:
            return None
        addresses = tuple(str(a) for a in record.get("email_addresses") or ())
        primary = str(record.get("primary_address") or "")
        return FoundUser(
            ref=Ref("users", identifier(record)),
            path=f"users/{primary}",
            group=_name(record.get("user_group")),
            domain=_name(record.get("domain")),
            addresses=addresses,
            alias=primary.casefold() != address.casefold(),
        )

    def _everywhere(self, scope: str) -> list[Listed]:
        directory = self._directory
        if scope == "domains":
            return [self._listed(scope, row) for row in directory.domains.rows]
        if scope == "customers":
            return [self._listed(scope, row) for row in directory.customers.rows]
        reseller = Ref("resellers", directory.reseller_id)
        if scope == "resellers":
            return [self._listed(scope, directory.record(reseller))]
        if scope == "user_groups":
            raise _usage(
                "user_groups are listed domain by domain", "Add --under domains/acme.example."
            )
        rows = list_all(self._session, f"/resellers/{reseller.native_id}/users").rows
        return [self._listed(scope, row) for row in rows]

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
        domain = self._directory.record(Ref("domains", reference(row, "domain")))
        return f"{scope}/{domain.get('name')}/{row.get('name')}"

    def _level(self, ref: Ref) -> Level:
        record = self._directory.record(ref)
        path = self._full_path(ref.scope, record)
        entity = Entity("", ref.scope, path.partition("/")[2])
        listing = self._rules.read(Reading(entity), ref.native_id)
        return Level(ref, path, listing.rules, listing.complete)

    def _native_id(self, entity: Entity) -> str:
        if entity.scope not in CAPABILITIES.scopes:
            scopes = ", ".join(CAPABILITIES.scopes)
            raise _usage(f"there is no scope {entity.scope!r} at this service", f"Use: {scopes}.")
        resolution = self._directory.resolve([entity])
        problem = resolution.missing.get(entity) or resolution.unread.get(entity)
        if problem is not None:
            raise MpctlError(problem)
        return identifier(resolution.found[entity])

    def _account(self) -> str:
        reseller = self._directory.reseller_id
        if not reseller:
            return "unknown"
        record = self._directory.record(Ref("resellers", reseller))
        return f"{record.get('name')} (resellers/id:{reseller})"

    def _skew(self, answer: Answer) -> float | None:
        try:
            theirs = parsedate_to_datetime(answer.headers.get("Date", ""))
        except (TypeError, ValueError):
            return None
        return (self._session.clock.now() - theirs).total_seconds()


def _path(scope: str, row: Record) -> str:
    name = row.get("primary_address") if scope == "users" else row.get("name")
    if scope == "users" and isinstance(row.get("parent"), Mapping):
        own = row.get("email_addresses") or [name]
        name = own[0]
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
