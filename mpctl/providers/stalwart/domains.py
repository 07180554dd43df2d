"""The server's own domains, as far as the key may see them (section 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any, Final

from mpctl.core.match import MatchError, canonical_domain
from mpctl.diagnostics import MpctlError
from mpctl.providers.stalwart.answers import data_of, explained, is_forbidden, said
from mpctl.transport import BadAnswer, Session, TransportError

# What a review finds among the facts: the names, or why nobody knows them.
DOMAINS_FACT: Final = "own_domains"
UNKNOWN_FACT: Final = "own_domains_unknown"
_CALL: Final = "GET /principal"
_PARAMS: Final[Mapping[str, str | int]] = {
    "types": "domain",
    "fields": "name",
    "page": 1,
    "limit": 0,  # all of them
}


class Domains:
    """Asked for once a run, when the first domain is to be blocked."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = Lock()
        self._facts: Mapping[str, str] | None = None

    def facts(self) -> Mapping[str, str]:
        """The names, or why they are unknown.

        Raises MpctlError when that cannot be told: an answer that did not come is no permission.
        """
        with self._lock:
            if self._facts is None:
                self._facts = self._ask()
            return self._facts

    def _ask(self) -> Mapping[str, str]:
        try:
            answer = self._session.request("GET", "/principal", params=_PARAMS)
        except TransportError as error:
            if is_forbidden(error):
                return {UNKNOWN_FACT: said(error)}
            raise explained(error) from error
        data = data_of(answer.body, _CALL)
        names = list(_names(data))
        total = data.get("total")
        if isinstance(total, int) and total > len(data["items"]):
            return {UNKNOWN_FACT: f"the server lists {len(names)} of {total}"}
        return {DOMAINS_FACT: " ".join(names)}


def _names(data: Any) -> Iterator[str]:
    rows = data.get("items") if isinstance(data, Mapping) else None
    if not isinstance(rows, list):
        raise BadAnswer(_CALL, "the answer has no items")
    for row in rows:
        name = row.get("name") if isinstance(row, Mapping) else None
        if not isinstance(name, str):
            raise MpctlError(*BadAnswer(_CALL, "a domain has no name").diagnostics)
        try:
            yield canonical_domain(name)
        except MatchError:
            continue  # no rule can name it either
