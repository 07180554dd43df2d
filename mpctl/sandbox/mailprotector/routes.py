"""The table of calls (the Mailprotector reference, section 4.1). What is not here answers 404."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mpctl.sandbox.mailprotector import browse, configuration, mailflow, release, rules
from mpctl.sandbox.mailprotector.answers import Answer
from mpctl.sandbox.mailprotector.call import Call

ANY = "(resellers|customers|domains|user_groups|users)"
ID = r"(\d{1,18})"


@dataclass(frozen=True)
class Route:
    """One documented call. Whether it writes is not to be told from its method."""

    method: str
    path: re.Pattern[str]
    answer: Callable[[Call], Answer]
    write: bool


def _reads(method: str, path: str, answer: Callable[[Call], Answer]) -> Route:
    return Route(method, re.compile(path, re.ASCII), answer, write=False)


def _writes(method: str, path: str, answer: Callable[[Call], Answer]) -> Route:
    return Route(method, re.compile(path, re.ASCII), answer, write=True)


ROUTES = (
    _reads("GET", "/domains", browse.all_domains),
    _reads("GET", f"/providers/{ID}/resellers", browse.resellers_of_provider),
    _reads("POST", "/users/find_by_address", browse.find_by_address),
    _reads("GET", f"/{ANY}/{ID}", browse.show),
    _reads("GET", f"/(resellers|customers)/{ID}/(domains)", browse.below),
    _reads("GET", f"/(resellers)/{ID}/(customers)", browse.below),
    _reads("GET", f"/(domains)/{ID}/(user_groups)", browse.below),
    _reads("GET", f"/(resellers|customers|domains|user_groups)/{ID}/(users)", browse.below),
    _reads("GET", f"/(domains|users)/{ID}/aliases", browse.aliases),
    _reads("GET", f"/{ANY}/{ID}/allow_block_rules", rules.list_rules),
    _writes("POST", f"/{ANY}/{ID}/allow_block_rules", rules.create),
    _writes("DELETE", f"/allow_block_rules/{ID}", rules.delete),
    _reads("GET", f"/{ANY}/{ID}/configuration", configuration.show),
    _writes("PUT", f"/{ANY}/{ID}/configuration", configuration.put),
    _reads("GET", f"/{ANY}/{ID}/logs", mailflow.logs),
    _reads("GET", f"/{ANY}/{ID}/messages", mailflow.messages),
    _writes("POST", f"/messages/{ID}/deliver", release.deliver),
    _writes("POST", f"/{ANY}/{ID}/messages/deliver_many", release.deliver_many),
    _reads("POST", "/results", mailflow.explain),
)


def find_route(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """Return the documented call and the variable parts of its path."""
    for route in ROUTES:
        if route.method == method and (match := route.path.fullmatch(path)):
            return route, match.groups()
    return None
