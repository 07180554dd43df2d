"""Where only allowed senders get through, no plan leaves the allow list empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mpctl.core.guards import Guard, Guards
from mpctl.core.refusals import refusals
from mpctl.core.rule import SettingValue
from mpctl.core.state import DesiredEntity
from mpctl.reconcile import Guarding
from tests.laws.forest import (
    TARGET,
    Forest,
    ForestProvider,
    node,
    planned,
    policy,
    service_of,
    with_rules,
)
from tests.reconcile.guards import allowing, guarded
from tests.strategies import NOW

SETTING = "filter_level"
LENIENT = Guards(100, 100, 100, 100)
MAILBOX = node("users/sales@acme.example", "71001")
PATH = "mailprotector:users/sales@acme.example"


def provider_of(
    allow: Sequence[str], level: SettingValue | None, *, scopes: frozenset[str] = frozenset()
) -> ForestProvider:
    """A mailbox with these allows, at a service with such a value."""
    service = service_of()
    spec = replace(service.settings[SETTING], allowed_only="exclusive", scopes=scopes)
    live = with_rules(MAILBOX, allow=allow, block=["b.example"])
    return ForestProvider(
        Forest.of(replace(live, own={} if level is None else {SETTING: level})),
        replace(service, settings={**service.settings, SETTING: spec}),
        shows_own=True,
    )


def found(provider: ForestProvider, desired: DesiredEntity) -> list[str]:
    """What the guard says."""
    plan = guarded(provider, [desired], LENIENT)
    assert {check.guard for check in plan.refused} <= {Guard.EMPTIED_SAFELIST}
    return [check.what for check in plan.refused]


EMPTIED = ["no allow would be left where filter_level is exclusive"]


def test_removing_the_last_allow_is_refused() -> None:
    """The value need not be declared: it is asked for."""
    provider = provider_of(["a.example", "c.example"], "exclusive")

    assert found(provider, policy(MAILBOX, allow=[])) == EMPTIED


def test_an_allow_that_stays_is_enough() -> None:
    """One is left."""
    provider = provider_of(["a.example", "c.example"], "exclusive")

    assert found(provider, policy(MAILBOX, allow=["c.example"])) == []


def test_an_allow_that_is_added_is_enough() -> None:
    """All others may go, and nobody needs to be asked."""
    provider = provider_of(["a.example"], "exclusive")

    assert found(provider, policy(MAILBOX, allow=["new.example"])) == []


@pytest.mark.parametrize("level", ["on", "off"])
def test_elsewhere_an_allow_list_may_be_empty(level: str) -> None:
    """At another value everybody's mail gets through the filter."""
    provider = provider_of(["a.example"], level)

    assert found(provider, policy(MAILBOX, allow=[])) == []


def test_setting_the_value_over_an_empty_list_is_refused() -> None:
    """The list need not be declared: it is asked for."""
    assert found(provider_of([], "on"), policy(MAILBOX, filter_level="exclusive")) == EMPTIED
    assert found(provider_of(["a.example"], "on"), policy(MAILBOX, filter_level="exclusive")) == []


def test_setting_the_value_while_the_list_is_emptied_is_refused() -> None:
    """Both together in one plan."""
    desired = policy(MAILBOX, allow=[], filter_level="exclusive")

    assert found(provider_of(["a.example"], "on"), desired) == EMPTIED


def test_leaving_the_value_while_the_list_is_emptied_is_free() -> None:
    """What counts is the value after the plan."""
    desired = policy(MAILBOX, allow=[], filter_level="on")

    assert found(provider_of(["a.example"], "exclusive"), desired) == []


def test_surplus_copies_leave_the_rule() -> None:
    """A list with one rule five times is not emptied."""
    provider = provider_of(["a.example"] * 5, "exclusive")

    assert found(provider, policy(MAILBOX, allow=["a.example"])) == []


def test_blocks_do_not_matter() -> None:
    """Neither do they let mail through, nor does removing them hold any."""
    provider = provider_of([], "exclusive")

    assert found(provider, policy(MAILBOX, block=["new.example"])) == []


def test_a_value_that_is_not_told_is_refused() -> None:
    """It may be that one."""
    provider = provider_of(["a.example"], None)

    assert found(provider, policy(MAILBOX, allow=[])) == [
        "no allow would be left where filter_level is unknown, and may be exclusive"
    ]


def test_an_entity_that_cannot_be_read_any_more_is_refused() -> None:
    """It could when the plan was made, but what matters now is unknown."""
    provider = provider_of(["a.example"], "exclusive")
    plan = planned(provider, [policy(MAILBOX, allow=[])]).plan
    provider.unread = frozenset({MAILBOX.entity})

    (check,) = Guarding(LENIENT, TARGET).over(plan, {TARGET: provider}, NOW).refused

    assert check.what == "whether an allow stays, and what filter_level is, could not be read"


def test_a_scope_without_the_setting_is_free() -> None:
    """A domain that has no such value cannot hold everything by it."""
    provider = provider_of(["a.example"], None, scopes=frozenset({"domains"}))

    assert found(provider, policy(MAILBOX, allow=[])) == []


def test_nothing_lifts_it() -> None:
    """No option, and no entry: declare an allow or another value."""
    provider = provider_of(["a.example"], "exclusive")
    plan = guarded(
        provider,
        [policy(MAILBOX, allow=[])],
        LENIENT,
        replace(allowing(PATH), removals=99, loosening=99, tightening=99),
    )

    (refusal,) = refusals(plan)
    assert refusal.summary == f"nobody's mail would get through: {EMPTIED[0]}"
    assert refusal.entity == PATH
    assert "--allow" not in refusal.fix


def test_services_without_such_a_value_are_not_asked() -> None:
    """Nothing is read twice."""
    provider = ForestProvider(Forest.of(with_rules(MAILBOX, allow=["a.example"])))

    assert found(provider, policy(MAILBOX, allow=[])) == []
    assert len(provider.asked_for) == 1
