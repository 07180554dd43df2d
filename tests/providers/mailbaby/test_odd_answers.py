"""Answers that no document promises: they cost certainty, and never a rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mpctl.diagnostics import Code, MpctlError
from mpctl.providers.mailbaby.blocks import Blocks
from mpctl.providers.mailbaby.rules import ensure_ok
from mpctl.transport import Answer, BadAnswer, Session
from tests.conformance.relay import order
from tests.providers.mailbaby.world import MB39, World, account, ends


def session_of(world: World) -> Session:
    """The session of the provider."""
    session: Session = world.provider._session  # type: ignore[attr-defined]
    return session


def answering(world: World, call: str, change: Callable[[Any], None]) -> None:
    """Change the body of every answer to a call."""
    session = session_of(world)
    request = session.request

    def odd(method: str, path: str, **options: Any) -> Any:
        answer = request(method, path, **options)
        if f"{method} {path}" == call:
            change(answer.body)
        return answer

    session.request = odd  # type: ignore[method-assign]


def test_an_id_that_another_rule_had_before_is_not_ours() -> None:
    """A rule is taken away only if its id is new: this one belongs to somebody else's."""
    with account() as world:
        (old,) = world.put("old.example.com")
        answering(world, "POST /mail/rules", lambda body: body.update(text=int(old)))

        assert ends(world.create("a.example.com")) == [("applied", "")]
        assert world.live() == ["old.example.com", "a.example.com"]


def test_an_id_is_remembered_when_its_rule_is_gone() -> None:
    """A row that was seen once and deleted since lends its id to nobody: ours is read by value."""
    with account() as world:
        (old,) = world.put("old.example.com")
        world.create("a.example.com")
        world.sandbox.mailbaby.state.remove_rule(int(old))
        world.create("b.example.com")
        answering(world, "POST /mail/rules", lambda body: body.update(text=int(old)))
        start = len(world.sandbox.requests)

        assert ends(world.create("c.example.com")) == [("applied", "")]
        # Nothing is waited for that will never be shown.
        assert len(world.said(start)) == 5


@pytest.mark.parametrize("body", [None, [], {}, "ok", {"status": "error"}, {"text": "ok"}])
def test_a_write_that_does_not_say_so_is_not_done(body: Any) -> None:
    """Success has its own word; any other answer, whatever its status, is none."""
    with pytest.raises(BadAnswer, match="but not that it was done") as raised:
        ensure_ok("POST /mail/blocks/delete", Answer(200, {}, body))

    assert raised.value.may_have_executed
    ensure_ok("POST /mail/blocks/delete", Answer(200, {}, {"status": "ok"}))


@pytest.mark.parametrize("text", [None, "record added", True, -5])
def test_a_creation_without_an_id_is_found_by_its_value(text: Any) -> None:
    """The rule is read back all the same."""
    with account() as world:
        answering(world, "POST /mail/rules", lambda body: body.update(text=text))

        assert ends(world.create("a.example.com", "b.example.com")) == [("applied", "")] * 2


def test_an_order_that_cannot_be_read_may_be_the_missing_one() -> None:
    """An order without a user name makes nobody's absence certain."""
    with account() as world:
        answering(world, "GET /mail", lambda body: body.append({"id": 77, "status": "active"}))
        missing = order("mb77")

        live = world.fetch(MB39, missing)

        assert (set(live.entities), live.missing) == ({MB39}, {})
        assert live.unread[missing].code is Code.INCOMPLETE_LISTING


@pytest.mark.parametrize("value", [None, {}, ["u@d.com"]])
def test_a_block_list_without_one_of_its_lists_is_not_empty(value: Any) -> None:
    """It could not be read."""
    with account() as world:
        answering(world, "GET /mail/blocks", lambda body: body.update(mbtrap=value))

        with pytest.raises(BadAnswer):
            Blocks(session_of(world)).flagged()


@pytest.mark.parametrize("sender", ["", " "])
def test_nobody_is_never_taken_off(sender: str) -> None:
    """Without a sender the service would take off all that have none."""
    with account() as world:
        with pytest.raises(MpctlError):
            Blocks(session_of(world)).delist(sender)
        assert world.sandbox.requests == []
