"""Configuration documents: what is set where, and what an entity therefore reads.

An entity has local values, or none. What it reads is made of the provider's defaults and of the
local values along its chain, the nearest winning (the Mailprotector reference, section 8.3).
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, Literal

from mpctl.sandbox.mailprotector.entities import Document

PutMode = Literal["deep_merge", "section_replace"]

RELEASE_PERMISSIONS = ("allow_spam_release", "allow_policy_release", "allow_virus_release")

PROVIDER_DEFAULTS: Mapping[str, Any] = {
    "region": {"locale": "en", "time_zone": "Eastern Time (US & Canada)"},
    "billing": {"cc_addresses": []},
    "branding": {},
    "archiving": {"journal_address": None, "smtp_collector_address": None, "url": None},
    "permissions": {"messages": dict.fromkeys(RELEASE_PERMISSIONS, False), "console": {}},
}


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Document:
    """Return `base` with the leaves of `changes` in place; neither is touched."""
    return {**base, **{key: _merged_leaf(base.get(key), value) for key, value in changes.items()}}


def _merged_leaf(base: Any, value: Any) -> Any:
    return merged(base, value) if isinstance(base, dict) and isinstance(value, dict) else value


def updated(local: Mapping[str, Any], changes: Mapping[str, Any], mode: PutMode) -> Document:
    """Return local values after a PUT of `changes`; sections that are not known are ignored."""
    known = {name: section for name, section in changes.items() if name in PROVIDER_DEFAULTS}
    return merged(local, known) if mode == "deep_merge" else {**local, **known}


def effective(locals_: Iterable[Mapping[str, Any]], mode: PutMode) -> Document:
    """Return what an entity reads; `locals_` run from the reseller down to the entity.

    Where a PUT replaces sections, a section set locally also hides the inherited one as a whole:
    what such a PUT left out is gone and does not come back by inheritance.
    """
    combine = merged if mode == "deep_merge" else _with_sections
    return reduce(combine, locals_, dict(PROVIDER_DEFAULTS))


def _with_sections(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Document:
    return {**base, **changes}


def permission(name: str, value: bool) -> Document:  # noqa: FBT001 - the value of a leaf
    """Return the partial document that sets one release permission."""
    return {"permissions": {"messages": {name: value}}}


def complaint_about(changes: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the path and the problem of the first invalid part of a PUT body, if any."""
    for name, section in changes.items():
        if name in PROVIDER_DEFAULTS and not isinstance(section, dict):
            return name, "is not a section"
    messages = changes.get("permissions", {}).get("messages", {})
    if not isinstance(messages, dict):
        return "permissions.messages", "is not a section"
    for name in RELEASE_PERMISSIONS:
        if name in messages and not isinstance(messages[name], bool):
            return f"permissions.messages.{name}", "is not true or false"
    return None
