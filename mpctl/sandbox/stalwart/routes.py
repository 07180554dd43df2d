"""The table of calls. What is not here answers 404."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mpctl.sandbox.stalwart import about, filtering, queueing, reading, reloading, writing
from mpctl.sandbox.stalwart.call import Call
from mpctl.sandbox.stalwart.switches import Switches


@dataclass(frozen=True)
class Route:
    """One documented call. Whether it writes is not to be told from its method.

    `permission` is what it needs besides `authenticate`. `slow` names the switch that says how
    many milliseconds it takes.
    """

    method: str
    path: re.Pattern[str]
    answer: Callable[[Call], Any]
    write: bool
    permission: str = ""
    slow: str = ""
    exists: Callable[[Switches], bool] = lambda _: True


def _reads(
    method: str, path: str, answer: Callable[[Call], Any], permission: str = "", **more: Any
) -> Route:
    return Route(method, re.compile(path, re.ASCII), answer, False, permission, **more)  # noqa: FBT003


def _writes(
    method: str, path: str, answer: Callable[[Call], Any], permission: str = "", **more: Any
) -> Route:
    return Route(method, re.compile(path, re.ASCII), answer, True, permission, **more)  # noqa: FBT003


def _old(switches: Switches) -> bool:
    return not switches.since("0.15")


def _new(switches: Switches) -> bool:
    return switches.since("0.15")


def _reload(path: str, answer: Callable[[Call], Any]) -> Route:
    return _writes("GET", path, answer, "settings-reload", slow="slow_reload")


def _classify(permission: str, exists: Callable[[Switches], bool]) -> Route:
    path = "/spam-filter/classify"
    return _reads("POST", path, filtering.classify, permission, slow="slow_classify", exists=exists)


ID = r"(\d{1,20})"
TRAIN = "spam-filter-train"
QUEUE = "message-queue-"

ROUTES = (
    _reads("GET", "/settings/list", reading.list_settings, "settings-list"),
    _reads("GET", "/settings/group", reading.group, "settings-list"),
    _reads("GET", "/settings/keys", reading.keys, "settings-list"),
    _writes("POST", "/settings", writing.update, "settings-update"),
    _writes("DELETE", "/settings/(.+)", writing.delete_one, "settings-delete"),
    _reload("/reload/lookup", reloading.reload_lookup),
    _reload("/reload/server.blocked-ip", reloading.reload_blocked),
    _reload("/reload/certificate", reloading.reload_certificate),
    _reload("/reload(?:/.*)?", reloading.reload),
    _classify(TRAIN, _old),
    _classify("spam-filter-test", _new),
    _writes("POST", "/spam-filter/train/(ham|spam)(?:/([^/]+))?", filtering.train, TRAIN,
            exists=_old),
    _writes("POST", "/spam-filter/upload/(ham|spam)(?:/([^/]+))?", filtering.train, TRAIN,
            exists=_new),
    _reads("GET", "/spam-filter/train/(status)", filtering.train_control, TRAIN, exists=_new),
    _writes("GET", "/spam-filter/train/(start|reset|stop|delete)", filtering.train_control, TRAIN,
            exists=_new),
    _writes("GET", "/update/spam-filter", filtering.update, "spam-filter-update"),
    _reads("GET", "/queue/messages", queueing.list_messages, QUEUE + "list"),
    _writes("PATCH", "/queue/messages", queueing.reschedule_all, QUEUE + "update"),
    _writes("DELETE", "/queue/messages", queueing.cancel_all, QUEUE + "delete"),
    _reads("GET", f"/queue/messages/{ID}", queueing.show, QUEUE + "get"),
    _writes("PATCH", f"/queue/messages/{ID}", queueing.reschedule, QUEUE + "update"),
    _writes("DELETE", f"/queue/messages/{ID}", queueing.cancel, QUEUE + "delete"),
    _reads("GET", "/queue/status", queueing.status, QUEUE + "get"),
    _writes("PATCH", "/queue/status/(start|stop)", queueing.start_or_stop, QUEUE + "update"),
    _writes("POST", "/oauth", about.oauth, "authenticate-oauth"),
    _reads("GET", "/restart", about.restart),
    _reads("GET", "/logs", about.logs),
    _reads("GET", "/principal", about.principals),
    _reads("GET", "/principal/([^/]+)", about.principal),
)  # fmt: skip


def find_route(method: str, path: str, switches: Switches) -> tuple[Route, tuple[str, ...]] | None:
    """Return the documented call of this version and the variable parts of its path."""
    for route in ROUTES:
        is_meant = route.method == method and route.exists(switches)
        if is_meant and (match := route.path.fullmatch(path)):
            return route, match.groups()
    return None
