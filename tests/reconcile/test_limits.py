"""The guards that count: at the limit, one above it, and with each way of lifting them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mpctl.core.guards import Check, Guard, Guards, Lift, Lifting
from mpctl.core.plan import Plan
from mpctl.core.refusals import lifted, refusals
from mpctl.core.rule import LiveRule
from mpctl.core.state import DesiredEntity, Mode
from mpctl.diagnostics import Severity
from tests.laws.forest import Forest, ForestProvider, Node, node, policy, with_rules
from tests.reconcile.guards import guarded, the
from tests.strategies import NOW

ACME = node("customers/acme", "5001")
DOMAIN = node("domains/acme.example", "9101", ACME)
OTHER = node("domains/globex.example", "9201")
TODAY = NOW.date()
ONE_GUARD = Guards(10**6, 100, 10**6, 10**6)
BY_FLAG = {
    Guard.MAX_REMOVALS: "removals",
    Guard.MAX_LOOSENING: "loosening",
    Guard.MAX_TIGHTENING: "tightening",
}
LIMITED_TO_THREE = {
    Guard.MAX_REMOVALS: replace(ONE_GUARD, max_removals=3),
    Guard.MAX_LOOSENING: replace(ONE_GUARD, max_loosening=3),
    Guard.MAX_TIGHTENING: replace(ONE_GUARD, max_tightening=3),
}

OTHERS_LIFTED = {
    Guard.MAX_REMOVALS: Lifting(loosening=99, tightening=99),
    Guard.MAX_LOOSENING: Lifting(removals=99, tightening=99),
    Guard.MAX_TIGHTENING: Lifting(removals=99, loosening=99),
}


def by_option(guard: Guard, number: int | None) -> Lifting:
    """What the option of one guard lifts."""
    return {
        Guard.MAX_REMOVALS: Lifting(removals=number),
        Guard.MAX_LOOSENING: Lifting(loosening=number),
        Guard.MAX_TIGHTENING: Lifting(tightening=number),
    }[guard]


def values(number: int, name: str = "a") -> list[str]:
    """So many domains."""
    return [f"{name}{index}.example" for index in range(number)]


def plan_of(
    number: int, guards: Guards, lifting: Lifting | None = None, *, allow: bool = True
) -> Plan:
    """A plan that removes so many allows, or blocks."""
    live = (
        with_rules(DOMAIN, allow=values(number))
        if allow
        else with_rules(DOMAIN, block=values(number))
    )
    desired = policy(DOMAIN, allow=[]) if allow else policy(DOMAIN, block=[])
    return guarded(ForestProvider(Forest.of(ACME, live)), [desired], guards, lifting)


def counted(guard: Guard, number: int, *lifts: Lift, by_hand: int | None = None) -> Check:
    """What a guard with limit 3 says to so many changes of its kind."""
    guards = replace(LIMITED_TO_THREE[guard], lifts=lifts)
    lifting = by_option(guard, by_hand)
    plan = plan_of(number, guards, lifting, allow=guard is not Guard.MAX_LOOSENING)
    assert bool(plan.refused) == the(plan, guard).refused
    return the(plan, guard)


def lift(guard: Guard, up_to: int, until: date = TODAY) -> Lift:
    """A reviewed entry."""
    return Lift(guard.value, up_to, until, "HD-4790")


@pytest.mark.parametrize("guard", BY_FLAG)
def test_a_limit_is_the_most_that_is_let_through(guard: Guard) -> None:
    """At the limit an apply goes on, one above it is refused."""
    assert counted(guard, 3) == Check(
        guard, 3, 3, refused=False, removals=3 * (guard is Guard.MAX_REMOVALS)
    )
    assert counted(guard, 4) == Check(
        guard, 3, 4, refused=True, removals=4 * (guard is Guard.MAX_REMOVALS)
    )


@pytest.mark.parametrize("guard", BY_FLAG)
def test_an_option_lifts_a_guard_up_to_its_number(guard: Guard) -> None:
    """The number is the new limit, and who raised it is said."""
    flag = f"--allow-{BY_FLAG[guard]}"
    enough, too_little = counted(guard, 5, by_hand=5), counted(guard, 5, by_hand=4)

    assert (enough.limit, enough.refused, enough.lifted_by) == (5, False, f"{flag} 5")
    assert (too_little.limit, too_little.refused) == (4, True)


@pytest.mark.parametrize("guard", BY_FLAG)
def test_an_entry_lifts_a_guard_until_its_day_is_over(guard: Guard) -> None:
    """The last day counts, the day after does not."""
    check = counted(guard, 5, lift(guard, 5))

    assert (check.limit, check.refused) == (5, False)
    assert check.lifted_by == f"guards.lifts up to 5 until {TODAY}: HD-4790"
    assert counted(guard, 5, lift(guard, 5, TODAY - timedelta(days=1))).refused
    assert counted(guard, 5, lift(guard, 4)).refused


@pytest.mark.parametrize("guard", BY_FLAG)
def test_an_entry_lifts_no_other_guard(guard: Guard) -> None:
    """Each entry names the guard that it is for."""
    assert counted(guard, 5, *(lift(other, 5) for other in BY_FLAG if other is not guard)).refused


@pytest.mark.parametrize("guard", BY_FLAG)
def test_an_option_lifts_no_other_guard(guard: Guard) -> None:
    """There is no option for everything."""
    others = OTHERS_LIFTED[guard]
    guards = LIMITED_TO_THREE[guard]

    plan = plan_of(5, guards, others, allow=guard is not Guard.MAX_LOOSENING)

    assert [check.guard for check in plan.refused] == [guard]


def test_the_highest_of_several_lifts_counts() -> None:
    """Neither an option nor an entry lowers what another one allows, or the limit itself."""
    guard = Guard.MAX_REMOVALS
    assert counted(guard, 6, lift(guard, 6), lift(guard, 4), by_hand=5).limit == 6
    assert counted(guard, 6, lift(guard, 4), by_hand=6).lifted_by == "--allow-removals 6"
    assert counted(guard, 3, lift(guard, 1), by_hand=2).limit == 3


def test_a_lift_that_makes_no_difference_is_not_told() -> None:
    """What stays below the declared limit needed no exception."""
    check = counted(Guard.MAX_REMOVALS, 3, lift(Guard.MAX_REMOVALS, 9), by_hand=9)

    assert (check.lifted_by, check.refused) == ("", False)


def shared(removed: int, kept: int, lifting: Lifting | None = None, *lifts: Lift) -> list[Check]:
    """What the guard of shares, at 30 percent, says of a domain that loses so many rules."""
    live = with_rules(DOMAIN, allow=[*values(removed), *values(kept, "k")])
    guards = replace(ONE_GUARD, max_removals_percent=30, lifts=lifts)
    provider = ForestProvider(Forest.of(ACME, live))
    plan = guarded(provider, [policy(DOMAIN, allow=values(kept, "k"))], guards, lifting)
    return [check for check in plan.guards if check.guard is Guard.MAX_REMOVALS_PERCENT]


def test_a_share_is_of_the_entitys_live_rules() -> None:
    """Three of ten are let through, four are not, and a part of a percent counts as a whole."""
    assert shared(3, 7) == []
    assert [(c.found, c.limit, c.what, c.refused) for c in shared(4, 6)] == [
        (40, 30, "4 of 10 live rules", True)
    ]
    assert [c.found for c in shared(31, 69)] == [31]
    assert [c.found for c in shared(61, 139)] == [31]


def test_a_single_removal_is_never_too_large_a_share() -> None:
    """The only rule of an entity may go; of two, both may not."""
    assert shared(1, 0) == []
    assert [c.refused for c in shared(2, 0)] == [True]


def test_a_share_is_lifted_by_the_option_for_removals() -> None:
    """The number is of rules, and counts for each entity."""
    (enough,), (too_little,) = shared(4, 6, Lifting(removals=4)), shared(4, 6, Lifting(removals=3))

    assert (enough.refused, enough.lifted_by) == (False, "--allow-removals 4")
    assert (too_little.refused, too_little.lifted_by) == (True, "")


def test_a_share_is_lifted_by_an_entry_in_percent() -> None:
    """Up to its number, and until its day."""
    guard = Guard.MAX_REMOVALS_PERCENT
    (enough,), (too_little,) = (shared(4, 6, None, lift(guard, n)) for n in (40, 39))
    (too_late,) = shared(4, 6, None, lift(guard, 40, TODAY - timedelta(days=1)))

    assert (enough.refused, enough.limit) == (False, 40)
    assert enough.lifted_by.startswith("guards.lifts up to 40")
    assert (too_little.refused, too_late.refused) == (True, True)


def test_copies_make_a_share_no_smaller() -> None:
    """Ten copies of three rules are three rules, of which two are more than a third."""
    live = with_rules(DOMAIN, allow=[v for v in values(3) for _ in range(10)])
    guards = replace(ONE_GUARD, max_removals_percent=30)
    provider = ForestProvider(Forest.of(ACME, live))
    plan = guarded(provider, [policy(DOMAIN, allow=values(1))], guards)

    check = the(plan, Guard.MAX_REMOVALS_PERCENT)
    assert (check.found, check.what) == (67, "2 of 3 live rules")
    assert the(plan, Guard.MAX_REMOVALS).found == 2


def removals(nodes: list[Node], *policies: DesiredEntity) -> int:
    """How many removals a plan counts."""
    return the(guarded(ForestProvider(Forest.of(*nodes)), policies), Guard.MAX_REMOVALS).found


def test_surplus_copies_are_no_removals() -> None:
    """The rule stays."""
    live = with_rules(DOMAIN, allow=["a.example"] * 5)

    assert removals([ACME, live], policy(DOMAIN, allow=["a.example"])) == 0


def test_a_rule_with_copies_is_one_removal() -> None:
    """However many rows are deleted."""
    live = with_rules(DOMAIN, allow=["a.example"] * 5)

    assert removals([ACME, live], policy(DOMAIN, allow=[])) == 1


def test_a_flip_is_no_removal() -> None:
    """A value that goes from one list to the other is still there, but not another value."""
    live = with_rules(DOMAIN, allow=["a.example", "b.example"])

    assert removals([ACME, live], policy(DOMAIN, allow=[], block=["a.example"])) == 1


def test_a_flip_at_another_entity_is_a_removal() -> None:
    """The value goes where it was."""
    live = with_rules(DOMAIN, allow=["a.example"])
    there = policy(OTHER, block=["a.example"])

    assert removals([ACME, live, OTHER], policy(DOMAIN, allow=[]), there) == 1


def test_a_rule_that_moved_is_no_removal() -> None:
    """It stands above."""
    live = with_rules(DOMAIN, block=["a.example", "b.example"])
    above = policy(ACME, block=["a.example"])

    assert removals([ACME, live], policy(DOMAIN, block=[]), above) == 1


def test_what_is_only_observed_or_withheld_does_not_count() -> None:
    """No apply would do it."""
    observed = policy(DOMAIN, allow=[])
    observed = replace(observed, modes=dict.fromkeys(observed.modes, Mode.OBSERVE))
    mine = with_rules(OTHER, allow=values(3))
    foreign = tuple(row._replace(owned_here=False) for row in mine.rules)
    assert all(isinstance(row, LiveRule) for row in foreign)
    live = [ACME, with_rules(DOMAIN, allow=values(3)), replace(mine, rules=foreign)]
    plan = guarded(
        ForestProvider(Forest.of(*live)), [observed, policy(OTHER, allow=[])], Guards(0, 0, 0, 0)
    )

    assert plan.refused == ()


def test_removals_add_up_over_entities() -> None:
    """The limit is for the whole plan."""
    nodes = [ACME, with_rules(DOMAIN, allow=values(2)), with_rules(OTHER, allow=values(3))]

    assert removals(nodes, policy(DOMAIN, allow=[]), policy(OTHER, allow=[])) == 5


def test_settings_count_by_their_direction() -> None:
    """A release that is granted loosens, one that is taken away tightens."""
    live = node("domains/acme.example", "9101", ACME, allow_spam_release=False, filter_level="off")
    plan = guarded(
        ForestProvider(Forest.of(ACME, live)),
        [policy(live, allow_spam_release=True, filter_level="on")],
        Guards(max_loosening=0, max_tightening=0),
    )

    assert [(c.guard, c.found) for c in plan.refused] == [
        (Guard.MAX_LOOSENING, 1),
        (Guard.MAX_TIGHTENING, 1),
    ]


def test_a_refusal_says_what_to_do() -> None:
    """Take over, lift by which option and number or by an entry, or split."""
    (refusal,) = refusals(plan_of(25, replace(ONE_GUARD, max_removals=20)))

    assert (refusal.code, refusal.severity) == ("too-many-removals", Severity.ERROR)
    assert refusal.summary == "rules that would be removed: 25, the limit is 20"
    assert refusal.fix == (
        "Take over into the policies what should stay.\n"
        "If it is meant, add --allow-removals 25 for this run,\n"
        "or {guard: max_removals, up_to: 25, until: ..., reason: ...} under guards.lifts, "
        "reviewed like any change.\n"
        "Or apply in parts with --only."
    )


def test_one_number_lifts_both_guards_of_removals() -> None:
    """Every refusal of removals names the number that serves all of them."""
    plan = plan_of(25, Guards(max_tightening=10**6))

    assert [d.code for d in refusals(plan)] == ["too-many-removals", "too-large-a-share"]
    assert all("--allow-removals 25" in d.fix for d in refusals(plan))
    assert "{guard: max_removals_percent, up_to: 100, " in refusals(plan)[1].fix
    again = plan_of(25, Guards(max_tightening=10**6), Lifting(removals=25))
    assert again.refused == ()
    assert [note.summary for note in lifted(again)] == [
        "rules that would be removed: 25, the limit is 25; lifted by --allow-removals 25",
        (
            "share of its rules that would be removed: 100% (25 of 25 live rules), "
            "the limit is 30%; lifted by --allow-removals 25"
        ),
    ]


def test_nothing_to_do_is_never_refused() -> None:
    """Limits of zero stop changes only."""
    plan = plan_of(0, Guards(0, 0, 0, 0))

    assert (plan.refused, [check.found for check in plan.guards]) == ((), [0, 0, 0])
