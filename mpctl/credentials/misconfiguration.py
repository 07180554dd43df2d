"""What `credentials:` may say by its schema and this provider cannot use."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from mpctl.credentials.service import Service
from mpctl.credentials.target import Target, keys_of, own_variables
from mpctl.diagnostics import Code, Diagnostic, MpctlError, did_you_mean

_FORMS: Final = {"sops": "file", "command": "run", "file": "path"}
"""The sources that give one value or several fields, and the key that stands beside `keys`."""

_NEVER: Final = "The source would never be asked."
_HALF: Final = "Half a credential opens nothing, and the rest is never taken from another source."


def refuse_misconfiguration(target: Target, service: Service) -> None:
    """Raise MpctlError for a source that could never give anything, or only a half."""
    if claimed := own_variables(target):
        _refuse_fields(target, service, "env", claimed)
    for source in _FORMS:
        if source in target.credentials:
            keys = keys_of(target.credentials[source])
            if keys is not None:
                _refuse_fields(target, service, source, keys)
            elif not service.lone_way:
                raise _one_value(target, service, source)


def _refuse_fields(target: Target, service: Service, source: str, fields: Collection[str]) -> None:
    """Raise unless the fields are those of one way."""
    for field in fields:
        if field not in service.variables:
            what = f"{target.provider} has no credential {field!r} that {source!r} could give"
            raise _unusable(target, what, _NEVER, did_you_mean(field, service.variables))
    if set(fields) not in map(set, service.ways):
        raise _half(target, service, source, fields)


def _one_value(target: Target, service: Service, source: str) -> MpctlError:
    fields = ", ".join(f"{field}: ..." for field in service.ways[0])
    return _unusable(
        target,
        f"{source!r} gives one value, and {target.provider} needs {_needed(service)}",
        _NEVER,
        f"Say where each of them is: {source}: {{{_FORMS[source]}: ..., keys: {{{fields}}}}}.",
    )


def _half(target: Target, service: Service, source: str, fields: Collection[str]) -> MpctlError:
    whole = any(set(way) < set(fields) for way in service.ways)
    lacking = (f for way in service.ways if set(way) & set(fields) for f in way if f not in fields)
    return _unusable(
        target,
        f"{source!r} gives {' and '.join(fields)}, and {target.provider} needs {_needed(service)}",
        _HALF,
        "Keep the fields of one of them." if whole else f"Add {' and '.join(lacking)}.",
    )


def _needed(service: Service) -> str:
    """The ways as part of a sentence: `token, or username and password`."""
    return ", or ".join(" and ".join(way) for way in service.ways)


def _unusable(target: Target, what: str, why: str, fix: str) -> MpctlError:
    return MpctlError(Diagnostic(Code.UNKNOWN_KEY, what, why, fix, origin=target.origin))
