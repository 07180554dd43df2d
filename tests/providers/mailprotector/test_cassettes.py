"""The documented exchanges, written by hand and replayed: a third reading of the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import vcr

from mpctl.core.match import Kind, Match
from mpctl.core.outcome import Outcome
from mpctl.core.rule import Action, LiveRule, RuleKey
from mpctl.core.schedule import Batch, Operation, Step
from mpctl.core.state import Account, LiveEntity, LiveState, Reading
from mpctl.diagnostics import Code
from mpctl.providers.mailprotector.calls import CALLS
from mpctl.providers.mailprotector.capabilities import CAPABILITIES
from mpctl.providers.mailprotector.listing import list_all
from mpctl.providers.mailprotector.provider import Mailprotector
from mpctl.transport import KeyRefused, Limits, Session
from tests.clock import FakeClock
from tests.providers.mailprotector.world import ACME, create, delete, entity, grant

CASSETTES = Path(__file__).parents[2] / "cassettes" / "mailprotector"
ALL = sorted(path.stem for path in CASSETTES.glob("*.yaml"))
USED = {
    "by_id",
    "configuration",
    "create",
    "create_refused",
    "delete",
    "delete_gone",
    "domains",
    "not_found",
    "reading",
    "refused_key",
    "throttled",
}
RECORDER = vcr.VCR(
    cassette_library_dir=str(CASSETTES),
    record_mode="none",
    match_on=["method", "uri", "body"],
)
KEY = "a-key-that-no-cassette-holds"
BLOCKED = RuleKey(Action.BLOCK, Match(Kind.DOMAIN, "blocked.example"))
BILLING = RuleKey(Action.ALLOW, Match(Kind.EMAIL, "billing@vendor.example"))


@contextmanager
def replayed(name: str, clock: FakeClock | None = None) -> Iterator[Session]:
    """Open a session that hears what the cassette holds, and must ask for all of it."""
    session = Session(
        CAPABILITIES.base_url,
        authorize=lambda: {"Authorization": f"Bearer {KEY}"},
        calls=CALLS,
        limits=Limits(),
        clock=(clock or FakeClock()).clock,
        secrets=(KEY,),
        writable=True,
    )
    with closing(session), RECORDER.use_cassette(f"{name}.yaml") as cassette:
        yield session
        assert cassette.all_played, "the cassette holds requests that were not made"


def provider(session: Session) -> Mailprotector:
    """The provider over a session."""
    return Mailprotector(session, service=CAPABILITIES.base_url, connections=1)


def fetched(name: str, *wanted: Reading) -> LiveState:
    """Read entities from a cassette."""
    with replayed(name) as session:
        return provider(session).fetch(wanted)


def done(name: str, operation: Operation) -> tuple[str, str]:
    """Carry one operation out at acme.example, as a cassette holds it."""
    batch = Batch(ACME, "9101", Step.WINNER_IN, (operation,))
    with replayed(name) as session:
        (outcome,) = provider(session).apply(batch)
    assert isinstance(outcome, Outcome)
    return outcome.status.value, outcome.detail


def test_the_index() -> None:
    """The domains of two pages come back in one list that is proven whole."""
    with replayed("domains") as session:
        listing = list_all(session, "/domains")

    assert listing.doubt == ""
    assert [(row["id"], row["name"], row["parent"]) for row in listing.rows] == [
        (9101, "acme.example", None),
        (9102, "acme-mail.example", {"id": 9101, "name": "acme.example"}),
        (9201, "globex.example", None),
    ]


def test_a_domain() -> None:
    """A domain is read with its account, its rules and its permission."""
    state = fetched("reading", Reading(ACME, settings=frozenset({"allow_spam_release"})))

    assert state.account == Account("https://emailservice.io/api/v1", "400")
    assert (state.missing, state.unread) == ({}, {})
    live = state.entities[ACME]
    assert described(live) == {
        "native_id": "9101",
        "live_name": "acme.example",
        "complete": True,
        "settings": {"allow_spam_release": False},
        "facts": {"status": "Active"},
        "findings": (),
    }
    assert live.rules == (
        LiveRule(BLOCKED, "blocked.example", "610001"),
        LiveRule(BILLING, "billing@vendor.example", "610002"),
    )


def described(live: LiveEntity) -> dict[str, Any]:
    """What was read of an entity beside its rules."""
    names = ("native_id", "live_name", "complete", "settings", "facts", "findings")
    return {name: getattr(live, name) for name in names}


def test_a_domain_without_rules() -> None:
    """An empty list is an empty list, proven without a header."""
    here = entity("domains/id:9101")
    live = fetched("by_id", Reading(here)).entities[here]

    assert (live.rules, live.complete, live.live_name) == ((), True, "acme.example")


def test_an_unknown_id() -> None:
    """An id that the service answers with 404 is missing."""
    nobody = entity("domains/id:9999")
    state = fetched("not_found", Reading(nobody))

    assert (state.entities, state.unread) == ({}, {})
    assert state.missing[nobody].code is Code.NOT_FOUND


def test_a_refused_key() -> None:
    """A 401 is a refused key, in the service's words."""
    with replayed("refused_key") as session, pytest.raises(KeyRefused) as refused:
        provider(session).fetch([Reading(ACME)])

    assert str(refused.value) == "GET /domains: the key was refused with 401 (Invalid API key)"


def test_too_many_requests() -> None:
    """A 429 is waited out for as long as it asks, and the request is sent again."""
    clock = FakeClock()
    with replayed("throttled", clock) as session:
        listing = list_all(session, "/domains")

    assert (listing.rows, listing.doubt) == ((), "")
    assert clock.slept == [3.0]


@pytest.mark.parametrize(
    ("name", "operation", "end"),
    [
        ("create", create("blocked.example"), ("applied", "")),
        ("create_refused", create("blocked.example"), ("applied", "it was there already")),
        ("delete", delete("610001"), ("applied", "")),
        ("delete_gone", delete("610001"), ("applied", "it was gone already")),
        ("configuration", grant(), ("applied", "")),
    ],
)
def test_a_write(name: str, operation: Operation, end: tuple[str, str]) -> None:
    """A write sends exactly what is documented, and its documented answer is success."""
    assert done(name, operation) == end


@pytest.mark.parametrize("name", ALL)
def test_no_cassette_holds_a_key(name: str) -> None:
    """No recorded request has a header that could hold a key."""
    text = (CASSETTES / f"{name}.yaml").read_text(encoding="utf-8").lower()

    assert "authorization" not in text
    assert "bearer" not in text


def test_every_cassette_is_replayed() -> None:
    """No cassette lies about unused."""
    assert set(ALL) == USED
