"""Reading the account: twice for everybody, and never wrong about what is not shown."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from mpctl.core.entity import Entity
from mpctl.core.outcome import Outcome
from mpctl.core.schedule import Batch
from mpctl.diagnostics import Code, MpctlError
from mpctl.providers.mailbaby.account import SAME_MOMENT
from mpctl.transport import KeyRefused
from tests.conformance.relay import RELAY, order
from tests.providers.mailbaby.world import MB33, MB39, MB41, account

READ = ["GET /mail/rules", "GET /mail"]
MB43, MB77 = order("mb43"), order("mb77")


def test_two_requests_read_everybody() -> None:
    """Active, inactive, missing, by name and by number."""
    with account() as world:
        live = world.fetch(MB39, order("id:41"), MB43, MB33, MB77, order("mb99"))

        assert world.said() == READ
        assert {e.name: len(found.rules) for e, found in live.entities.items()} == {
            "mb39": 0,
            "id:41": 0,
            "mb43": 3,
        }
        assert [d.code for d in live.missing.values()] == [Code.NOT_FOUND] * 2
        assert [(e, d.code) for e, d in live.unread.items()] == [(MB33, Code.INACTIVE)]


def test_who_reads_at_the_same_moment_shares_a_reading() -> None:
    """Many entities that are read again before their writes cost two requests together."""
    with account() as world:
        world.fetch(MB39, MB41, MB43)
        start = len(world.sandbox.requests)
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(world.fetch, (MB39, MB41, MB43)))

        assert world.said(start) == READ


def test_nobody_is_given_the_same_reading_twice() -> None:
    """Who asks again sees what somebody wrote meanwhile."""
    with account() as world:
        world.fetch(MB39)
        world.put("a.example.com")

        assert len(world.fetch(MB39).entities[MB39].rules) == 1


def test_a_reading_is_shared_for_a_moment_only() -> None:
    """After that, another entity is read anew too."""
    with account() as world:
        world.fetch(MB39)
        world.clock.sleep(SAME_MOMENT)
        world.fetch(MB41)
        assert world.said() == READ
        world.clock.sleep(0.1)
        world.fetch(MB43)

        assert world.said() == [*READ, *READ]


def test_what_was_written_is_read_anew() -> None:
    """A reading that began before a write is never given to the entity that was written."""
    with account() as world:
        # The last reading before the write is one that MB39 has not been given.
        world.create("a.example.com", meanwhile=(MB41, MB41))
        start = len(world.sandbox.requests)

        assert len(world.fetch(MB39).entities[MB39].rules) == 1
        assert world.said(start) == READ


def test_a_reading_that_a_write_overtook_is_not_shared() -> None:
    """A reading counts from its beginning: what was written while it ran may not be in it."""
    with account() as world:
        read = world.provider._account  # type: ignore[attr-defined]

        def write() -> None:
            world.put("a.example.com")
            read.wrote(MB39)
            world.clock.sleep(0.1)

        # The rules are read before the orders, so they do not show it.
        world.sandbox.meanwhile("GET", "mail$", write)
        world.fetch(MB41)

        assert len(world.fetch(MB39).entities[MB39].rules) == 1


def test_a_reading_that_began_while_somebody_wrote_is_not_shared() -> None:
    """A write counts to its end: a reading in the middle of it may lack the rest."""
    with account() as world:
        rules = world.provider._rules  # type: ignore[attr-defined]
        create = rules.create

        def slowly(batch: Batch, username: str) -> list[Outcome]:
            world.clock.sleep(0.1)
            for _ in range(2):  # the second time it has to be a new one
                world.fetch(MB41)
            world.clock.sleep(0.1)
            ends: list[Outcome] = create(batch, username)
            return ends

        rules.create = slowly
        world.create("a.example.com")

        assert len(world.fetch(MB39).entities[MB39].rules) == 1


def test_an_order_that_is_closed_between_the_two_requests_is_not_empty() -> None:
    """The orders are read last, so an order that is active then has hidden nothing."""
    with account() as world:
        world.put("a.example.com")
        state = world.sandbox.mailbaby.state
        state.set_status("mb39", "canceled")
        world.sandbox.meanwhile("GET", "mail$", lambda: state.set_status("mb41", "canceled"))

        live = world.fetch(MB39, MB41)

        assert set(live.unread) == {MB39, MB41}


@pytest.mark.parametrize("answer", ["400", "empty"])
def test_an_account_without_active_order_is_read(answer: str) -> None:
    """All its orders are inactive, which is said of each, and no error of the target."""
    with account({"no_active_order": answer}) as world:
        for name in ("mb39", "mb41", "mb43"):
            world.sandbox.mailbaby.state.set_status(name, "suspended")

        live = world.fetch(MB39, MB77)

        assert [d.code for d in live.unread.values()] == [Code.INACTIVE]
        assert "suspended" in live.unread[MB39].summary
        assert set(live.missing) == {MB77}


def test_an_order_that_is_active_only_in_the_other_list_is_not_read() -> None:
    """When the rules say that no order is active, none is, whatever the orders say."""
    with account() as world:
        state = world.sandbox.mailbaby.state
        for name in ("mb39", "mb41", "mb43"):
            state.set_status(name, "suspended")
        world.sandbox.meanwhile("GET", "mail$", lambda: state.set_status("mb39", "active"))

        live = world.fetch(MB39)

        assert [d.code for d in live.unread.values()] == [Code.INACTIVE]


@pytest.mark.parametrize("path", ["rules$", "mail$"])
@pytest.mark.parametrize("kind", ["500", "html", "empty", "malformed", "404"])
def test_what_cannot_be_read_is_never_empty(path: str, kind: str) -> None:
    """One list that fails fails the target."""
    with account() as world:
        world.fault(f"GET {path} {kind} times=forever")

        with pytest.raises(MpctlError):
            world.fetch(MB39)


def test_a_passing_failure_is_passed() -> None:
    """A framework error that comes as 200 is asked again."""
    with account({"framework_error": "HY000"}) as world:
        assert set(world.fetch(MB39).entities) == {MB39}


def test_a_refused_key_stops_everything() -> None:
    """No second request is sent with a key that is refused."""
    with account() as world:
        world.fault("GET . 401 times=forever")

        for _ in range(2):
            with pytest.raises(KeyRefused):
                world.fetch(MB39)
        assert len(world.sandbox.requests) == 1


@pytest.mark.parametrize(
    ("owner", "whole"), [({"user": "mb39"}, {MB41}), ({}, set()), ({"user": None}, set())]
)
def test_an_odd_rule_forbids_removals_where_it_may_stand(
    owner: dict[str, str | None], whole: set[Entity]
) -> None:
    """A row whose id cannot be used makes its order's list incomplete, or all where it has none."""
    with account() as world:
        world.put("a.example.com", "b.example.com")
        view = world.provider._account.read  # type: ignore[attr-defined]
        session = world.provider._session  # type: ignore[attr-defined]
        request = session.request

        def odd(method: str, path: str, **options: object) -> object:
            answer = request(method, path, **options)
            if path == "/mail/rules":
                answer.body.append({"id": "x", **owner, "type": "email", "data": "a@b.com"})
            return answer

        session.request = odd
        live = world.fetch(MB39, MB41)

        assert {e for e, found in live.entities.items() if found.complete} == whole
        assert [f.code for f in live.entities[MB39].findings] == [Code.INCOMPLETE_LISTING]
        session.request = request
        assert view().doubt("mb39") == ""


def test_the_order_with_a_password_is_never_asked_for() -> None:
    """GET /mail/{id} is forbidden, also where somebody tries."""
    with account() as world:
        session = world.provider._session  # type: ignore[attr-defined]

        with pytest.raises(MpctlError, match="never sends this call"):
            session.request("GET", "/mail/39")
        assert world.sandbox.requests == []
        assert RELAY.capabilities.concurrency == 1
