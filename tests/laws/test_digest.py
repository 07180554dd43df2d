"""The digest stands for what a reviewer decided on: all of it, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from mpctl.core.change import Change, RuleChange, SettingChange
from mpctl.core.entity import Entity
from mpctl.core.match import Kind, Match
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.rule import Action, DeclaredRule, LiveRule, RuleKey
from mpctl.core.state import Account, DesiredEntity, LiveEntity
from mpctl.diagnostics import Code, Diagnostic, Origin
from tests.laws.model import ACCOUNT, plan_of
from tests.strategies import desired_entities, live_entities

ELSEWHERE = Origin("policies/elsewhere.yaml", 77, 7)
NEIGHBOUR = Entity("mailprotector", "domains", "neighbour.example")
STRANGER = Match(Kind.DOMAIN, "stranger.example")


def a_plan(*entities: EntityPlan, account: Account = ACCOUNT) -> Plan:
    """A plan of these entities at one account."""
    return Plan(accounts={"mailprotector": account}, entities=entities)


@given(desired_entities(), live_entities(), st.data())
def test_the_order_of_the_input_does_not_matter(
    desired: DesiredEntity, live: LiveEntity, data: st.DataObject
) -> None:
    """Rules, settings and rows in any order give the same plan."""
    shuffled = replace(
        desired,
        rules=dict(data.draw(st.permutations(list(desired.rules.items())))),
        absent=dict(data.draw(st.permutations(list(desired.absent.items())))),
        settings=dict(data.draw(st.permutations(list(desired.settings.items())))),
        ignored=tuple(data.draw(st.permutations(desired.ignored))),
    )
    rows = tuple(data.draw(st.permutations(live.rules)))

    plan = plan_of(desired, live)
    same = plan_of(shuffled, replace(live, rules=rows))

    assert same == plan
    assert a_plan(same).digest == a_plan(plan).digest


@given(desired_entities(), desired_entities(NEIGHBOUR), live_entities(), live_entities(NEIGHBOUR))
def test_the_order_of_entities_does_not_matter(
    one: DesiredEntity, other: DesiredEntity, live: LiveEntity, live_other: LiveEntity
) -> None:
    """Whichever entity answered first, the digest is the same."""
    plans = plan_of(one, live), plan_of(other, live_other)

    assert a_plan(*plans).digest == a_plan(*reversed(plans)).digest


@given(desired_entities(), live_entities(), st.data())
def test_the_digest_changes_with_every_change(
    desired: DesiredEntity, live: LiveEntity, data: st.DataObject
) -> None:
    """Leaving out or altering any one planned change gives another digest."""
    plan = plan_of(desired, live)
    assume(plan.planned)
    victim = data.draw(st.sampled_from(plan.planned))
    rest = tuple(change for change in plan.changes if change is not victim)

    for other in (rest, (*rest, _altered(victim))):
        assert a_plan(replace(plan, changes=other)).digest != a_plan(plan).digest


@given(desired_entities(), live_entities())
def test_the_digest_changes_with_the_ground(desired: DesiredEntity, live: LiveEntity) -> None:
    """One more row in a list that changes gives another digest and another ground."""
    plan = plan_of(desired, live)
    touched = [change.action for change in plan.planned if isinstance(change, RuleChange)]
    assume(touched)
    row = LiveRule(RuleKey(touched[0], STRANGER), "stranger.example", "1500")
    moved = replace(plan, ground=plan_of(desired, replace(live, rules=(*live.rules, row))).ground)

    assert a_plan(moved).digest != a_plan(plan).digest
    assert not plan.same_ground(moved)


@given(desired_entities(), live_entities())
def test_a_list_that_does_not_change_is_no_ground(desired: DesiredEntity, live: LiveEntity) -> None:
    """A new row in a list without planned changes leaves the digest as it is."""
    desired = replace(desired, owned=frozenset())
    plan = plan_of(desired, live)
    touched = {change.action for change in plan.planned if isinstance(change, RuleChange)}
    rows = tuple(
        LiveRule(RuleKey(action, STRANGER), "stranger.example", str(1500 + number))
        for number, action in enumerate(Action)
        if action not in touched
    )
    other = plan_of(desired, replace(live, rules=(*live.rules, *rows)))

    assert a_plan(other).digest == a_plan(plan).digest
    assert plan.same_ground(other)


@given(desired_entities(), live_entities())
def test_the_digest_changes_with_the_account(desired: DesiredEntity, live: LiveEntity) -> None:
    """The same changes at another service, or for another reseller, are another plan."""
    plan = plan_of(desired, live)
    assume(plan.planned)
    accounts = (ACCOUNT, replace(ACCOUNT, number="401"), replace(ACCOUNT, service="https://b.ex"))

    assert len({a_plan(plan, account=account).digest for account in accounts}) == 3


@given(desired_entities(), live_entities())
def test_luggage_does_not_enter_the_digest(desired: DesiredEntity, live: LiveEntity) -> None:
    """Native ids, spellings, places, reasons and findings may differ in equal plans."""
    other = plan_of(_moved(desired), _renumbered(live))

    assert a_plan(other).digest == a_plan(plan_of(desired, live)).digest


@given(desired_entities(), live_entities(), live_entities(NEIGHBOUR))
def test_entities_without_changes_do_not_enter_the_digest(
    desired: DesiredEntity, live: LiveEntity, neighbour: LiveEntity
) -> None:
    """An entity that stays as it is, and one that cannot be read, leave the digest as it is."""
    plan = plan_of(desired, live)
    idle = EntityPlan(neighbour.entity, ELSEWHERE, live_rules=len(neighbour.rules))
    more = replace(a_plan(plan, idle), problems=(Diagnostic(Code.NOT_FOUND, "gone"),))

    assert more.digest == a_plan(plan).digest


def _altered(change: Change) -> Change:
    if isinstance(change, SettingChange):
        return replace(change, before="something else")
    return replace(change, copies=change.copies + 1)


def _moved(desired: DesiredEntity) -> DesiredEntity:
    return replace(
        desired,
        origin=ELSEWHERE,
        rules={key: _reworded(rule) for key, rule in desired.rules.items()},
        absent={key: _reworded(rule) for key, rule in desired.absent.items()},
    )


def _reworded(rule: DeclaredRule) -> DeclaredRule:
    return rule._replace(shown=str(rule.key.match), origins=(ELSEWHERE,), reason="moved")


def _renumbered(live: LiveEntity) -> LiveEntity:
    rows = tuple(
        row._replace(native_id=str(int(row.native_id) * 7), shown=str(row.key.match))
        for row in live.rules
    )
    return replace(live, native_id="9102", live_name="Acme.Example", rules=rows)
