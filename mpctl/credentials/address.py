"""The base URL: where the key goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from mpctl.credentials.target import Target
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, Severity

_EXAMPLE: Final = "https://mail.acme.example/api"
_MISLEADING: Final = {"MAILPROTECTOR_BASE_URL": "MAILPROTECTOR_API_BASE_URL"}


def base_url(
    target: Target, default: str, environment: Mapping[str, str]
) -> tuple[str, tuple[Diagnostic, ...]]:
    """The base URL of a target, without a trailing slash, and what is worth a warning.

    `default` is the service's own, empty for a service that everybody runs for themselves. Raises
    MpctlError when there is no URL, or the variable holds one that cannot be used.
    """
    variable = f"{target.provider.upper()}_API_BASE_URL"
    url = (environment.get(variable, "").strip() or default).rstrip("/")
    if not url:
        raise MpctlError(_no_address(target, variable))
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


def _no_address(target: Target, variable: str) -> Diagnostic:
    return Diagnostic(
        Code.NO_CREDENTIALS,
        f"target {target.name!r} has no address: the variable {variable} is not set",
        why="The server is your own, and only you know where it is. Nothing was sent.",
        fix=f"Set {variable}, as in {_EXAMPLE}. To try mpctl without an account, add --sandbox.",
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
