"""What has to be held back because of what was not done before it, and what need not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mpctl.core.chain import Chain
from mpctl.core.change import (
    Cause,
    Change,
    Direction,
    RuleChange,
    SettingChange,
    Verb,
    rule_direction,
)
from mpctl.core.match import parse_match
from mpctl.core.outcome import Outcome, Status
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import Action, RuleKey
from mpctl.core.schedule import Operation
from mpctl.diagnostics import Code
from mpctl.reconcile.chain_log import (
    CREATION_FAILED,
    LEVEL_FAILED,
    RIVAL_FAILED,
    SETTING_FAILED,
    ChainLog,
    not_attempted,
)
from tests.laws.forest import HERE, Node, node, service_of

RESELLER = node("resellers/harbor", "400")
CUSTOMER = node("customers/acme", "5001", RESELLER)
DOMAIN = node("domains/acme.example", "9101", CUSTOMER)
SIBLING = node("domains/acme-supply.example", "9102", CUSTOMER)
USER = node("users/alice.ng@acme.example", "70001", DOMAIN)
UNDONE = (Status.FAILED, Status.UNKNOWN, Status.NOT_ATTEMPTED)
SPAM, LEVEL = "allow_spam_release", "filter_level"
SERVICE = service_of()


def plan_for(here: Node, *changes: Change) -> EntityPlan:
    """The plan of an entity."""
    return EntityPlan(
        here.entity, HERE, native_id=here.native_id, ancestors=here.above, changes=changes
    )


CHAIN: Chain = tuple(map(plan_for, (RESELLER, CUSTOMER, DOMAIN, SIBLING, USER)))


def rule(here: Node, verb: Verb, action: Action, value: str) -> RuleChange:
    """A rule that comes to an entity, or goes from it."""
    key = RuleKey(action, parse_match(value))
    direction = rule_direction(verb, action)
    return RuleChange(here.entity, verb, key, value, direction, Cause.DECLARED)


def creation(here: Node, value: str = "new.example") -> RuleChange:
    """A block that comes."""
    return rule(here, Verb.CREATE, Action.BLOCK, value)


def removal(here: Node, value: str = "old.example") -> RuleChange:
    """A block that goes."""
    return rule(here, Verb.DELETE, Action.BLOCK, value)


def setting(here: Node, name: str = SPAM) -> SettingChange:
    """A setting that is written."""
    return SettingChange(here.entity, name, before=False, after=True, direction=Direction.LOOSENS)


def reason(change: Change, *, after: Sequence[tuple[Change, Status]]) -> str:
    """Why a change is held back after these ends; empty when it is not."""
    log = ChainLog(CHAIN, SERVICE)
    log.note([Outcome(Operation(earlier), status) for earlier, status in after])
    return log.held_back(Operation(change))


@pytest.mark.parametrize("status", UNDONE)
@pytest.mark.parametrize("where", [RESELLER, CUSTOMER, DOMAIN, USER], ids=lambda n: n.entity.scope)
def test_a_removal_waits_for_creations_in_its_chain(where: Node, status: Status) -> None:
    """What did not come at the entity, above it or below it keeps every rule where it is."""
    assert reason(removal(DOMAIN), after=[(creation(where), status)]) == CREATION_FAILED


def test_a_removal_does_not_wait_for_a_sibling() -> None:
    """What did not come at another domain of the same customer concerns other recipients."""
    assert reason(removal(DOMAIN), after=[(creation(SIBLING), Status.FAILED)]) == ""


def test_a_removal_goes_on_when_everything_came() -> None:
    """A creation that was applied holds nothing back."""
    assert reason(removal(DOMAIN), after=[(creation(CUSTOMER), Status.APPLIED)]) == ""


def test_a_removal_that_failed_holds_no_other_of_its_list_back() -> None:
    """What is still there cannot be missed."""
    failed = removal(DOMAIN, "first.example")

    assert reason(removal(DOMAIN, "second.example"), after=[(failed, Status.FAILED)]) == ""


def test_a_creation_waits_for_no_creation_of_its_list() -> None:
    """One refused block is no reason not to block the others."""
    assert reason(creation(DOMAIN, "b.example"), after=[(creation(DOMAIN), Status.FAILED)]) == ""


@pytest.mark.parametrize("where", [CUSTOMER, DOMAIN, USER], ids=lambda n: n.entity.scope)
def test_a_block_waits_for_the_allow_that_is_its_exception(where: Node) -> None:
    """Where the allow of an address did not come, the block of its domain does not come either."""
    allow = rule(where, Verb.CREATE, Action.ALLOW, "billing@spam.example")

    assert reason(creation(DOMAIN, "spam.example"), after=[(allow, Status.FAILED)]) == RIVAL_FAILED


def test_an_allow_does_not_go_before_the_block_that_it_beats() -> None:
    """Where a block stays by failure, the allow that beats it stays too."""
    allow = rule(CUSTOMER, Verb.DELETE, Action.ALLOW, "spam.example")
    stays = removal(DOMAIN, "eve@spam.example")

    assert reason(allow, after=[(stays, Status.FAILED)]) == RIVAL_FAILED


def test_rivals_of_other_senders_do_not_meet() -> None:
    """An allow for somebody else holds no block back."""
    allow = rule(DOMAIN, Verb.CREATE, Action.ALLOW, "vendor.example")

    assert reason(creation(DOMAIN, "spam.example"), after=[(allow, Status.FAILED)]) == ""


def test_rivals_of_other_recipients_do_not_meet() -> None:
    """An allow at a sibling holds no block back."""
    allow = rule(SIBLING, Verb.CREATE, Action.ALLOW, "spam.example")

    assert reason(creation(DOMAIN, "spam.example"), after=[(allow, Status.FAILED)]) == ""


@pytest.mark.parametrize("status", UNDONE)
def test_a_setting_waits_for_the_values_below(status: Status) -> None:
    """A value that was not written below would be replaced by what comes down."""
    assert reason(setting(CUSTOMER), after=[(setting(USER), status)]) == SETTING_FAILED


def test_a_setting_waits_for_no_other_setting() -> None:
    """Two permissions do not depend on each other."""
    assert reason(setting(CUSTOMER), after=[(setting(USER, LEVEL), Status.FAILED)]) == ""


def test_a_setting_waits_for_nobody_beside() -> None:
    """A sibling inherits nothing from here."""
    assert reason(setting(DOMAIN), after=[(setting(SIBLING), Status.FAILED)]) == ""


def test_a_setting_waits_for_no_rule() -> None:
    """Who may release held mail does not depend on a rule that could not be created."""
    assert reason(setting(DOMAIN), after=[(creation(DOMAIN), Status.FAILED)]) == ""


@pytest.mark.parametrize("status", UNDONE)
def test_a_level_of_filtering_waits_for_rules_that_come(status: Status) -> None:
    """Mail that the new rule would have decided over would meet the new level without it."""
    undone = [(creation(CUSTOMER), status)]

    assert reason(setting(DOMAIN, LEVEL), after=undone) == CREATION_FAILED


@pytest.mark.parametrize("status", UNDONE)
def test_a_removal_waits_for_the_level_of_filtering(status: Status) -> None:
    """Mail that the old rule decided over would meet the old level, which it never met."""
    undone = [(setting(CUSTOMER, LEVEL), status)]

    assert reason(removal(DOMAIN), after=undone) == LEVEL_FAILED
    assert reason(creation(DOMAIN), after=undone) == ""


def test_a_removal_waits_for_no_permission() -> None:
    """Who may release held mail does not decide what is held."""
    assert reason(removal(DOMAIN), after=[(setting(DOMAIN), Status.FAILED)]) == ""


def test_what_is_held_back_holds_others_back() -> None:
    """A creation that waits in vain keeps the removals of its own chain waiting too."""
    allow = rule(DOMAIN, Verb.CREATE, Action.ALLOW, "spam.example")
    block = creation(CUSTOMER, "spam.example")
    log = ChainLog(CHAIN, SERVICE)
    log.note([Outcome(Operation(allow), Status.FAILED)])
    log.note([not_attempted(Operation(block), log.held_back(Operation(block)))])

    assert log.held_back(Operation(removal(SIBLING))) == CREATION_FAILED


def test_an_entity_that_is_given_up_holds_its_chain_back() -> None:
    """Nothing of it was attempted, each change has an outcome, and removals below wait."""
    given_up = plan_for(CUSTOMER, creation(CUSTOMER), setting(CUSTOMER))
    log = ChainLog((given_up, plan_for(DOMAIN)), SERVICE)

    log.give_up(given_up, "moved", Code.MOVED)

    ends = [(end.status, end.detail, end.code) for end in log.outcomes[CUSTOMER.entity]]
    assert ends == [(Status.NOT_ATTEMPTED, "moved", Code.MOVED)] * 2
    assert log.held_back(Operation(removal(DOMAIN))) == CREATION_FAILED
