"""What waits for a declared entity that could not be read, and what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mpctl.core.change import Standing, subject_of
from mpctl.core.entity import Entity
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import Action, Expiry
from mpctl.core.state import DesiredEntity, LiveEntity, Mode
from mpctl.core.unseen import withhold_for_unseen
from mpctl.diagnostics import Code, Severity
from tests.laws.forest import Node, node, policy, service_of, with_rules
from tests.laws.model import plan_of
from tests.strategies import NOW

SERVICE = service_of()
CUSTOMER = node("customers/acme", "5001")
DOMAIN = node("domains/acme.example", "9101", CUSTOMER)
GROUP = node("user_groups/acme.example/executives", "3102", DOMAIN)


def waiting(here: Node, desired: DesiredEntity, *unseen: DesiredEntity) -> EntityPlan:
    """The plan of an entity while others could not be read."""
    live = LiveEntity(
        here.entity, here.native_id, ancestors=here.above, rules=here.rules, settings=here.own
    )
    return withhold_for_unseen(plan_of(desired, live, SERVICE), unseen, SERVICE, NOW)


def withheld(plan: EntityPlan) -> list[str]:
    """What is withheld, in words."""
    return [" ".join(subject_of(change)) for change in plan.standing(Standing.WITHHELD)]


def test_a_setting_waits_for_an_unseen_entity_below() -> None:
    """What changes above could come down to an entity that declares the same setting."""
    plan = waiting(
        DOMAIN,
        policy(DOMAIN, allow_spam_release=True, filter_level="off"),
        policy(GROUP, allow_spam_release=False),
    )

    assert withheld(plan) == ["update allow_spam_release"]
    assert [subject_of(change) for change in plan.planned] == [("update", "filter_level")]


def test_what_waits_is_said() -> None:
    """A warning at the entity names whom its changes wait for, and how many there are."""
    plan = waiting(
        DOMAIN,
        policy(DOMAIN, allow_spam_release=True, filter_level="off"),
        policy(GROUP, allow_spam_release=False, filter_level="on"),
    )

    (finding,) = plan.findings
    assert (finding.code, finding.severity) == (Code.UNSEEN, Severity.WARNING)
    assert finding.entity == str(DOMAIN.entity)
    assert finding.summary == (
        "2 changes wait for user_groups/acme.example/executives, which could not be read"
    )


@pytest.mark.parametrize("other", [CUSTOMER, node("domains/globex.example", "9201")])
def test_a_setting_waits_for_nobody_above_or_beside(other: Node) -> None:
    """Nothing comes up or across by inheritance."""
    plan = waiting(
        DOMAIN, policy(DOMAIN, allow_spam_release=True), policy(other, allow_spam_release=False)
    )

    assert (withheld(plan), plan.findings) == ([], ())


@pytest.mark.parametrize("other", [CUSTOMER, GROUP], ids=["above", "below"])
def test_a_removal_waits_for_an_unseen_entity_that_may_take_over(other: Node) -> None:
    """A block that goes here may be one that moves there, and is not there yet."""
    here = with_rules(DOMAIN, block=["spam.example", "old-spammer.example"])

    plan = waiting(here, policy(here, block=[]), policy(other, block=["spam.example"]))

    assert withheld(plan) == ["delete block domain spam.example"]
    assert len(plan.planned) == 1


def test_what_is_only_observed_waits_for_nobody() -> None:
    """A removal that apply would not make stays observed, and no warning counts it."""
    here = with_rules(DOMAIN, block=["spam.example"])
    watching = replace(policy(here, block=[]), modes=dict.fromkeys(Action, Mode.OBSERVE))

    plan = waiting(here, watching, policy(CUSTOMER, block=["spam.example"]))

    assert [change.standing for change in plan.changes] == [Standing.OBSERVED]
    assert plan.findings == ()


def test_a_narrower_rule_may_take_over_too() -> None:
    """The block of a domain waits for a block of one of its addresses."""
    here = with_rules(DOMAIN, block=["spam.example"])

    plan = waiting(here, policy(here, block=[]), policy(CUSTOMER, block=["eve@spam.example"]))

    assert withheld(plan) == ["delete block domain spam.example"]


def test_a_rule_of_the_other_list_takes_nothing_over() -> None:
    """An allow elsewhere is no reason to keep a block."""
    here = with_rules(DOMAIN, block=["spam.example"])

    plan = waiting(here, policy(here, block=[]), policy(CUSTOMER, allow=["spam.example"]))

    assert withheld(plan) == []


def test_an_entity_of_the_same_level_takes_nothing_over() -> None:
    """A rule moves up or down a chain, not across."""
    here = with_rules(DOMAIN, block=["spam.example"])
    beside = node("domains/globex.example", "9201")

    plan = waiting(here, policy(here, block=[]), policy(beside, block=["spam.example"]))

    assert withheld(plan) == []


def test_an_expired_rule_takes_nothing_over() -> None:
    """A rule that has ended will not come."""
    here = with_rules(DOMAIN, block=["spam.example"])
    other = policy(CUSTOMER, block=["spam.example"])
    over = Expiry("2026-11-20", NOW - timedelta(hours=3))
    rules = {key: rule._replace(expires=over) for key, rule in other.rules.items()}

    plan = waiting(here, policy(here, block=[]), replace(other, rules=rules))

    assert withheld(plan) == []


def test_creations_wait_for_nobody() -> None:
    """A rule that comes takes nothing away from anybody."""
    plan = waiting(
        DOMAIN, policy(DOMAIN, block=["spam.example"]), policy(GROUP, block=["spam.example"])
    )

    assert withheld(plan) == []


def test_nobody_waits_for_what_is_only_observed() -> None:
    """An entity that is never written gets neither a rule nor a value of its own."""
    here = with_rules(DOMAIN, block=["spam.example"])
    observed = policy(GROUP, settings_mode=Mode.OBSERVE, block=["spam.example"], filter_level="on")
    modes = dict.fromkeys(Action, Mode.OBSERVE)

    plan = waiting(here, policy(here, block=[], filter_level="off"), replace(observed, modes=modes))

    assert withheld(plan) == []


def test_nobody_waits_for_another_target() -> None:
    """Entities of two targets do not stand above each other."""
    other = policy(GROUP, allow_spam_release=False)
    foreign = replace(other, entity=Entity("second", GROUP.entity.scope, GROUP.entity.name))

    assert withheld(waiting(DOMAIN, policy(DOMAIN, allow_spam_release=True), foreign)) == []
