"""What the search for a key needs to know about a target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from mpctl.diagnostics import Origin

ADDRESS: Final = "base_url"
"""What a target may claim a variable for beside the fields of its key."""


class Target(Protocol):
    """One configured account at a service, as far as keys are concerned."""

    @property
    def name(self) -> str:
        """The target's name in policies."""

    @property
    def provider(self) -> str:
        """The service."""

    @property
    def origin(self) -> Origin:
        """Where it is configured."""

    @property
    def credentials(self) -> Mapping[str, Any]:
        """Its `credentials:` as written and valid against the schema; empty when not written."""


def keys_of(source: Any) -> Mapping[str, str] | None:
    """Where a source has each field, as its `keys:` says; None where it gives one value."""
    keys: Mapping[str, str] | None = source.get("keys") if isinstance(source, Mapping) else None
    return keys


def own_variables(target: Target) -> Mapping[str, str]:
    """The variables that a target claims for its key, by field."""
    claimed: Mapping[str, str] = target.credentials.get("env", {})
    return {field: variable for field, variable in claimed.items() if field != ADDRESS}


def own_address(target: Target) -> str:
    """The variable that a target claims for its base URL, empty for none."""
    variable: str = target.credentials.get("env", {}).get(ADDRESS, "")
    return variable


def key_sources(target: Target) -> Sequence[str]:
    """What `credentials:` names as sources of the key; the variable of an address is none."""
    return [s for s in target.credentials if s != "env" or own_variables(target)]
