"""A reseller with customers, groups and users, twins among them, and what the client asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from mpctl.core.state import LiveState
from mpctl.diagnostics import Diagnostic
from mpctl.sandbox import SampleBuilder, SampleData
from mpctl.sandbox.exchange import Request, Response, json_response
from tests.providers.mailprotector.world import World, entity

FIND = "POST /users/find_by_address"


def people() -> SampleData:
    """Two domains with groups and users, twins in three scopes, and somebody else's reseller."""
    msp = SampleBuilder()
    harbor = msp.reseller("Harbor IT Services", id_=400)
    msp.rules(harbor, block="everywhere.example")
    acme = msp.customer("Acme Widgets", harbor, id_=5001, allow="payroll.example")
    globex = msp.customer("Globex Dental", harbor, id_=5002)
    msp.customer("Twin Peaks", harbor, id_=5003)
    msp.customer("TWIN PEAKS", harbor, id_=5004)
    msp.customer("Müller & Söhne", harbor, id_=5005)
    main = msp.domain("acme.example", acme, id_=9101, block="spammer.example")
    msp.permissions(main, allow_spam_release=True, allow_policy_release=False)
    msp.alias_domain("acme-mail.example", main, id_=9102)
    default = msp.user_group("Default", main, id_=3101)
    executives = msp.user_group("Executives", main, id_=3102)
    msp.rules(executives, block="ceo-lunch.example")
    msp.user_group("Twins", main, id_=3103)
    msp.user_group("twins", main, id_=3104)
    alice = msp.user("Alice Ng", default, id_=70001)
    msp.rules(alice, allow="shoes.example")
    msp.user("Bob Roy", executives, id_=70002)
    msp.alias_user("sales", alice, id_=70003)
    for number, name in enumerate(("Carol Poe", "Dave Fox", "Eve Lin"), 70004):
        msp.user(name, default, id_=number)
    other = msp.domain("globex.example", globex, id_=9201)
    msp.user("Carl Ito", msp.user_group("Default", other, id_=3201), id_=71001)
    msp.domain("twin.example", globex, id_=9401)
    msp.domain("twin.example", acme, id_=9402)
    msp.domain("xn--bcher-kva.example", globex, id_=9301)
    _somebody_else(msp)
    return msp.build()


def _somebody_else(msp: SampleBuilder) -> None:
    tidewater = msp.reseller("Tidewater Managed IT", id_=401)
    cobalt = msp.customer("Cobalt Printing", tidewater, id_=5901)
    domain = msp.domain("cobalt.example", cobalt, id_=9901)
    msp.user("Ruth Adler", msp.user_group("Default", domain, id_=3901), id_=79001)


def resolved(world: World, *texts: str) -> LiveState:
    """Resolve entities and read nothing of them."""
    return world.fetch(*texts, rules=False)


def numbers(state: LiveState) -> dict[str, str]:
    """The ids of the entities that were found, by their paths."""
    return {found.path: live.native_id for found, live in state.entities.items()}


def asked(world: World) -> list[str]:
    """Every request in order, a search with its address."""
    return [
        f"{request.method} {request.path}"
        + (f" {request.body['address']}" if request.method == "POST" else "")
        for request in world.sandbox.requests
    ]


def unread(state: LiveState, text: str) -> Diagnostic:
    """Why an entity could not be read; it is in no other place."""
    assert entity(text) not in state.entities
    assert entity(text) not in state.missing
    return state.unread[entity(text)]


def missing(state: LiveState, text: str) -> Diagnostic:
    """Why an entity counts as not there; it is in no other place."""
    assert entity(text) not in state.entities
    assert entity(text) not in state.unread
    return state.missing[entity(text)]


def answer_with(
    monkeypatch: pytest.MonkeyPatch, world: World, path: str, document: Any, status: int = 200
) -> None:
    """Make the service answer one path with a document of the test's own."""
    service = world.sandbox.mailprotector
    handle = service.handle

    def answer(request: Request) -> Response:
        return json_response(status, document) if request.path == path else handle(request)

    monkeypatch.setattr(service, "handle", answer)


def searches(*names: str) -> Sequence[str]:
    """The searches for users of the first domain."""
    return [f"{FIND} {name}@acme.example" for name in names]
