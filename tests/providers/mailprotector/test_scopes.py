"""What is read of entities in all five scopes: rules, permissions, and what stops one of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from mpctl.core.rule import Action
from mpctl.core.state import DesiredEntity, DesiredState, Mode
from mpctl.diagnostics import Code, Diagnostic, Origin
from mpctl.reconcile import make_plan
from tests.providers.mailprotector.people import asked, people, unread
from tests.providers.mailprotector.world import World, entity, running

SPAM = ("allow_spam_release",)
ALICE = "users/alice.ng@acme.example"
CONFIGURATION = "GET /users/70001/configuration"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("resellers/Harbor IT Services", [("block", "everywhere.example")]),
        ("customers/Acme Widgets", [("allow", "payroll.example")]),
        ("domains/acme.example", [("block", "spammer.example")]),
        ("user_groups/acme.example/Executives", [("block", "ceo-lunch.example")]),
        (ALICE, [("allow", "shoes.example")]),
    ],
)
@pytest.mark.parametrize("rows_of", ["direct", "direct+inherited", "subtree"])
def test_the_rules_of_an_entity(text: str, rows: list[tuple[str, str]], rows_of: str) -> None:
    """An entity of every scope has its own rules, whoever else's its list shows."""
    with running(data=people(), switches={"rules_list": rows_of}) as world:
        live = world.read(text)

    assert [(rule.key.action.value, rule.shown) for rule in live.rules] == rows


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("resellers/Harbor IT Services", False),
        ("customers/Acme Widgets", False),
        ("domains/acme.example", True),
        ("user_groups/acme.example/Executives", True),
        (ALICE, True),
    ],
)
def test_the_permission_of_an_entity(text: str, value: bool) -> None:  # noqa: FBT001 - a value
    """A permission is read as it is in effect, in every scope that has a configuration."""
    with running(data=people(), switches={"user_configuration": "present"}) as world:
        live = world.read(text, settings=SPAM)

    assert live.settings == {"allow_spam_release": value}


NO_SETTINGS = Diagnostic(
    Code.UNSUPPORTED_SETTING,
    "this service keeps no settings for users",
    why="The user exists, but has no configuration; a setting of the group or domain applies.",
    fix="Use the setting of the user's group or domain instead.",
    entity=f"mailprotector:{ALICE}",
)


@pytest.mark.parametrize("status", ["404", "405", "501"])
def test_a_service_without_settings_of_users(status: str) -> None:
    """Where users have no configuration, a setting of a user is refused with the reason."""
    with running(f"{CONFIGURATION} {status} times=forever", data=people()) as world:
        state = world.fetch(ALICE, "domains/acme.example", settings=SPAM)

        assert asked(world).count("GET /users/70001") == 1
    assert unread(state, ALICE) == NO_SETTINGS
    assert list(state.entities) == [entity("domains/acme.example")]


def test_the_simulator_has_no_settings_of_users() -> None:
    """Without a switch the simulator is such a service."""
    with running(data=people()) as world:
        assert unread(world.fetch(ALICE, settings=SPAM), ALICE) == NO_SETTINGS


def test_rules_of_users_need_no_settings() -> None:
    """A user without a declared setting is read at a service without settings of users."""
    with running(data=people()) as world:
        live = world.read(ALICE)

        assert CONFIGURATION not in asked(world)
    assert len(live.rules) == 1


def test_a_user_who_is_gone_meanwhile() -> None:
    """A 404 for a user who is gone is reported as that, not as a service without settings."""
    with running("GET ^/users/70001$ 404", data=people()) as world:
        diagnostic = unread(world.fetch(ALICE, settings=SPAM), ALICE)

    assert (diagnostic.code, diagnostic.summary) == (
        Code.REFUSED_BY_SERVICE,
        f"{CONFIGURATION}: refused with 404: Not found",
    )


@pytest.mark.parametrize("fault", ["403", "422", "503 times=forever", "html"])
def test_other_troubles_prove_nothing(fault: str) -> None:
    """Another failure of a user's configuration is no proof that there is none."""
    with running(f"{CONFIGURATION} {fault}", data=people()) as world:
        diagnostic = unread(world.fetch(ALICE, settings=SPAM), ALICE)

        assert "GET /users/70001" not in asked(world)
    assert diagnostic.code is not Code.UNSUPPORTED_SETTING


@pytest.mark.parametrize("text", ["domains/acme.example", "user_groups/acme.example/Default"])
def test_other_scopes_are_not_probed(text: str) -> None:
    """A 404 for the configuration of anything but a user is an error like any other."""
    with running("GET /configuration$ 404", data=people()) as world:
        diagnostic = unread(world.fetch(text, settings=SPAM), text)

        assert not any(request.startswith("GET /users/") for request in asked(world))
    assert diagnostic.code is Code.REFUSED_BY_SERVICE


TWICE = [
    ("resellers/Harbor IT Services", "resellers/id:400"),
    ("customers/Acme Widgets", "customers/id:5001"),
    ("domains/acme.example", "domains/id:9101"),
    ("user_groups/acme.example/Executives", "user_groups/id:3102"),
    (ALICE, "users/id:70001"),
]


class Nobody:
    """Does not care how far a run has come."""

    def expect(self, what: str, total: int) -> None:
        """Do nothing."""

    def advance(self) -> None:
        """Do nothing."""


def planned(world: World, texts: Iterable[str]) -> list[Diagnostic]:
    """Declare entities with an empty list of blocks each, and give the problems of the plan."""
    modes = dict.fromkeys(Action, Mode.FULL)
    desired = [
        DesiredEntity(
            entity(text), Origin("all.yaml", line, 9), modes, owned=frozenset({Action.BLOCK})
        )
        for line, text in enumerate(texts, 1)
    ]
    plan = make_plan(
        DesiredState({one.entity: one for one in desired}),
        {"mailprotector": world.provider},
        now=datetime(2026, 11, 21, tzinfo=UTC),
        progress=Nobody(),
    )
    assert [found.entity for found in plan.entities] == [entity("domains/globex.example")]
    return list(plan.problems)


@pytest.mark.parametrize(("name", "number"), TWICE)
def test_two_names_for_one_id(name: str, number: str) -> None:
    """A name and an id that mean the same entity are both refused, and the others are planned."""
    with running(data=people()) as world:
        problems = planned(world, [name, number, "domains/globex.example"])

    assert [(p.code, p.summary, str(p.origin)) for p in problems] == [
        (
            Code.SAME_ENTITY,
            f"{name} is the same entity as {number} (all.yaml:2:9)",
            "all.yaml:1:9",
        ),
        (
            Code.SAME_ENTITY,
            f"{number} is the same entity as {name} (all.yaml:1:9)",
            "all.yaml:2:9",
        ),
    ]
