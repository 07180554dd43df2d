"""The environment as a source of keys and base URLs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, Severity

_MISLEADING: Final = {"MAILPROTECTOR_BASE_URL": "MAILPROTECTOR_API_BASE_URL"}


def api_key(provider: str, target: str, environment: Mapping[str, str]) -> str:
    """The key of a target.

    Raises MpctlError naming every source that was tried, and never any part of a key.
    """
    variable = f"{provider.upper()}_API_KEY"
    key = environment.get(variable, "").strip()
    if key and key.isascii() and key.isprintable() and " " not in key:
        return key
    state = "holds something that cannot be a key" if key else "is not set"
    raise MpctlError(
        Diagnostic(
            Code.NO_CREDENTIALS,
            f"there is no key for target {target!r}: the variable {variable} {state}",
            why="Without a key nothing can be read, so nothing was sent.",
            fix=f"Set {variable}, or try mpctl without an account with --sandbox.",
        )
    )


def base_url(
    provider: str, default: str, environment: Mapping[str, str]
) -> tuple[str, tuple[Diagnostic, ...]]:
    """The base URL of a target, without a trailing slash, and what is worth a warning.

    Raises MpctlError when the variable holds no usable URL.
    """
    variable = f"{provider.upper()}_API_BASE_URL"
    url = (environment.get(variable, "").strip() or default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        # The value is not quoted: it may hold a password.
        raise MpctlError(
            Diagnostic(
                Code.USAGE,
                f"{variable} does not hold a plain URL",
                why="mpctl sends the key to this address, so it must be unmistakable.",
                fix=f"Write scheme, host and path and nothing else, as in {default}.",
            ),
            exit_code=ExitCode.USAGE,
        )
    return url, tuple(_misled(environment, variable))


def _misled(environment: Mapping[str, str], variable: str) -> list[Diagnostic]:
    return [
        Diagnostic(
            Code.USAGE,
            f"{wrong} is set, but mpctl reads {right}",
            why="The two mean different things: mpctl's holds the whole path, with /api/v1.",
            severity=Severity.WARNING,
        )
        for wrong, right in _MISLEADING.items()
        if right == variable and environment.get(wrong) and not environment.get(right)
    ]
