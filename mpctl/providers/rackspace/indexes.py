"""The lists of domains and mailboxes, page by page (reference, section 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote

from mpctl.providers.rackspace.capabilities import DOMAINS, EXCHANGE, RACKSPACE
from mpctl.providers.rackspace.place import Place
from mpctl.transport import Answer, BadAnswer, KeyRefused, Session, TransportError

PAGE_SIZE: Final = 100
MAX_PAGES: Final = 10_000
BRANCHES: Final[Mapping[str, str]] = {EXCHANGE: "ex", RACKSPACE: "rs"}
# Which kinds of mailboxes a domain may have, by what its record says (section 5.2).
_WITHOUT: Final[Mapping[str, str]] = {"exchange": RACKSPACE, "rsemail": EXCHANGE}

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of an index, and how many there are in all, None when it does not say.

    The keys of the rows are in lower case: the service may send them in any (section 2.3).
    """

    rows: tuple[Row, ...]
    total: int | None


class Indexes:
    """The indexes of an account.

    A method raises TransportError when a page cannot be read: half a list is never a list.
    """

    def __init__(self, session: Session, account: str) -> None:
        self._session = session
        self._account = account
        self._domains = f"/customers/{quote(account, safe='')}/domains"
        self._aliases: dict[str, tuple[str, ...] | None] = {}

    @cached_property
    def smallest(self) -> Answer:
        """The answer to the smallest question: one domain, and how many there are."""
        return self._session.request("GET", self._domains, params={"size": 1, "offset": 0})

    @cached_property
    def account_number(self) -> str:
        """The number of the account; what it was called by where the service does not tell."""
        if self._account.isdecimal():
            return self._account
        try:
            page = page_of(self.smallest.body, self._domains)
        except KeyRefused:
            raise
        except TransportError:
            return self._account
        return next(
            (str(row["accountnumber"]) for row in page.rows if row.get("accountnumber")), "me"
        )

    def domains(self) -> tuple[Row, ...]:
        """The records of all domains."""
        return tuple(self._all(self._domains))

    def aliases(self, domain: str) -> tuple[str, ...] | None:
        """The other names of a domain, in lower case; None where the service does not tell.

        Asked once a run; raises KeyRefused.
        """
        if domain not in self._aliases:
            self._aliases[domain] = self._told_aliases(domain)
        return self._aliases[domain]

    def _told_aliases(self, domain: str) -> tuple[str, ...] | None:
        try:
            body = self._session.request("GET", f"{self._domains}/{domain}").body
        except KeyRefused:
            raise
        except TransportError:
            return None
        fields = {str(k).lower(): v for k, v in body.items()} if isinstance(body, dict) else {}
        names = fields.get("aliases")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            return None
        return tuple(name.strip().lower() for name in names)

    def mailboxes(self, scope: str, domain: str) -> tuple[Row, ...]:
        """The records of all mailboxes of one kind in a domain."""
        return tuple(self._all(self._mailboxes(scope, domain)))

    def count_mailboxes(self, place: Place) -> int | None:
        """How many mailboxes stand at or below a place."""
        if place.scope != DOMAINS:
            return 1
        try:
            totals = [self._total(scope, place.domain) for scope in BRANCHES]
        except TransportError:
            return None
        known = [total for total in totals if total is not None]
        return sum(known) if len(known) == len(totals) else None

    def _total(self, scope: str, domain: str) -> int | None:
        path = self._mailboxes(scope, domain)
        answer = self._session.request("GET", path, params={"size": 1, "offset": 0})
        return page_of(answer.body, path).total

    def _mailboxes(self, scope: str, domain: str) -> str:
        return f"{self._domains}/{domain}/{BRANCHES[scope]}/mailboxes"

    def _all(self, path: str) -> Iterator[Row]:
        """Every row once; the next page begins after the rows that came, whatever was asked for."""
        seen: set[str] = set()
        offset = 0
        for _ in range(MAX_PAGES):
            answer = self._session.request(
                "GET", path, params={"size": PAGE_SIZE, "offset": offset}
            )
            page = page_of(answer.body, path)
            fresh = [row for row in page.rows if str(row.get("name", "")).lower() not in seen]
            seen |= {str(row.get("name", "")).lower() for row in fresh}
            yield from fresh
            offset += len(page.rows)
            if not fresh or (page.total is not None and offset >= page.total):
                return


def has(record: Row, scope: str) -> bool:
    """Tell whether a domain may have mailboxes of a kind."""
    return _WITHOUT.get(str(record.get("servicetype", "")).lower()) != scope


def page_of(body: Any, path: str) -> Page:
    """Read a page: its list, whatever it is called, and the total.

    Raises BadAnswer when there is no list.
    """
    if isinstance(body, dict):
        lists = [value for value in body.values() if isinstance(value, list)]
        total = next((v for k, v in body.items() if str(k).lower() == "total"), None)
        if len(lists) == 1 and all(isinstance(row, dict) for row in lists[0]):
            rows = tuple({str(k).lower(): v for k, v in row.items()} for row in lists[0])
            return Page(rows, total if isinstance(total, int) else None)
    raise BadAnswer(f"GET {path}", "an answer without a list where the service documents an index")
