"""How Rackspace is opened: every request signed, a 403 either a wrong key or too many requests."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from mpctl import __version__
from mpctl.providers.rackspace.browsing import Browsing
from mpctl.providers.rackspace.calls import CALLS
from mpctl.providers.rackspace.provider import Rackspace
from mpctl.providers.rackspace.signature import signature
from mpctl.providers.service import Authorize, Service
from mpctl.transport import Clock, Reply, plain_http

AGENT: Final = f"mpctl/{__version__}"
_THROTTLED: Final = "exceeded request limits"


def dialect(status: int, body: Any, message: str) -> Reply:
    """Tell the two meanings of 403 apart by the service's words (sections 3 and 4)."""
    if status == HTTPStatus.FORBIDDEN:
        return Reply.THROTTLED if _THROTTLED in message.lower() else Reply.KEY_REFUSED
    return plain_http(status, body, message)


def doubt(secrets: Mapping[str, str]) -> str:
    """A user key has 20 characters, a secret key 28 or 40 (2.1)."""
    if len(secrets["user_key"]) < len(secrets["secret_key"]):
        return ""
    return "The secret key is the longer one, and here it is not: are the two swapped, or the same?"


def _authorization(secrets: Mapping[str, str], clock: Clock) -> Authorize:
    def headers() -> Mapping[str, str]:
        signed = signature(
            user_key=secrets["user_key"],
            secret_key=secrets["secret_key"],
            agent=AGENT,
            moment=clock.now(),
        )
        return {"User-Agent": AGENT, "X-Api-Signature": signed}

    return headers


SERVICE: Final = Service(
    calls=CALLS,
    authorization=_authorization,
    provider=Rackspace,
    browser=Browsing,
    dialect=dialect,
    doubt=doubt,
    attempts_throttled=6,
    pause=2.0,
    error_header="x-error-message",
    forms=True,
)
