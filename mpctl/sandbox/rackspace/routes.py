"""The table of calls (the Rackspace reference, sections 5, 6 and 9)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mpctl.sandbox.rackspace import indexes, lists, spam
from mpctl.sandbox.rackspace.answers import Answer
from mpctl.sandbox.rackspace.call import Call

# `/customers/me/domains/...` may be shortened to `/domains/...` (section 2).
ACCOUNT = "(?:/customers/(?P<account>[^/]+))?"
DOMAIN = f"{ACCOUNT}/domains/(?P<domain>[^/]+)"
SPAM = f"{DOMAIN}(?:/(?P<kind>ex|rs)/mailboxes/(?P<mailbox>[^/]+))?/spam"
LIST = f"{SPAM}/(?P<list>(?:ip)?(?:blocklist|blacklist|safelist))"

Endpoint = Callable[[Call], Answer]
WRITES = frozenset({"POST", "PUT", "DELETE"})


@dataclass(frozen=True)
class Route:
    """One documented path and what its methods do; here, only a GET is a read."""

    path: re.Pattern[str]
    endpoints: Mapping[str, Endpoint]


def _route(path: str, **endpoints: Endpoint) -> Route:
    return Route(re.compile(path), endpoints)


ROUTES = (
    _route("/customers", GET=indexes.customers),
    _route("/customers/(?P<account>[^/]+)", GET=indexes.customer),
    _route(f"{ACCOUNT}/domains", GET=indexes.domains),
    _route(DOMAIN, GET=indexes.domain),
    _route(f"{DOMAIN}/(?P<kind>ex|rs)/mailboxes", GET=indexes.mailboxes),
    _route(f"{SPAM}/settings", GET=spam.show, PUT=spam.put),
    _route(LIST, GET=lists.index, PUT=lists.edit_many),
    _route(f"{LIST}/(?P<entry>[^/]+)", POST=lists.add_one, DELETE=lists.remove_one),
)


def find_route(path: str) -> tuple[Route, Mapping[str, str | None]] | None:
    """Return the documented route of a path and the named parts of the path."""
    for route in ROUTES:
        if match := route.path.fullmatch(path):
            return route, match.groupdict()
    return None


def is_write(method: str, path: str) -> bool:
    """Whether a call is documented as a write; one that is not documented counts as such."""
    found = find_route(path)
    is_documented = found is not None and method in found[0].endpoints
    return method in WRITES if is_documented else method not in ("GET", "HEAD")
