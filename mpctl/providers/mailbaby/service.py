"""How MailBaby is opened: a key in a header of its own, and a status that proves nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mpctl.ports import BlockList
from mpctl.providers.mailbaby.blocks import Blocks
from mpctl.providers.mailbaby.browsing import Browsing
from mpctl.providers.mailbaby.calls import CALLS
from mpctl.providers.mailbaby.dialect import judge
from mpctl.providers.mailbaby.provider import MailBaby
from mpctl.providers.service import Authorize, Service, Setup
from mpctl.transport import Clock, Session


def _authorization(secrets: Mapping[str, str], clock: Clock) -> Authorize:
    _ = clock
    headers = {"X-API-KEY": secrets["api_key"]}
    return lambda: headers


def _provider(session: Session, setup: Setup) -> MailBaby:
    return MailBaby(session, service=setup.service)


def _browser(session: Session, setup: Setup) -> Browsing:
    return Browsing(session, setup.service)


def _blocks(session: Session, setup: Setup) -> Blocks:
    _ = setup
    return Blocks(session)


SERVICE: Final = Service(
    calls=CALLS,
    authorization=_authorization,
    provider=_provider,
    browser=_browser,
    offers={BlockList: _blocks},
    dialect=judge,
)
