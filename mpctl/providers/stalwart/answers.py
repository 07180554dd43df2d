"""What the server's answers carry, and what a person should know of its refusals (3.1 to 3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.providers.stalwart.calls import CALLS
from mpctl.transport import BadAnswer, KeyRefused, Refused, TransportError

_NOT_PERMITTED: Final = 403
_GONE: Final = 404
_BANNED: Final = (
    "After too many failed logins the server has banned this address: it closes every connection."
)
_UNBAN: Final = (
    "Correct the key; then an administrator takes the address out of server.blocked-ip and reloads."
)
# Why a key is refused in other ways than by 401, and what to do.
_KEY: Final[Mapping[int, tuple[str, str]]] = {
    402: (
        "The password is right, and the account asks for a code beside it.",
        "Append $ and the code to the password, or use an API key.",
    ),
    429: (_BANNED, _UNBAN),
}


def data_of(body: Any, call: str) -> Any:
    """What an answer carries (3.1).

    Raises BadAnswer when there is no `data`.
    """
    if not isinstance(body, Mapping) or "data" not in body:
        raise BadAnswer(call, "the answer has no data")
    return body["data"]


def said(error: TransportError) -> str:
    """What went wrong, in one sentence; the server itself does not say which permission lacks."""
    needs = _needs(error) if is_forbidden(error) else ""
    if not needs:
        return error.what
    return f"{error.what.rstrip('.')}; this call needs the permission {needs}"


def explained(error: TransportError) -> MpctlError:
    """The same problem, with what a person should know of it."""
    if is_gone(error):
        return MpctlError(_other_version(error))
    if is_forbidden(error):
        return MpctlError(_forbidden(error))
    if isinstance(error, KeyRefused) and error.status in _KEY:
        why, fix = _KEY[error.status]
        return MpctlError(replace(error.diagnostics[0], why=why, fix=fix))
    return error


def is_forbidden(error: TransportError) -> bool:
    """Tell whether a permission is missing."""
    return isinstance(error, Refused) and error.status == _NOT_PERMITTED


def is_gone(error: TransportError) -> bool:
    """Tell whether there is no such call, or no such message in the queue."""
    return isinstance(error, Refused) and error.status == _GONE


def _needs(error: TransportError) -> str:
    method, _, path = error.call.partition(" ")
    return CALLS.find(method, path).needs


def _forbidden(error: TransportError) -> Diagnostic:
    return Diagnostic(
        error.code,
        f"{error.call}: {said(error)}",
        why="The server does not say which permission is missing; it answers the same where a "
        "proxy hands on an address that it blocks.",
        fix=f"Give the key {_needs(error)}, and authenticate, which every call needs. A plan "
        "needs settings-list; an apply also settings-update and settings-reload.",
    )


def _other_version(error: TransportError) -> Diagnostic:
    return Diagnostic(
        Code.NOT_FOUND,
        f"{error.call}: there is no such call: this is Stalwart v0.16 or later, or the "
        "base URL is wrong",
        why="Version 0.16 replaced the management API that mpctl speaks, v0.11 to v0.15.",
        fix="Check that the base URL ends in /api; a server from v0.16 on is managed by "
        "its vendor's own tool.",
    )
