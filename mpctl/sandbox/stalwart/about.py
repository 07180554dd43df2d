"""Endpoints that say what the server is and who is on it (sections 2.4, 3.2 and 8)."""

from http import HTTPStatus
from typing import Any

from mpctl.sandbox.stalwart.answers import ProblemError, RefusedError, malformed, unsupported
from mpctl.sandbox.stalwart.call import Call

CODE = "4YmRFLu9Df1t4JO7Iffnuney4B8tVLAxjimdRxEg"
PATCHES = {"0.11": "8", "0.12": "5", "0.13": "2", "0.14": "1", "0.15": "5", "0.16": "0"}
LOG = (
    ("2026-11-21T08:59:58Z", "INFO", "Authentication failed", "auth.failed"),
    ("2026-11-21T08:59:59Z", "INFO", "Blocked IP address", "security.ip-blocked"),
    ("2026-11-21T09:00:03Z", "INFO", "Message queued", "queue.message-queued"),
)
TYPES = ("individual", "domain")


def oauth(call: Call) -> Any:
    """POST /oauth: an authorization code, the permissions in effect, and the version."""
    document = call.document()
    if call.switches.oauth == "403":
        raise forbidden()
    redirect = document.get("redirect_uri") if isinstance(document, dict) else "http://"
    if str(redirect).startswith("http://") or document.get("type") != "code":
        raise malformed()
    version = call.switches.version
    return {
        "code": CODE,
        "permissions": sorted(call.account.permissions),
        "version": f"{version}.{PATCHES[version]}",
        "isEnterprise": False,
    }


def restart(_: Call) -> Any:
    """GET /restart: there is no such thing."""
    raise unsupported("Restarting the server is not supported")


def logs(call: Call) -> Any:
    """GET /logs, newest first."""
    if call.switches.log_file == "absent":
        raise unsupported("No log file has been configured")
    names = ("timestamp", "level", "event", "event_id")
    rows = [{**dict(zip(names, row, strict=True)), "details": ""} for row in reversed(LOG)]
    return {"items": call.page(rows), "total": len(rows)}


def principals(call: Call) -> Any:
    """GET /principal: every type that is listed needs its permission."""
    asked = call.parameters.get("types")
    wanted = asked.split(",") if asked else [*TYPES, "group"]
    if any(f"{type_}-list" not in call.account.permissions for type_ in wanted):
        raise forbidden()
    words = call.parameters.get("filter", "").lower().split()
    found = [one for one in _principals(call) if one["type"] in wanted and _matches(one, words)]
    fields = call.parameters.get("fields", "").split(",")
    shown = [] if "count" in call.parameters else call.page(found)
    if fields != [""]:
        shown = [
            {name: one[name] for name in ("id", "type", *fields) if name in one} for one in shown
        ]
    return {"items": shown, "total": len(found)}


def principal(call: Call) -> Any:
    """GET /principal/{name}."""
    name = call.words[0].lower()
    found = next((one for one in _principals(call) if one["name"] == name), None)
    if found is None:
        raise RefusedError("notFound", item=name)
    if f"{found['type']}-get" not in call.account.permissions:
        raise forbidden()
    return found


def forbidden() -> ProblemError:
    """Return the problem of a permission that is missing; it does not say which."""
    return ProblemError(
        HTTPStatus.FORBIDDEN,
        "Forbidden",
        "You do not have enough permissions to access this resource.",
    )


def _principals(call: Call) -> list[dict[str, Any]]:
    data = call.state.data
    rows: list[dict[str, Any]] = []
    for name in data.domains:
        members = sum(
            one.endswith(f"@{name}") for all_ in data.individuals.values() for one in all_
        )
        rows.append({"type": "domain", "name": name, "members": members})
    for name, emails in data.individuals.items():
        rows.append({"type": "individual", "name": name, "emails": list(emails), "roles": ["user"]})
    empty: dict[str, Any] = {"emails": [], "secrets": []}
    return [{"id": number, **empty, **row} for number, row in enumerate(rows, start=3)]


def _matches(row: dict[str, Any], words: list[str]) -> bool:
    return all(word in (row["name"], *row["emails"]) for word in words)
