"""How Stalwart is opened: an API key or a name with a password, and refusals that come as 200."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from mpctl.ports import MailFilter, MailQueue, Reloader
from mpctl.providers.service import Authorize, Service, Setup
from mpctl.providers.stalwart.browsing import Browsing
from mpctl.providers.stalwart.calls import CALLS
from mpctl.providers.stalwart.choice import Choice
from mpctl.providers.stalwart.filtering import Filtering
from mpctl.providers.stalwart.provider import Stalwart
from mpctl.providers.stalwart.queueing import Queueing
from mpctl.providers.stalwart.reloading import Reloading
from mpctl.transport import Clock, Reply, Session, plain_http

_OK: Final = 200
_BAD: Final = 400
_TOTP: Final = 402
_TOO_MANY: Final = 429
_LIMIT: Final = "urn:ietf:params:jmap:error:limit"
_API_KEY: Final = "api_"
_BANNED: Final = "Too Many Authentication Attempts"


def dialect(status: int, body: Any, message: str) -> Reply:
    """Judge an answer: a refusal has status 200, a limit 400 or 429, a ban 429 (3.2, 3.3)."""
    fields = body if isinstance(body, Mapping) else {}
    if status == _OK and "error" in fields:
        return Reply.REFUSED
    if status == _TOTP or (status == _TOO_MANY and fields.get("title") == _BANNED):
        return Reply.KEY_REFUSED
    if status == _BAD and fields.get("type") == _LIMIT:
        return Reply.THROTTLED
    return plain_http(status, body, message)


def _authorization(secrets: Mapping[str, str], clock: Clock) -> Authorize:
    _ = clock
    headers = {"Authorization": _scheme(secrets)}
    return lambda: headers


def _scheme(secrets: Mapping[str, str]) -> str:
    """Bearer for an API key, Basic for an account (2.2)."""
    if "token" in secrets:
        return f"Bearer {secrets['token']}"
    pair = f"{secrets['username']}:{secrets['password']}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _doubt(secrets: Mapping[str, str]) -> str:
    """Tell an API key by how it begins (2.2)."""
    if secrets.get("token", _API_KEY).startswith(_API_KEY):
        return ""
    return f"An API key of Stalwart begins with {_API_KEY}, and this one does not."


def _provider(session: Session, setup: Setup) -> Stalwart:
    return Stalwart(session, service=setup.service, choice=Choice.of(setup.options))


def _browser(session: Session, setup: Setup) -> Browsing:
    return Browsing(session, setup.service, Choice.of(setup.options))


SERVICE: Final = Service(
    calls=CALLS,
    authorization=_authorization,
    provider=_provider,
    browser=_browser,
    offers={
        MailFilter: lambda session, _: Filtering(session),
        MailQueue: lambda session, _: Queueing(session),
        Reloader: lambda session, _: Reloading(session),
    },
    dialect=dialect,
    doubt=_doubt,
    # Limits are of a minute, and no answer says when it is over: 5, 10, 20 and 40 seconds (3.3).
    attempts=5,
)
