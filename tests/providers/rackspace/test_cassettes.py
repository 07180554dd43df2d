"""The documented exchanges, written by hand and replayed: a third reading of the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import vcr

from mpctl.core.entity import Entity
from mpctl.core.match import parse_match
from mpctl.core.rule import Action, LiveRule, RuleKey
from mpctl.core.schedule import Operation
from mpctl.core.state import Account, LiveState, Reading
from mpctl.diagnostics import Code
from mpctl.providers.rackspace.capabilities import CAPABILITIES
from mpctl.providers.rackspace.native import LISTS, from_native
from mpctl.providers.rackspace.provider import Rackspace
from mpctl.providers.rackspace.service import SERVICE
from mpctl.providers.service import Setup
from mpctl.transport import KeyRefused, Limits, Session
from tests.clock import FakeClock
from tests.providers.rackspace.workbench import ALEX, add, batch, change, ends, entity, remove

CASSETTES = Path(__file__).parents[2] / "cassettes" / "rackspace"
ALL = sorted(path.stem for path in CASSETTES.glob("*.yaml"))
USED = {
    "edit_many",
    "mailboxes",
    "not_found",
    "not_on_the_list",
    "older_routes",
    "own_domain",
    "reading",
    "refused_key",
    "rs_settings",
    "settings",
    "settings_untold",
    "throttled",
    "throttled_speechless",
}
RECORDER = vcr.VCR(
    cassette_library_dir=str(CASSETTES),
    record_mode="none",
    match_on=["method", "uri", "body"],
)
KEYS = {"user_key": "a-user-key-that-no-cassette-holds", "secret_key": "nor-this-secret"}
SETTINGS = frozenset({"filter_level", "send_to_domain_quarantine", "quarantine_owner"})
UNTOLD = (
    "the service does not tell send_to_domain_quarantine, quarantine_owner, "
    "which a write would change"
)
# Who blocks a domain anew wants to know what the own one is called beside.
ANEW = {RuleKey(Action.BLOCK, parse_match("new-spam.example"))}
BLOCKED, IP_BLOCKED, SAFE, IP_SAFE = LISTS
ALEX_ON_RS = entity("rs_mailboxes/alex.smith@example.com")


@contextmanager
def replayed(name: str, clock: FakeClock | None = None) -> Iterator[Session]:
    """Open a session that hears what the cassette holds, and must ask for all of it."""
    clock = clock or FakeClock()
    session = Session(
        CAPABILITIES.base_url,
        authorize=SERVICE.authorization(KEYS, clock.clock),
        calls=SERVICE.calls,
        limits=Limits(attempts_throttled=6, retry_after_default=SERVICE.pause),
        clock=clock.clock,
        secrets=tuple(KEYS.values()),
        dialect=SERVICE.dialect,
        error_header=SERVICE.error_header,
        writable=True,
    )
    with closing(session), RECORDER.use_cassette(f"{name}.yaml") as cassette:
        yield session
        assert cassette.all_played, "the cassette holds requests that were not made"


def provider(session: Session) -> Rackspace:
    """The provider over a session."""
    return Rackspace(session, Setup(CAPABILITIES.base_url, connections=1))


def fetched(name: str, *wanted: Reading) -> LiveState:
    """Read entities from a cassette."""
    with replayed(name) as session:
        return provider(session).fetch(wanted)


def done(name: str, *operations: Operation) -> list[tuple[str, str, str]]:
    """Carry operations out, as a cassette holds it."""
    with replayed(name) as session:
        return ends(provider(session).apply(batch(*operations)))


def test_a_mailbox() -> None:
    """A mailbox is read with its account, its domain, its settings and its four lists."""
    state = fetched("reading", Reading(ALEX, settings=SETTINGS, declared=ANEW))

    assert state.account == Account("https://api.emailsrvr.com/v1", "4711")
    live = state.entities[ALEX]
    assert (live.native_id, live.complete) == ("alex.smith@example.com", True)
    assert live.facts["aliases"] == "example.net"
    assert [tuple(ref) for ref in live.ancestors or ()] == [("domains", "example.com")]
    assert live.settings == {
        "filter_level": "on",
        "send_to_domain_quarantine": False,
        "quarantine_owner": "none",
    }
    assert live.rules == (
        from_native(BLOCKED, "name@spam.example"),
        from_native(BLOCKED, "@bad.example"),
        from_native(IP_BLOCKED, "216.12.34.1"),
        from_native(IP_BLOCKED, "216.12.%.%"),
        from_native(SAFE, "@%.example.com"),
        from_native(SAFE, "@examp%.com"),
    )


def test_the_older_routes() -> None:
    """Where the newer spelling is not known and the place is there, the older one serves."""
    live = fetched("older_routes", Reading(ALEX, declared=ANEW)).entities[ALEX]
    rules: tuple[LiveRule, ...] = live.rules

    assert [rule.native_id for rule in rules] == [
        "blocklist:name@spam.example",
        "ipblocklist:216.12.34.1",
    ]


def test_a_mailbox_that_is_not_there() -> None:
    """A 404 for the settings proves that there is no such mailbox."""
    state = fetched("not_found", Reading(ALEX, settings=SETTINGS))

    assert state.missing[ALEX].code is Code.NOT_FOUND


def test_a_refused_key() -> None:
    """A wrong signature is never sent again."""
    with replayed("refused_key") as session, pytest.raises(KeyRefused, match="Authentication"):
        provider(session).fetch([Reading(ALEX)])


@pytest.mark.parametrize("name", ["throttled", "throttled_speechless"])
def test_too_many_requests(name: str) -> None:
    """The same status in other words, be they in a header alone, is waited out from two seconds."""
    clock = FakeClock()
    with replayed(name, clock) as session:
        provider(session).fetch([Reading(ALEX, rules=False, settings=SETTINGS)])

    assert clock.slept == [2.0]


@pytest.mark.parametrize(
    ("name", "operations", "outcome"),
    [
        (
            "edit_many",
            (
                add(BLOCKED, "@%.example.com"),
                add(BLOCKED, "abc@example.com"),
                remove(BLOCKED, "@examp%.com"),
            ),
            [
                ("@%.example.com", "applied", ""),
                ("abc@example.com", "applied", ""),
                ("@examp%.com", "applied", ""),
            ],
        ),
        (
            "own_domain",
            tuple(
                add(BLOCKED, entry)
                for entry in ("@example.com", "@bad.example", "abc@junkmail.com")
            ),
            [
                ("@bad.example", "applied", ""),
                ("abc@junkmail.com", "applied", ""),
                (
                    "@example.com",
                    "failed",
                    "refused with 400: Adding example.com would blacklist the current domain",
                ),
            ],
        ),
        (
            "not_on_the_list",
            (remove(BLOCKED, "abc@junkmail.com"),),
            [("abc@junkmail.com", "applied", "it was gone already")],
        ),
        (
            "settings",
            (
                change("filter_level", "exclusive"),
                change("send_to_domain_quarantine", after=True),
                change("quarantine_owner", "admin@example.com"),
            ),
            [
                ("filter_level", "applied", ""),
                ("send_to_domain_quarantine", "applied", ""),
                ("quarantine_owner", "applied", ""),
            ],
        ),
        (
            "settings_untold",
            (change("filter_level", "off"),),
            [
                (
                    "filter_level",
                    "failed",
                    UNTOLD,
                )
            ],
        ),
        (
            "rs_settings",
            (change("filter_level", "off", ALEX_ON_RS),),
            [("filter_level", "applied", "")],
        ),
    ],
)
def test_a_write(
    name: str, operations: tuple[Operation, ...], outcome: list[tuple[str, str, str]]
) -> None:
    """A write sends exactly what is documented, and its documented answer is understood."""
    assert done(name, *operations) == outcome


def test_an_index() -> None:
    """Two pages are one list, whatever size the service chose."""
    with replayed("mailboxes") as session:
        browser = SERVICE.browser(session, Setup(CAPABILITIES.base_url, connections=1))
        found = browser.entities("ex_mailboxes", Entity("rackspace", "domains", "example.com"))

    assert [(one.path, one.note) for one in found.entities] == [
        ("ex_mailboxes/jo@example.com", "Jo"),
        ("ex_mailboxes/alex.smith@example.com", "Alex"),
        ("ex_mailboxes/kim@example.com", ""),
    ]


@pytest.mark.parametrize("name", ALL)
def test_no_cassette_holds_a_key(name: str) -> None:
    """No recorded request has a header that could hold a key."""
    text = (CASSETTES / f"{name}.yaml").read_text(encoding="utf-8").lower()

    assert "signature" not in text.split("\n", 1)[1]


def test_every_cassette_is_replayed() -> None:
    """No cassette lies about unused."""
    assert set(ALL) == USED
