"""How Mailprotector is opened: a bearer key, and the status alone says how a request ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mpctl.ports import MailLog, Releaser
from mpctl.providers.mailprotector.browsing import Browsing
from mpctl.providers.mailprotector.calls import CALLS
from mpctl.providers.mailprotector.messages import Messages
from mpctl.providers.mailprotector.provider import Mailprotector
from mpctl.providers.mailprotector.releasing import Releasing
from mpctl.providers.service import Authorize, Service, Setup
from mpctl.transport import Clock, Session


def _authorization(secrets: Mapping[str, str], clock: Clock) -> Authorize:
    _ = clock
    headers = {"Authorization": f"Bearer {secrets['api_key']}"}
    return lambda: headers


def _provider(session: Session, setup: Setup) -> Mailprotector:
    return Mailprotector(session, service=setup.service, connections=setup.connections)


def _browser(session: Session, setup: Setup) -> Browsing:
    return Browsing(session, setup.service)


def _messages(session: Session, setup: Setup) -> Messages:
    _ = setup
    return Messages(session)


def _releasing(session: Session, setup: Setup) -> Releasing:
    _ = setup
    return Releasing(session)


SERVICE: Final = Service(
    calls=CALLS,
    authorization=_authorization,
    provider=_provider,
    browser=_browser,
    offers={MailLog: _messages, Releaser: _releasing},
)
