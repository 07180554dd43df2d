"""Settings that may hold secrets are not read, whoever asks."""

from __future__ import annotations

import pytest

from mpctl.providers.stalwart.calls import CALLS
from mpctl.providers.stalwart.stored import KEYS, PREFIXES
from mpctl.transport import Effect, Params


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"prefixes": ""},
        {"prefixes": [""]},
        {"keys": "", "prefixes": ""},
        {"prefix": "lookup"},
        {"prefixes": "s"},
        {"prefixes": "oauth"},
        {"prefixes": "lookup,"},
        {"prefixes": ",lookup"},
        {"prefixes": "lookup,store"},
        {"prefixes": ["lookup", "authentication"]},
        {"keys": "oauth.key", "prefixes": "lookup"},
        {"keys": "lookup.a,oauth.key"},
        {"prefixes": "lookupx"},
        {"prefixes": "session"},
        {"prefixes": "server"},
        {"prefixes": "."},
    ],
)
def test_too_much(params: Params) -> None:
    """Without keys, or beyond those that hold no secrets, the call is forbidden with the reason."""
    call = CALLS.find("GET", "/settings/keys", params)

    assert call.effect is Effect.FORBIDDEN
    assert "secrets" in call.why


@pytest.mark.parametrize(
    "params",
    [
        {"prefixes": ",".join(PREFIXES), "keys": ",".join(KEYS)},
        {"prefixes": "lookup"},
        {"prefixes": "lookup."},
        {"prefixes": ["spam-filter.rule", "lookup.mpctl"]},
        {"keys": "server.hostname"},
    ],
)
def test_what_may_be_read(params: Params) -> None:
    """What mpctl itself reads, and what lies beside it, is a read."""
    assert CALLS.find("GET", "/settings/keys", params).effect is Effect.READ


@pytest.mark.parametrize("path", ["/settings/list", "/Settings/LIST", "/SETTINGS/group"])
def test_the_listings_are_forbidden_in_any_case(path: str) -> None:
    """A server may not mind the case of a path."""
    assert CALLS.find("GET", path).effect is Effect.FORBIDDEN
