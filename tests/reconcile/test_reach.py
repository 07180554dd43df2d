"""How many users a changed setting reaches: one question for each entity where one changes."""

from __future__ import annotations

import pytest

from mpctl.core.change import SettingChange
from mpctl.core.plan import Plan
from mpctl.core.state import Mode
from tests.laws.forest import Forest, ForestProvider, node, planned, policy

CUSTOMER = node("customers/acme", "5001")
DOMAIN = node("domains/acme.example", "9101", CUSTOMER)
GROUP = node("user_groups/acme.example/executives", "3102", DOMAIN)


def service(reach: int | None = 31) -> ForestProvider:
    """The account, with this many users everywhere."""
    return ForestProvider(Forest.of(CUSTOMER, DOMAIN, GROUP), reach=reach)


def reaches(plan: Plan) -> dict[str, int | None]:
    """The users below each change of a setting."""
    return {
        f"{change.entity.name} {change.name}": change.users_below
        for entity in plan.entities
        for change in entity.changes
        if isinstance(change, SettingChange)
    }


@pytest.mark.parametrize("reach", [31, 0, None])
def test_a_changing_setting_knows_its_reach(reach: int | None) -> None:
    """The number that the service gives stands in the plan; None is unknown."""
    plan = planned(service(reach), [policy(DOMAIN, allow_spam_release=True)]).plan

    assert reaches(plan) == {"acme.example allow_spam_release": reach}


def test_one_question_for_each_entity() -> None:
    """Two settings of one entity reach the same users, who are counted once."""
    provider = service()

    planned(
        provider,
        [
            policy(CUSTOMER, allow_spam_release=True, filter_level="off"),
            policy(DOMAIN, allow_spam_release=True),
        ],
    )

    assert sorted(provider.counted) == [CUSTOMER.ref, DOMAIN.ref]


def test_a_pin_reaches_nobody() -> None:
    """What only is written explicitly changes for nobody, and nobody is counted."""
    provider = service()

    plan = planned(
        provider,
        [policy(DOMAIN, allow_spam_release=True), policy(GROUP, allow_spam_release=False)],
    ).plan

    assert reaches(plan)["acme.example/executives allow_spam_release"] is None
    assert provider.counted == [DOMAIN.ref]


def test_nobody_is_counted_for_rules_or_for_what_is_only_observed() -> None:
    """A plan that changes no setting asks for no users."""
    provider = service()
    observed = policy(CUSTOMER, settings_mode=Mode.OBSERVE, allow_spam_release=True)

    planned(provider, [observed, policy(DOMAIN, block=["spam.example"])])

    assert provider.counted == []


def test_the_reach_is_no_part_of_what_was_reviewed() -> None:
    """A user more or less does not make a reviewed plan another one."""
    desired = [policy(DOMAIN, allow_spam_release=True)]

    digests = {planned(service(reach), desired).plan.digest for reach in (31, 32, None)}

    assert len(digests) == 1
