"""What `credentials:` may say by its schema and this provider cannot use."""

from __future__ import annotations

from typing import Final

from mpctl.credentials.service import Service
from mpctl.credentials.target import Target, own_variables
from mpctl.diagnostics import Code, Diagnostic, MpctlError, did_you_mean

_OF_ONE_VALUE: Final = ("sops", "command", "file")


def refuse_misconfiguration(target: Target, service: Service) -> None:
    """Raise MpctlError for a source that could never give anything."""
    for field in own_variables(target):
        if field not in service.variables:
            raise _unusable(
                target,
                f"{target.provider} has no credential {field!r} that a variable could hold",
                did_you_mean(field, service.variables),
            )
    for source in _OF_ONE_VALUE:
        if source in target.credentials and service.lone_field is None:
            raise _unusable(
                target,
                f"{source!r} gives one value, and {target.provider} needs "
                + " and ".join(service.ways[0]),
                "Set the variables of the provider, or claim some for the target under env.",
            )


def _unusable(target: Target, what: str, fix: str) -> MpctlError:
    why = "The source would never be asked."
    return MpctlError(Diagnostic(Code.UNKNOWN_KEY, what, why, fix, origin=target.origin))
