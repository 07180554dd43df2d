"""What a release sends, and what is made of each answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mpctl.core.mail import Delivery
from mpctl.core.release import Reply
from mpctl.providers.mailprotector.releasing import Releasing
from mpctl.sandbox import Fault, FaultKind
from tests.providers.mailprotector.world import ACME, World, entity, running

IDS = ("1985000110", "1985000111")
MANY = "/domains/9101/messages/deliver_many"


def answered(world: World, status: int, body: Any = "", *, times: int | None = 1) -> None:
    """Let the service answer releases so."""
    text = body if isinstance(body, str) else json.dumps(body)
    fault = Fault("POST", "deliver", FaultKind.STATUS, times=times, status=status, body=text)
    world.sandbox.inject(fault)


def release(world: World, delivery: Delivery | None = None) -> Reply:
    """Release both."""
    return Releasing(world.session).release_many(ACME, IDS, delivery or Delivery())


def test_only_what_was_named_is_released() -> None:
    """Never all that are selected: the body says so, and names each."""
    with running() as world:
        answered(world, 200, {"delivered_messages": [int(one) for one in IDS]})

        assert release(world) == Reply(frozenset(IDS))
        assert world.paths("POST")[-1] == MANY
        assert world.sent("POST")[-1] == {
            "include_original_recipients": 1,
            "all_selected": "false",
            "ids": "1985000110,1985000111",
        }


def test_whom_it_goes_to_is_always_said() -> None:
    """Others beside the recipients, or in their place; with one message as with many."""
    delivery = Delivery(original=False, recipients=("a@acme.example", "b@acme.example"))
    with running() as world:
        answered(world, 204, times=None)
        Releasing(world.session).release(IDS[0], delivery)

        assert world.sent("POST") == [
            {"include_original_recipients": 0, "recipients": "a@acme.example,b@acme.example"}
        ]


@pytest.mark.parametrize(
    ("body", "went"),
    [
        ({"delivered_messages": [1985000110]}, {"1985000110"}),
        ([{"id": 1985000111}], {"1985000111"}),
        ({"delivered_messages": []}, set()),
    ],
)
def test_what_went_is_what_the_answer_names(body: Any, went: set[str]) -> None:
    """As numbers or as objects; nothing else went."""
    with running() as world:
        answered(world, 200, body)

        assert release(world) == Reply(frozenset(went))


@pytest.mark.parametrize(
    "body", [{"delivered_messages": 2}, {"delivered_messages": ["a/b"]}, {}, [None], "3", "null"]
)
def test_an_answer_that_does_not_tell_leaves_a_doubt(body: Any) -> None:
    """The release may have been carried out: nobody calls that refused, or sends it again."""
    with running() as world:
        answered(world, 200, body)
        reply = release(world)

        assert (reply.went, reply.refusal) == (frozenset(), "")
        assert reply.doubt
        assert world.paths("POST").count(MANY) == 1


@pytest.mark.parametrize(("status", "separable"), [(403, True), (422, True), (429, False)])
def test_a_refusal_may_be_about_one_of_them(status: int, *, separable: bool) -> None:
    """One for the sake of the pace is about none of them, and is not divided."""
    with running() as world:
        answered(world, status, times=None)
        reply = release(world)

        assert (reply.went, reply.doubt, reply.separable) == (frozenset(), "", separable)
        assert reply.refusal


def test_an_entity_that_is_not_there_has_nothing_released() -> None:
    """Nothing is sent that could go to somebody else."""
    with running() as world:
        nowhere = entity("domains/nowhere.example")
        reply = Releasing(world.session).release_many(nowhere, IDS, Delivery())

        assert "does not exist" in reply.refusal
        assert not reply.separable
        assert not any("deliver" in path for path in world.paths("POST"))
