"""The base URL: where the key goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from mpctl.credentials.sharing import claim, listed, siblings_of
from mpctl.credentials.target import ADDRESS, Target, own_address
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, Severity

_EXAMPLE: Final = "https://mail.acme.example/api"
_MISLEADING: Final = {"MAILPROTECTOR_BASE_URL": "MAILPROTECTOR_API_BASE_URL"}


def base_url(
    target: Target, default: str, *, targets: Iterable[Target], environment: Mapping[str, str]
) -> tuple[str, tuple[Diagnostic, ...]]:
    """The base URL of a target, without a trailing slash, and what is worth a warning.

    `default` is the service's own, empty for a service that everybody runs for themselves. Raises
    MpctlError when there is no URL, or the variable holds one that cannot be used.
    """
    claimed = own_address(target)
    variable = claimed or f"{target.provider.upper()}_API_BASE_URL"
    sharing = () if claimed else _sharing(variable, default, siblings_of(target, targets))
    written = "" if sharing else environment.get(variable, "").strip()
    url = (written or ("" if claimed else default)).rstrip("/")
    if not url:
        raise MpctlError(_no_address(target, variable, sharing))
    parts = _split(url)
    if parts is None:
        # The value is not quoted: it may hold a password.
        raise MpctlError(
            Diagnostic(
                Code.USAGE,
                f"{variable} does not hold a plain URL",
                why="mpctl sends the key to this address, so it must be unmistakable.",
                fix=f"Write scheme, host and path and nothing else, as in {default or _EXAMPLE}.",
            ),
            exit_code=ExitCode.USAGE,
        )
    return url, (*_misled(environment, variable), *_unprotected(parts, variable))


def _sharing(variable: str, default: str, siblings: Sequence[Target]) -> Sequence[Target]:
    """The targets that keep a general variable from being this target's; empty if it may be.

    Servers of one's own have an address each. A service's own address may be replaced for all of
    its targets at once, unless one of them claims the variable.
    """
    taken = any(own_address(other) == variable for other in siblings)
    return siblings if len(siblings) > 1 and (taken or not default) else ()


def _no_address(target: Target, variable: str, sharing: Sequence[Target]) -> Diagnostic:
    why = "The server is your own, and only you know where it is. Nothing was sent."
    fix = f"Set {variable}, as in {_EXAMPLE}."
    reason = "is not set"
    if sharing:
        reason = f"is not read, because {listed(sharing)} would share it"
        fix = f"Claim a variable for the target in mpctl.yaml: {claim(target, [ADDRESS])}."
    elif own_address(target):
        why = "The target claims it, so no other address is meant. Nothing was sent."
    return Diagnostic(
        Code.NO_CREDENTIALS,
        f"target {target.name!r} has no address: the variable {variable} {reason}",
        why=why,
        fix=f"{fix} To try mpctl without an account, add --sandbox.",
    )


def _split(url: str) -> SplitResult | None:
    """The parts of a URL that is scheme, host, port and path; None for any other."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it judges it
    except ValueError:
        return None
    plain = url.isascii() and url.isprintable() and not set(url) & set(" @?#\\")
    return parts if plain and parts.scheme in {"http", "https"} and parts.hostname else None


def _misled(environment: Mapping[str, str], variable: str) -> Iterator[Diagnostic]:
    for wrong, right in _MISLEADING.items():
        if right == variable and environment.get(wrong) and not environment.get(right):
            yield Diagnostic(
                Code.USAGE,
                f"{wrong} is set, but mpctl reads {right}",
                why="The two mean different things: mpctl's holds the whole path, with /api/v1.",
                severity=Severity.WARNING,
            )


def _unprotected(parts: SplitResult, variable: str) -> Iterator[Diagnostic]:
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        yield Diagnostic(
            Code.EXPOSED_KEY,
            f"the base URL {parts.geturl()} is not https",
            why="The key travels in the clear: whoever is on the way can read and use it.",
            fix=f"Write https in {variable}.",
            severity=Severity.WARNING,
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
