"""Endpoints that read settings (sections 4.2 to 4.4)."""

from collections.abc import Iterable, Mapping
from typing import Any

from mpctl.sandbox.stalwart.answers import Ordered
from mpctl.sandbox.stalwart.call import Call

Record = dict[str, str]


def list_settings(call: Call) -> Any:
    """GET /settings/list."""
    found = _below(call.state.shown(), _dotted(call.parameters.get("prefix", "")))
    items = call.page(list(found.items()))
    return {"total": len(found), "items": Ordered(items)}


def group(call: Call) -> Any:
    """GET /settings/group."""
    parameters = call.parameters
    found = _below(call.state.shown(), _dotted(parameters.get("prefix", "")))
    suffix = parameters.get("suffix")
    records = _grouped(found, suffix) if suffix and found else _pairs(found)
    wanted = parameters.get("filter", "").lower()
    records = [record for record in records if _has(record.values(), wanted)]
    shown = call.page(records)
    if field := parameters.get("field"):
        shown = [{name: one[name] for name in ("_id", field) if name in one} for one in shown]
    return {"total": len(records), "items": shown}


def keys(call: Call) -> Any:
    """GET /settings/keys."""
    settings = call.state.shown()
    found = {key: settings[key] for key in _words(call, "keys") if key in settings}
    for prefix in _words(call, "prefixes"):
        dotted = _dotted(prefix)
        found |= {key: value for key, value in settings.items() if key.startswith(dotted)}
    return found


def _words(call: Call, name: str) -> list[str]:
    return [word for word in call.parameters.get(name, "").split(",") if word]


def _dotted(prefix: str) -> str:
    return prefix if not prefix or prefix.endswith(".") else f"{prefix}."


def _below(settings: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {
        key.removeprefix(prefix): value for key, value in settings.items() if key.startswith(prefix)
    }


def _grouped(found: Mapping[str, str], suffix: str) -> list[Record]:
    """Each `<id>.<suffix>` makes a record, which holds every `<id>.<field>`."""
    ids = [key.removesuffix(f".{suffix}") for key in found if key.endswith(f".{suffix}")]
    return [{"_id": id_, **_below(found, f"{id_}.")} for id_ in ids]


def _pairs(found: Mapping[str, str]) -> list[Record]:
    return [{"_id": key, "_value": value} for key, value in found.items()]


def _has(texts: Iterable[str], wanted: str) -> bool:
    return any(wanted in text.lower() for text in texts)
