"""Declared values are written explicitly where a value could come down from above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mpctl.core.change import Direction, SettingChange
from mpctl.core.inheritance import Changing, setting_changes, with_pins
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.state import DesiredEntity, LiveEntity, Mode
from tests.laws.forest import Node, node, policy, service_of
from tests.laws.model import plan_of
from tests.strategies import RANKS

SERVICE = service_of()
RESELLER = node("resellers/harbor", "400")
ACME = node("customers/acme", "5001", RESELLER)
GLOBEX = node("customers/globex", "5002", RESELLER)
DOMAIN = node("domains/acme.example", "9101", ACME)
GROUP = node("user_groups/acme.example/executives", "3102", DOMAIN)
USER = node("users/alice.ng@acme.example", "70001", GROUP)

LOOSER = policy(RESELLER, allow_spam_release=True)


def pinned(*policies: tuple[Node, DesiredEntity], untold: Sequence[Node] = ()) -> list[EntityPlan]:
    """Plans of entities at which every setting reads as the strictest, with their pins."""
    plans = []
    settings = {name: values[0] for name, values in RANKS.items()}
    for here, desired in policies:
        above = None if here in untold else here.above
        live = LiveEntity(here.entity, here.native_id, ancestors=above, settings=settings)
        plans.append(plan_of(desired, live, SERVICE))
    return list(with_pins(plans, {d.entity: d for _, d in policies}, SERVICE))


def pins_of(plan: EntityPlan) -> list[str]:
    """The settings that are only written explicitly."""
    return [c.name for c in plan.planned if isinstance(c, SettingChange) and c.pins]


@pytest.mark.parametrize("below", [ACME, DOMAIN, GROUP, USER], ids=lambda node: node.entity.scope)
def test_a_declared_descendant_is_pinned(below: Node) -> None:
    """Where a setting changes above, the declared value is written though it reads equal."""
    _, plan = pinned((RESELLER, LOOSER), (below, policy(below, allow_spam_release=False)))

    (pin,) = plan.planned
    assert isinstance(pin, SettingChange)
    assert (pin.before, pin.after, pin.direction) == (False, False, Direction.NEUTRAL)
    assert pin.declaration == policy(below, allow_spam_release=False).settings[pin.name]


def test_a_pin_is_part_of_what_was_reviewed() -> None:
    """The digest of a plan is another one without its pins."""
    with_pin = pinned((RESELLER, LOOSER), (DOMAIN, policy(DOMAIN, allow_spam_release=False)))

    without = [with_pin[0], replace(with_pin[1], changes=())]
    assert Plan(entities=tuple(with_pin)).digest != Plan(entities=tuple(without)).digest


def test_a_pin_is_no_change() -> None:
    """A pin changes no value, so it pins nobody further down and reaches no users."""
    _, plan = pinned((RESELLER, LOOSER), (DOMAIN, policy(DOMAIN, allow_spam_release=False)))

    assert list(setting_changes(plan)) == []


def test_a_value_that_changes_anyway_is_written_once() -> None:
    """A descendant whose own value changes has that change, and no pin beside it."""
    _, plan = pinned((RESELLER, LOOSER), (DOMAIN, policy(DOMAIN, allow_spam_release=True)))

    (change,) = plan.planned
    assert isinstance(change, SettingChange)
    assert not change.pins


def test_another_setting_is_left_alone() -> None:
    """Only the setting that changes above is written below."""
    both = policy(DOMAIN, allow_spam_release=False, filter_level="exclusive")

    _, plan = pinned((RESELLER, LOOSER), (DOMAIN, both))

    assert pins_of(plan) == ["allow_spam_release"]


def test_two_settings_at_once() -> None:
    """Each setting that changes above is written below."""
    _, plan = pinned(
        (RESELLER, policy(RESELLER, allow_spam_release=True, filter_level="off")),
        (USER, policy(USER, allow_spam_release=False, filter_level="exclusive")),
    )

    assert pins_of(plan) == ["allow_spam_release", "filter_level"]


def test_an_undeclared_setting_is_nobodys_business() -> None:
    """A descendant whose policy does not write the setting inherits as before."""
    _, plan = pinned((RESELLER, LOOSER), (DOMAIN, policy(DOMAIN, block=[])))

    assert plan.changes == ()


def test_an_observed_descendant_is_not_written() -> None:
    """What mpctl only watches is not written, not even with the value it has."""
    observed = policy(DOMAIN, settings_mode=Mode.OBSERVE, allow_spam_release=False)

    _, plan = pinned((RESELLER, LOOSER), (DOMAIN, observed))

    assert plan.changes == ()


def test_an_observed_ancestor_changes_nothing() -> None:
    """A difference that nobody writes pins nobody."""
    observed = policy(RESELLER, settings_mode=Mode.OBSERVE, allow_spam_release=True)

    _, plan = pinned((RESELLER, observed), (DOMAIN, policy(DOMAIN, allow_spam_release=False)))

    assert plan.changes == ()


@pytest.mark.parametrize("changing", [DOMAIN, GLOBEX], ids=["below", "beside"])
def test_only_what_stands_below_is_pinned(changing: Node) -> None:
    """A setting that changes below or beside an entity comes down to nobody else."""
    _, plan = pinned(
        (changing, policy(changing, allow_spam_release=True)),
        (ACME, policy(ACME, allow_spam_release=False)),
    )

    assert plan.changes == ()


def test_who_does_not_know_its_ancestors_is_pinned_for_any_level_above() -> None:
    """Where the service does not tell, a change at any higher level may come down."""
    desired = policy(DOMAIN, allow_spam_release=False)

    _, plan = pinned(
        (GLOBEX, policy(GLOBEX, allow_spam_release=True)), (DOMAIN, desired), untold=[DOMAIN]
    )

    assert pins_of(plan) == ["allow_spam_release"]


@pytest.mark.parametrize("path", ["domains/globex.example", "user_groups/acme.example/default"])
def test_who_does_not_know_its_ancestors_is_not_pinned_for_levels_below(path: str) -> None:
    """A change at the same level or below never comes down, whoever stands where."""
    elsewhere = node(path, "1")

    _, plan = pinned(
        (elsewhere, policy(elsewhere, allow_spam_release=True)),
        (DOMAIN, policy(DOMAIN, allow_spam_release=False)),
        untold=[DOMAIN],
    )

    assert plan.changes == ()


def test_without_changes_there_are_no_pins() -> None:
    """Declared values that are live already stay unwritten as long as nothing changes above."""
    plans = pinned(
        (RESELLER, policy(RESELLER, allow_spam_release=False)),
        (DOMAIN, policy(DOMAIN, allow_spam_release=False)),
    )

    assert [plan.changes for plan in plans] == [(), ()]
    assert Changing.of(plans, SERVICE).settings == frozenset()
