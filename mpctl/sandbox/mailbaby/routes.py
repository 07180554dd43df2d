"""The table of calls (the MailBaby reference, section 3). What is not here has no route."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mpctl.sandbox.exchange import Response
from mpctl.sandbox.mailbaby import blocks, orders, rules
from mpctl.sandbox.mailbaby.call import Call


@dataclass(frozen=True)
class Route:
    """One documented call. Sending, logs and statistics are not simulated."""

    method: str
    path: re.Pattern[str]
    answer: Callable[[Call], Response]
    write: bool = False
    needs_key: bool = True


ROUTES = (
    Route("GET", re.compile("/ping"), orders.ping, needs_key=False),
    Route("GET", re.compile("/mail"), orders.list_orders),
    Route("GET", re.compile("/mail/rules"), rules.list_rules),
    Route("POST", re.compile("/mail/rules"), rules.create, write=True),
    Route("DELETE", re.compile("/mail/rules/([^/]+)"), rules.delete, write=True),
    Route("GET", re.compile("/mail/blocks"), blocks.list_blocks),
    Route("POST", re.compile("/mail/blocks/delete"), blocks.delist, write=True),
    Route("GET", re.compile(r"/mail/(\d{1,18})", re.ASCII), orders.show),
)


def find_route(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """Return the documented call and the variable parts of its path."""
    for route in ROUTES:
        if route.method == method and (match := route.path.fullmatch(path)):
            return route, match.groups()
    return None
