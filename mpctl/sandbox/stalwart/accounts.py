"""Who may call, and what they may do (sections 2.2 and 2.3)."""

import base64
import binascii
import hmac
from dataclasses import dataclass

from mpctl.sandbox.exchange import Request
from mpctl.sandbox.stalwart.switches import Switches

ADMIN = ("admin", "sandbox-password-of-harbor-mail")
KEY = ("mpctl", "sandbox-key-of-harbor-mail")
TOTP_CODE = "424242"
KEY_PERMISSIONS = frozenset(
    {
        "authenticate", "authenticate-oauth", "settings-list", "settings-update",
        "settings-reload", "spam-filter-train", "spam-filter-test", "message-queue-list",
        "message-queue-get", "message-queue-update", "message-queue-delete", "domain-list",
        "domain-get", "individual-list", "individual-get",
    }
)  # fmt: skip
ADMIN_PERMISSIONS = KEY_PERMISSIONS | {
    "settings-delete", "spam-filter-update", "unlimited-requests"
}  # fmt: skip


@dataclass(frozen=True)
class Account:
    """Somebody who has authenticated."""

    name: str
    permissions: frozenset[str]


@dataclass(frozen=True)
class Credentials:
    """What a request says about who sends it; both empty when it says nothing that makes sense."""

    name: str = ""
    secret: str = ""
    is_bearer: bool = False
    is_undecodable: bool = False


def api_token() -> str:
    """Return the API key as a bearer token."""
    return "api_" + base64.b64encode(":".join(KEY).encode()).decode()


def credentials_of(request: Request) -> Credentials:
    """Read the Authorization header."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    is_bearer = scheme.lower() == "bearer"
    if is_bearer and not text.strip().startswith("api_"):
        return Credentials(is_bearer=True)
    if not is_bearer and scheme.lower() != "basic":
        return Credentials()
    try:
        pair = base64.b64decode(text.strip().removeprefix("api_"), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return Credentials(is_bearer=is_bearer, is_undecodable=True)
    name, _, secret = pair.partition(":")
    return Credentials(name.strip().lower(), secret, is_bearer=is_bearer)


def account_of(found: Credentials, switches: Switches) -> Account | None:
    """Return the account that the credentials open; TotpError when only the code is missing."""
    if _equal(found, KEY):
        return Account(KEY[0], KEY_PERMISSIONS - {switches.missing_permission})
    if found.is_bearer:
        return None
    if switches.totp == "on":
        if _equal(found, ADMIN):
            raise TotpError
        found = Credentials(found.name, found.secret.removesuffix(f"${TOTP_CODE}"))
    return Account(ADMIN[0], ADMIN_PERMISSIONS) if _equal(found, ADMIN) else None


class TotpError(Exception):
    """The password is right and the code is missing."""


def _equal(found: Credentials, pair: tuple[str, str]) -> bool:
    given = f"{found.name}:{found.secret}".encode()
    return hmac.compare_digest(given, ":".join(pair).encode())
