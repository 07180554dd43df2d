"""The documented exchanges, written by hand and replayed: a third reading of the service."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpctl.core.match import Kind, parse_match
from mpctl.core.rule import Action, RuleKey
from mpctl.core.schedule import Operation
from mpctl.core.state import LiveState, Reading
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.ports import Provider
from mpctl.providers.service import Setup
from mpctl.providers.stalwart.capabilities import MISSING, WITHOUT_DMARC
from mpctl.providers.stalwart.service import SERVICE
from mpctl.transport import Session
from tests.clock import FakeClock
from tests.providers.stalwart.replaying import BASE, CASSETTES, TOKEN, replayed
from tests.providers.stalwart.workbench import (
    MX,
    allow,
    batch,
    block,
    ends,
    plumbing,
    setting,
    unblock,
)

CONNECTION = {"ip_block": "connection"}
DMARC = {"allow_needs": "dmarc"}
DONE = ("applied", "")
ANEW = {RuleKey(Action.BLOCK, parse_match("new-spam.example"))}
FORBIDDEN = "refused with 403: You do not have enough permissions to access this resource"


def provider(session: Session, options: dict[str, str]) -> Provider:
    """The provider over a session."""
    return SERVICE.provider(session, Setup(BASE, 1, options=options))


def fetched(name: str, clock: FakeClock | None = None, **options: str) -> LiveState:
    """Read the server from a cassette, to block a domain there."""
    with replayed(name, clock) as session:
        return provider(session, options).fetch([Reading(MX, declared=ANEW)])


def done(name: str, *operations: Operation, **options: str) -> list[tuple[str, str]]:
    """Carry operations out, as a cassette holds it."""
    with replayed(name) as session:
        return ends(provider(session, options).apply(batch(operations)))


def refusal(name: str) -> Diagnostic:
    """What a reading that is refused says."""
    with pytest.raises(MpctlError) as refused:
        fetched(name)
    return refused.value.diagnostics[0]


def test_a_server() -> None:
    """Its name, its rules as policies write them, its thresholds and its domains."""
    live = fetched("reading").entities[MX]

    assert (live.native_id, live.complete) == ("mx.harbor.example", True)
    assert [f"{rule.key.action} {rule.shown}" for rule in live.rules] == [
        "allow friend.example",
        "allow *.friend.example",
        "allow billing@vendor.example",
        "allow 203.0.113.0/24",
        "allow 2001:db8:40::/48",
        "allow 192.0.2.4/31",
        "block spam.example",
        "block sender.news*@list.example",
        "block 192.0.2.128/25 for every connection",
    ]
    assert live.settings == {
        "plumbing": "current",
        "spam_threshold": "6",
        "discard_threshold": "0",
        "reject_threshold": "0",
    }
    assert live.facts == {"own_domains": "harbor.example xn--bcher-kva.example"}


def test_a_server_where_nothing_is_set() -> None:
    """What is not there has its documented default; the name is the host of the base URL."""
    live = fetched("reading_nothing").entities[MX]

    assert (live.rules, live.facts) == ((), {"own_domains": ""})
    assert live.settings == {
        "plumbing": "missing",
        "spam_threshold": "5",
        "discard_threshold": "0",
        "reject_threshold": "0",
    }


def test_domains_that_the_key_may_not_list() -> None:
    """The rest is read, and which permission that takes is said."""
    live = fetched("reading_without_domains").entities[MX]

    assert live.facts["own_domains_unknown"] == (
        f"{FORBIDDEN}; this call needs the permission domain-list"
    )


def test_a_list_of_domains_that_is_not_whole() -> None:
    """What is missing could be the one that is blocked, so nobody knows."""
    live = fetched("reading_some_domains").entities[MX]

    assert live.facts == {"own_domains_unknown": "the server lists 1 of 2"}


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("newer_version", Code.NOT_FOUND, "this is Stalwart v0.16 or later"),
        ("no_key", Code.KEY_REFUSED, "You have to authenticate first."),
        ("no_code", Code.KEY_REFUSED, "A TOTP code is required"),
        ("banned", Code.KEY_REFUSED, "too many failed attempts"),
        ("not_permitted", Code.REFUSED_BY_SERVICE, "needs the permission settings-list"),
    ],
)
def test_a_refused_reading(name: str, code: Code, words: str) -> None:
    """None is sent again, and each says what it means."""
    found = refusal(name)

    assert found.code is code
    assert words in found.summary
    assert TOKEN not in str(found)


def test_why_a_right_password_is_refused() -> None:
    """A missing code and a ban are explained, with what to do."""
    assert refusal("no_code").fix.startswith("Append $ and the code to the password")
    assert "server.blocked-ip" in refusal("banned").fix


@pytest.mark.parametrize(
    ("name", "slept"), [("too_many_requests", [5.0, 10.0]), ("crashed", [1.0])]
)
def test_what_passes_is_waited_for(name: str, slept: list[float]) -> None:
    """A limit of either status is waited out, longer each time, and a crash is tried again."""
    clock = FakeClock()

    assert MX in fetched(name, clock).entities
    assert clock.slept == slept


ALL_OF_A = (allow("friend.example"), allow("*.friend.example"), block("spam.example"))
ALL_OF_C = (
    allow("198.51.100.7"),
    allow("203.0.113.0/24"),
    allow("2001:db8:40::/48"),
    block("192.0.2.1"),
    block("192.0.2.128/25"),
)
STILL = "stored, but not live: "
FIFTEEN = setting("reject_threshold", "15")
SPAM = block("spam.example")
BACK = "everything was put back as it was"
NOT_ASKED = (
    f"stored and reloaded; the filter could not be asked: {FORBIDDEN}; this call needs the "
    "permission spam-filter-train, from v0.15 on spam-filter-test"
)
REFUSES = "the server refuses it: "
PUT_BACK = f'{REFUSES}spam-filter.score.reject: Invalid floating point value "15".; {BACK}'
SHADOWED = (
    "the server took it without effect: spam-filter.score.reject is set in its local "
    "configuration file, which wins"
)


@pytest.mark.parametrize(
    ("name", "operations", "options", "outcome"),
    [
        ("domains", ALL_OF_A, {}, [DONE] * 3),
        ("domain_removed", [unblock("spam.example")], {}, [DONE]),
        (
            "addresses",
            [
                allow("billing@vendor.example"),
                block("promo@vendor.example"),
                unblock("sender.a\\*b@odd.example", Kind.NATIVE),
            ],
            {},
            [DONE] * 3,
        ),
        ("networks", ALL_OF_C, CONNECTION, [DONE] * 5),
        ("one_address", [block("192.0.2.1")], CONNECTION, [DONE]),
        ("bootstrap", [plumbing(MISSING)], {}, [DONE]),
        ("bootstrap_dmarc", [plumbing(WITHOUT_DMARC)], DMARC, [DONE]),
        ("threshold", [FIFTEEN], {}, [DONE]),
        ("lookup_error", [SPAM], {}, [DONE]),
        ("crashed_write", ALL_OF_A, {}, [DONE] * 3),
        (
            "no_classify",
            [SPAM],
            {},
            [
                ("applied", NOT_ASKED),
            ],
        ),
    ],
)
def test_a_write(
    name: str,
    operations: list[Operation],
    options: dict[str, str],
    outcome: list[tuple[str, str]],
) -> None:
    """A write sends exactly what is documented, and its documented answer is understood."""
    assert done(name, *operations, **options) == outcome


@pytest.mark.parametrize(
    ("name", "operations", "detail"),
    [
        (
            "foreign_error",
            [FIFTEEN],
            f"{STILL}spam-filter.pyzor.host: Failed to resolve address: no record found",
        ),
        (
            "own_error",
            [FIFTEEN],
            PUT_BACK,
        ),
        ("refused", [SPAM], "refused with 200: other: Failed to write settings.: read-only store"),
        ("malformed", [SPAM], "refused with 400: JSON deserialization failed"),
        ("no_update", [SPAM], f"{FORBIDDEN}; this call needs the permission settings-update"),
        ("no_reload", [SPAM], f"{FORBIDDEN}; this call needs the permission settings-reload"),
        (
            "shadowed",
            [FIFTEEN],
            SHADOWED,
        ),
        ("not_live", [SPAM], f"{STILL}the filter says nothing, not MPCTL_BLOCK"),
    ],
)
def test_a_write_that_fails(name: str, operations: list[Operation], detail: str) -> None:
    """It says so, in the server's words where there are some."""
    assert done(name, *operations) == [("failed", detail)]


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        (
            "own_address_error",
            f'{REFUSES}server.blocked-ip: Invalid IP address "192.0.2.128/25".; {BACK}',
        ),
        (
            "foreign_address_error",
            f'{STILL}server.blocked-ip: Invalid IP address "0".',
        ),
    ],
)
def test_whose_address_is_wrong(name: str, detail: str) -> None:
    """The server's words tell ours, which is put back, from that of somebody else."""
    assert done(name, block("192.0.2.128/25"), **CONNECTION) == [("failed", detail)]


def test_half_of_a_refused_request() -> None:
    """What came before the refused operation stays, and is made live."""
    assert done("refused_halfway", SPAM, unblock("old.example")) == [
        DONE,
        ("failed", "refused with 200: assertFailed"),
    ]


def test_every_cassette_is_used_and_holds_no_key() -> None:
    """What nobody replays proves nothing."""
    tests = Path(__file__).parent.glob("test_*cassettes.py")
    text = "".join(path.read_text("utf-8") for path in tests)
    for path in CASSETTES.glob("*.yaml"):
        assert f'"{path.stem}"' in text
        assert "authorization" not in path.read_text("utf-8").lower()
