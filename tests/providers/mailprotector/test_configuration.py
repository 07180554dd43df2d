"""A release permission is written alone, read back, and nothing beside it is lost."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.outcome import Outcome, Status
from mpctl.providers.mailprotector.provider import Mailprotector
from mpctl.sandbox import SampleBuilder, SampleData
from mpctl.transport import Answer, Session
from tests.providers.mailprotector.world import CONFIGURATION, PERMISSIONS, World, grant, running

SMALLEST = {"permissions": {"messages": {"allow_spam_release": True}}}
BEFORE = PERMISSIONS
AFTER = {**BEFORE, "allow_spam_release": True}
PUT = f"PUT {CONFIGURATION}"
GET = f"GET {CONFIGURATION}"
REPLACES = {"config_put": "section_replace"}
LOST = "the connection broke before the answer was complete"
STOPPED = "an earlier write damaged a configuration, so no more is written in this run"
DAMAGE = (
    "the write also changed what it did not name (messages vanished "
    '(was {"allow_policy_release": true, "allow_virus_release": false})); the section '
)


def test_a_permission_is_written() -> None:
    """A permission is sent as the smallest partial document, and read before and after."""
    with running() as world:
        assert world.end(grant()) == ("applied", "")
        assert world.permissions() == AFTER
        assert world.sent("PUT") == [SMALLEST]
        assert [request.method for request in world.sandbox.requests] == ["GET", "PUT", "GET"]


@pytest.mark.parametrize(
    ("fault", "end", "requests"),
    [
        ("drop-before", ("applied", ""), 2),
        ("drop-after", ("applied", ""), 2),
        ("503", ("applied", ""), 2),
        ("429", ("applied", ""), 2),
        ("empty", ("applied", ""), 1),
        ("html", ("applied", ""), 1),
        ("malformed", ("applied", ""), 1),
        ("503-after times=forever", ("applied", ""), 4),
        ("drop-after times=forever", ("applied", ""), 4),
    ],
)
def test_written_whatever_happens(fault: str, end: tuple[str, str], requests: int) -> None:
    """Writing a value twice is harmless: a lost answer is repeated, and a read decides."""
    with running(f"{PUT} {fault}") as world:
        assert world.end(grant()) == end
        assert world.permissions() == AFTER
        assert world.sent("PUT") == [SMALLEST] * requests


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        (f"{PUT} 403", "refused with 403: Injected by a fault"),
        (f"{PUT} 422", "refused with 422: Injected by a fault"),
        (f"{PUT} 401", "the key was refused with 401 (Injected by a fault)"),
        (f"{PUT} 429 times=forever", "asked to slow down (Injected by a fault)"),
        (f"{GET} 403", "refused with 403: Injected by a fault"),
        (f"{GET} 503 times=forever", "failed with 503 (Injected by a fault)"),
        (f"{GET} empty", "an empty answer where the service documents an object"),
    ],
)
def test_a_failure_that_wrote_nothing(fault: str, detail: str) -> None:
    """A write that was refused, or whose ground could not be read, has failed and wrote nothing."""
    with running(fault) as world:
        outcome = world.do(grant())

        assert (outcome.status, outcome.detail, outcome.wrote) == (Status.FAILED, detail, False)
        assert world.permissions() == BEFORE


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        ("drop-before times=forever", f"{LOST}; a read does not show it"),
        ("503 times=forever", "failed with 503 (Injected by a fault); a read does not show it"),
    ],
)
def test_a_lost_write_is_unknown(fault: str, detail: str) -> None:
    """A write without an answer that does not show may come yet: it is unknown."""
    with running(f"{PUT} {fault}") as world:
        assert world.end(grant()) == ("unknown", detail)
        assert world.permissions() == BEFORE


def test_what_cannot_be_read_back_is_unknown() -> None:
    """A write that cannot be verified is unknown."""
    with running(f"{GET} 403 nth=2 times=forever") as world:
        assert world.end(grant()) == (
            "unknown",
            "it was written, but cannot be read back: refused with 403: Injected by a fault",
        )


def test_a_write_without_effect() -> None:
    """A write that was taken and does not show has failed, and may have left a trace."""
    with running() as world:
        state = world.sandbox.mailprotector.state
        world.sandbox.meanwhile(
            "GET",
            CONFIGURATION,
            lambda: state.set_permission("domains", 9101, allow_spam_release=False),
            nth=2,
        )
        outcome = world.do(grant())

    assert (outcome.status, outcome.detail, outcome.wrote) == (
        Status.FAILED,
        "the service took it without effect: a read still shows the old value",
        True,
    )


@pytest.mark.parametrize("lag", ["1", "2", "5"])
def test_reads_that_follow_late(lag: str) -> None:
    """A value that shows only after some readings was written."""
    with running(switches={"read_lag": lag}) as world:
        assert world.end(grant()) == ("applied", "")
        assert world.sent("PUT") == [SMALLEST]


@pytest.mark.parametrize("style", ["json", "int", "string"])
@pytest.mark.parametrize("lag", ["0", "2"])
def test_a_damaged_section_is_put_back(style: str, lag: str) -> None:
    """When siblings of the value are lost, the section is put back and the damage is told."""
    switches = {**REPLACES, "bool_style": style, "read_lag": lag}
    with running(switches=switches) as world:
        outcome = world.do(grant())

        assert outcome.status is Status.FAILED
        assert outcome.wrote
        assert outcome.detail.startswith("the write also changed what it did not name (")
        assert outcome.detail.endswith("; the section was put back as it was")
        assert world.permissions() == BEFORE
        assert len(world.sent("PUT")) == 2


def test_what_was_lost_is_told() -> None:
    """Every sibling that vanished is named with its value."""
    with running(switches=REPLACES) as world:
        assert world.end(grant()) == ("failed", DAMAGE + "was put back as it was")


def test_a_section_that_cannot_be_put_back() -> None:
    """When the section cannot be put back, the whole of it is told to the operator."""
    with running(f"{PUT} 403 nth=2", switches=REPLACES) as world:
        section = {"permissions": {"messages": BEFORE}}

        status, detail = world.end(grant())
        assert (status, detail.removeprefix(DAMAGE)) == (
            "failed",
            f"MUST BE PUT BACK BY HAND: {section}",
        )


def test_a_section_that_cannot_be_looked_at() -> None:
    """When nobody can look whether the section is back, the whole of it is told as well."""
    with running(f"{GET} 403 nth=3 times=forever", switches=REPLACES) as world:
        status, detail = world.end(grant())

        assert status == "failed"
        assert "; the section MUST BE PUT BACK BY HAND: " in detail
        assert world.permissions() == BEFORE


def test_no_more_is_written_after_a_damage() -> None:
    """After a damage no configuration is written in this run; rules go on."""
    with running(switches=REPLACES) as world:
        world.do(grant())
        outcome = world.do(grant(), 9201)

        assert (outcome.status, outcome.detail, outcome.wrote) == (
            Status.NOT_ATTEMPTED,
            STOPPED,
            False,
        )
        assert [request.path for request in world.sandbox.writes()] == [CONFIGURATION] * 2


NUMBERS = range(9101, 9109)


def many(*, bare: int = 0) -> SampleData:
    """Eight domains with other permissions of their own, the first `bare` ones without."""
    msp = SampleBuilder()
    customer = msp.customer("Acme Widgets", msp.reseller("Harbor IT Services"))
    for number in NUMBERS:
        domain = msp.domain(f"d{number}.example", customer, id_=number)
        if number >= NUMBERS[bare]:
            msp.permissions(domain, **PERMISSIONS)
    return msp.build()


def at_once(world: World, numbers: Sequence[int] = NUMBERS) -> list[Outcome]:
    """Grant the permission at several domains, all at the same time."""
    together = threading.Barrier(len(numbers), timeout=10)

    def write(number: int) -> Outcome:
        together.wait()
        return world.do(grant(), number)

    with ThreadPoolExecutor(len(numbers)) as pool:
        return list(pool.map(write, numbers))


def test_one_damage_at_most() -> None:
    """However many writes are waiting, only the first one can do damage."""
    with running(switches=REPLACES, data=many()) as world:
        outcomes = at_once(world)

        assert sorted(outcome.status for outcome in outcomes) == ["failed", *["not attempted"] * 7]
        assert world.sent("PUT").count(SMALLEST) == 1
        assert all(world.permissions(number) == BEFORE for number in NUMBERS)


@pytest.mark.parametrize(
    "fault",
    [
        "PUT /domains/9101/configuration 422",
        "GET /domains/9101/configuration 503 times=forever",
        "PUT /domains/9101/configuration drop-before times=forever",
    ],
)
def test_a_write_that_failed_proves_nothing(fault: str) -> None:
    """A first write that had no effect does not show that the next ones do no damage."""
    with running(fault, switches=REPLACES, data=many()) as world:
        assert world.do(grant(), 9101).status is not Status.APPLIED
        at_once(world, NUMBERS[1:])

        damaging = [
            request
            for request in world.sandbox.writes()
            if request.body == SMALLEST and request.changed
        ]
        assert len(damaging) == 1
        assert all(world.permissions(number) == BEFORE for number in NUMBERS)


def test_a_write_without_siblings_proves_nothing() -> None:
    """A write to a section that held nothing else does not show what happens to siblings."""
    switches = {**REPLACES, "config_get": "local"}
    with running(switches=switches, data=many(bare=1)) as world:
        assert world.do(grant(), 9101).status is Status.APPLIED
        at_once(world, NUMBERS[1:])

        sent = world.sent("PUT")
        assert sent.count(SMALLEST) == 2
        assert all(world.permissions(n)["allow_policy_release"] for n in NUMBERS[1:])


class Company:
    """A session on which, once it is open to company, each PUT waits for another one."""

    def __init__(self, session: Session) -> None:
        self.clock = session.clock
        self.wanted = False
        self._session = session
        self._company = threading.Barrier(2, timeout=10)

    def request(self, method: str, path: str, *, json: Any = None) -> Answer:
        """Send a request."""
        if method == "PUT" and self.wanted:
            self._company.wait()
        return self._session.request(method, path, json=json)


def test_harmless_writes_go_together() -> None:
    """Once a write has left its siblings alone, the others no longer wait for each other."""
    with running(data=many()) as world:
        company = Company(world.session)
        provider = Mailprotector(cast(Session, company), service="", connections=2)
        together = replace(world, provider=provider)
        together.do(grant(), 9101)
        company.wanted = True

        outcomes = at_once(together, NUMBERS[1:3])

        assert [outcome.status for outcome in outcomes] == [Status.APPLIED] * 2
        assert [world.permissions(number) for number in NUMBERS[:3]] == [AFTER] * 3


@given(
    st.sampled_from(
        (
            *("403", "409", "422", "429", "503", "503-after", "drop-before", "drop-after"),
            *("malformed", "empty", "html", "truncated", "redirect"),
        )
    ),
    st.sampled_from(("nth=1", "nth=2", "nth=3", "times=2", "times=forever")),
    st.sampled_from(("GET", "PUT", "*")),
    st.sampled_from(("deep_merge", "section_replace")),
    st.sampled_from(("0", "2")),
)
def test_nothing_is_lost_in_silence(kind: str, times: str, method: str, put: str, lag: str) -> None:
    """Whatever goes wrong, siblings stand as before, or the outcome tells what they were."""
    switches = {"config_put": put, "read_lag": lag}
    with running(f"{method} {CONFIGURATION} {kind} {times}", switches=switches) as world:
        outcome = world.do(grant())

        permissions = world.permissions()
        told = outcome.status is Status.UNKNOWN or "BY HAND" in outcome.detail
        assert permissions in (BEFORE, AFTER) or told
        if outcome.status is Status.APPLIED:
            assert permissions == AFTER
        if not outcome.wrote:
            assert permissions == BEFORE
