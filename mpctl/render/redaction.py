"""Shortening the local parts of addresses, so that output can be shown to others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar

Value = TypeVar("Value")

# What stands before an @, up to a border; a quoted local part may hold anything. Each run of
# characters is looked at once, however long it is.
_LOCAL: Final = re.compile(
    r"""("(?:[^"\\]|\\.)*+"|(?<![^\s"(),:;<>@\[\]\\])[^\s"(),:;<>@\[\]\\]++)(?=@[\w\[])"""
)
# A local part that stands alone, in the path of a request (Rackspace reference, section 6).
_MAILBOX: Final = re.compile(r"(?<=/mailboxes/)([^\s/@]++)(?!@)")
_PATH: Final = re.compile(r"(?:users|ex_mailboxes|rs_mailboxes)/")
_SHOWN: Final = 2


def redacted(value: Value) -> Value:
    """The same value with every address in its texts shortened, as in `al…@acme.example`.

    Goes into lists, tuples, dataclasses and the values of mappings.
    """
    changed: Any = value
    if isinstance(value, str):
        text = _MAILBOX.sub(_shortened, _LOCAL.sub(_shortened, value))
        changed = value if text == value else text
    elif isinstance(value, list | tuple):
        # A named tuple takes its parts one by one.
        make = getattr(type(value), "_make", type(value))
        changed = make(redacted(one) for one in value)
    elif isinstance(value, Mapping):
        changed = {name: redacted(one) for name, one in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        inner = {field.name: redacted(getattr(value, field.name)) for field in fields(value)}
        changed = replace(value, **inner)
    same_type: Value = changed
    return same_type


def _shortened(found: re.Match[str]) -> str:
    """At most two characters, and never more than a third; an entity keeps its scope."""
    path = _PATH.match(found[1])
    scope = path[0] if path else ""
    local = found[1].removeprefix(scope).strip("\"'")
    return f"{scope}{local[: min(_SHOWN, len(local) // 3)]}…"
