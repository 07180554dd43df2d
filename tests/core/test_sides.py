"""Three sides, enumerated: what a rule's or setting's presence in base, head and live means."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mpctl.core.change import Cause, Group, RuleChange, SettingChange, Verb
from mpctl.core.diff import diff
from mpctl.core.entity import Entity
from mpctl.core.expired import ExpiredOnly
from mpctl.core.match import Kind, Match
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import Action, DeclaredRule, Expiry, LiveRule, RuleKey
from mpctl.core.sides import abandoned_entities, changed_entities, grouped, with_dropped
from mpctl.core.state import DesiredEntity, DesiredState, Ignore, LiveEntity, Mode
from mpctl.diagnostics import Origin
from tests.strategies import ENTITY, NOW, capabilities, declared_settings

KEY = RuleKey(Action.BLOCK, Match(Kind.DOMAIN, "spam.example"))
HERE = Origin("policies/acme.yaml", 4, 5)
RULE = DeclaredRule(KEY, "spam.example", (HERE,))
SETTING = "level"
OWNED, NOT_OWNED = frozenset(Action), frozenset[Action]()
YES, NO = True, False

# How a list is managed, at base and at head: the mode, and whether the document writes the list.
MANAGED = {
    "full": (Mode.FULL, OWNED),
    "additive": (Mode.ADDITIVE, OWNED),
    "observe": (Mode.OBSERVE, OWNED),
    "not written": (Mode.FULL, NOT_OWNED),
}


def policy(managed: str, *, declares: bool) -> DesiredEntity:
    """A document that manages its lists so, and declares the rule or not."""
    mode, owned = MANAGED[managed]
    return DesiredEntity(
        entity=ENTITY,
        origin=HERE,
        modes=dict.fromkeys(Action, mode),
        settings_mode=Mode.OBSERVE if mode is Mode.OBSERVE else Mode.FULL,
        owned=owned,
        rules={KEY: RULE} if declares else {},
    )


def live(*, has: bool) -> LiveEntity:
    """The entity as the service has it, with the rule or without."""
    rows = (LiveRule(KEY, "spam.example", "7"),) if has else ()
    return LiveEntity(ENTITY, "9101", rules=rows)


def planned(head: DesiredEntity, base: DesiredEntity | None, found: LiveEntity) -> EntityPlan:
    """The grouped plan of the three sides."""
    sides = DesiredState({ENTITY: base} if base else {})
    desired = with_dropped(DesiredState({ENTITY: head}), sides).entities[ENTITY]
    return grouped(diff(desired, found, capabilities=capabilities(), now=NOW), base, NOW)


def word(plan: EntityPlan) -> str:
    """The one change of a plan as `verb: group`; empty where there is none."""
    if not plan.changes:
        return ""
    (change,) = plan.changes
    assert change.group is not None
    watched = "" if change in plan.planned else " (not planned)"
    return f"{change.verb.value}: {change.group.value}{watched}"


# in base, in head, live -> what happens in each mode; base and head manage the list alike.
TRUTH = {
    (NO, NO, NO): dict.fromkeys(MANAGED, ""),
    (NO, NO, YES): {
        "full": "delete: drift",
        "additive": "",
        "observe": "delete: drift (not planned)",
        "not written": "",
    },
    (NO, YES, NO): {
        "full": "create: this change",
        "additive": "create: this change",
        "observe": "create: drift (not planned)",
        "not written": "create: this change",
    },
    (NO, YES, YES): dict.fromkeys(MANAGED, ""),
    (YES, NO, NO): dict.fromkeys(MANAGED, ""),
    (YES, NO, YES): {
        "full": "delete: this change",
        "additive": "delete: this change",
        "observe": "delete: drift (not planned)",
        "not written": "delete: this change",
    },
    (YES, YES, NO): {
        "full": "create: pending",
        "additive": "create: pending",
        "observe": "create: drift (not planned)",
        "not written": "create: pending",
    },
    (YES, YES, YES): dict.fromkeys(MANAGED, ""),
}


@pytest.mark.parametrize("managed", MANAGED)
@pytest.mark.parametrize(("in_base", "in_head", "is_live"), TRUTH)
def test_the_truth_table(managed: str, *, in_base: bool, in_head: bool, is_live: bool) -> None:
    """For each combination of sides and each mode, the one change and its group."""
    head, base = (policy(managed, declares=declares) for declares in (in_head, in_base))

    plan = planned(head, base, live(has=is_live))

    assert word(plan) == TRUTH[in_base, in_head, is_live][managed]


@pytest.mark.parametrize("managed", MANAGED)
@pytest.mark.parametrize(("in_head", "is_live"), [(NO, YES), (YES, NO)])
def test_what_a_new_document_changes_is_its_own(
    managed: str, *, in_head: bool, is_live: bool
) -> None:
    """An entity that the base did not name has no drift: all of its plan is from this change."""
    plan = planned(policy(managed, declares=in_head), None, live(has=is_live))

    groups = {change.group for change in plan.planned}
    assert groups <= {Group.THIS_CHANGE}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("additive", "full", "delete: this change"),
        ("not written", "full", "delete: this change"),
        ("observe", "full", "delete: this change"),
        ("full", "additive", ""),
        ("full", "not written", ""),
        ("full", "observe", "delete: drift (not planned)"),
    ],
)
def test_taking_a_list_over_is_from_this_change(before: str, after: str, expected: str) -> None:
    """An undeclared live rule goes because of the change that made the list an owned one."""
    plan = planned(policy(after, declares=NO), policy(before, declares=NO), live(has=YES))

    assert word(plan) == expected


def test_a_rule_that_was_only_watched_is_not_dropped() -> None:
    """What the base observed it never wrote, so leaving it out removes nothing."""
    plan = planned(policy("additive", declares=NO), policy("observe", declares=YES), live(has=YES))

    assert word(plan) == ""


def test_an_ignored_rule_is_not_dropped() -> None:
    """A rule that leaves the list and is ignored from now on stays live."""
    head = replace(policy("additive", declares=NO), ignored=(Ignore(Action.BLOCK, "spam.*", HERE),))

    assert word(planned(head, policy("additive", declares=YES), live(has=YES))) == ""


def test_lifting_an_ignore_is_from_this_change() -> None:
    """What the base left alone goes because of this change."""
    base = replace(policy("full", declares=NO), ignored=(Ignore(Action.BLOCK, "spam.*", HERE),))

    assert word(planned(policy("full", declares=NO), base, live(has=YES))) == "delete: this change"


@pytest.mark.parametrize(("base_has", "group"), [(YES, Group.PENDING), (NO, Group.THIS_CHANGE)])
def test_declared_absent(group: Group, *, base_has: bool) -> None:
    """A rule that must not be live is pending if the base said so, too."""
    head = replace(policy("additive", declares=NO), absent={KEY: RULE})
    base = head if base_has else policy("additive", declares=NO)

    (change,) = planned(head, base, live(has=YES)).changes

    assert change.group is group


def test_expired() -> None:
    """A declared rule that has ended is expired, whatever the base says."""
    ended = RULE._replace(expires=Expiry("2026-11-12", NOW - timedelta(days=9)))
    head = replace(policy("full", declares=YES), rules={KEY: ended})

    for base in (head, policy("full", declares=YES), policy("full", declares=NO)):
        assert word(planned(head, base, live(has=YES))) == "delete: expired"


def test_a_longer_expiry_brings_a_rule_back() -> None:
    """A rule that had ended at the base, and does not now, is created by this change."""
    ended = RULE._replace(expires=Expiry("2026-11-12", NOW - timedelta(days=9)))
    base = replace(policy("full", declares=YES), rules={KEY: ended})

    plan = planned(policy("full", declares=YES), base, live(has=NO))

    assert word(plan) == "create: this change"


@pytest.mark.parametrize(
    ("base_owns", "group"), [("full", Group.DRIFT), ("additive", Group.THIS_CHANGE)]
)
def test_surplus_copies(base_owns: str, group: Group) -> None:
    """Duplicates are drift where the base already removed them."""
    twice = replace(live(has=YES), rules=(*live(has=YES).rules, LiveRule(KEY, "spam.example", "8")))

    (change,) = planned(
        policy("full", declares=YES), policy(base_owns, declares=YES), twice
    ).changes

    assert isinstance(change, RuleChange)
    assert (change.cause, change.group) == (Cause.SURPLUS, group)


@pytest.mark.parametrize(
    ("base_value", "base_mode", "group"),
    [
        (None, Mode.FULL, Group.THIS_CHANGE),
        ("on", Mode.FULL, Group.THIS_CHANGE),
        ("off", Mode.FULL, Group.PENDING),
        ("off", Mode.OBSERVE, Group.THIS_CHANGE),
    ],
)
def test_settings(base_value: str | None, base_mode: Mode, group: Group) -> None:
    """A setting that the base wrote with the same value is pending, else from this change."""
    name = next(iter(capabilities().settings))
    values = capabilities().settings[name].values
    wanted, other = values[-1], values[0]
    words = {"off": wanted, "on": other}
    head = replace(policy("full", declares=NO), settings=declared_settings({name: wanted}))
    declared = {} if base_value is None else declared_settings({name: words[base_value]})
    base = replace(policy("full", declares=NO), settings=declared, settings_mode=base_mode)

    (change,) = planned(head, base, replace(live(has=NO), settings={name: other})).changes

    assert isinstance(change, SettingChange)
    assert change.group is group


def test_dropped_rules_say_where_they_stood() -> None:
    """A removal because of the base names the line of the base."""
    plan = planned(policy("additive", declares=NO), policy("additive", declares=YES), live(has=YES))

    (change,) = plan.changes
    assert isinstance(change, RuleChange)
    assert (change.verb, change.cause, change.origins) == (Verb.DELETE, Cause.DROPPED, (HERE,))


def test_the_daily_run_drops_nothing() -> None:
    """What expires is all that the daily run removes, also beside a base that declared more."""
    ended = RULE._replace(expires=Expiry("2026-11-12", NOW - timedelta(days=9)))
    other = RuleKey(Action.BLOCK, Match(Kind.DOMAIN, "dropped.example"))
    head = replace(policy("additive", declares=YES), rules={KEY: ended})
    base = replace(head, rules={KEY: ended, other: RULE._replace(key=other)})
    sides = with_dropped(DesiredState({ENTITY: head}), DesiredState({ENTITY: base}))
    assert set(sides.entities[ENTITY].dropped) == {other}

    daily = ExpiredOnly(blocks=True).narrow(sides, NOW).entities[ENTITY]

    assert (set(daily.rules), dict(daily.dropped)) == ({KEY}, {})


def test_the_entities_that_differ() -> None:
    """Only what is asked for counts: not where it is written, nor why."""
    other = Entity("mailprotector", "domains", "other.example")
    gone = Entity("mailprotector", "domains", "gone.example")
    head, base = policy("full", declares=YES), policy("full", declares=YES)
    moved = replace(head, rules={KEY: RULE._replace(origins=(Origin("b.yaml", 1, 1),), reason="x")})
    sides = DesiredState({ENTITY: base, gone: base})

    assert changed_entities(DesiredState({ENTITY: moved}), sides) == frozenset()
    assert changed_entities(DesiredState({ENTITY: moved, other: head}), sides) == {other}
    assert [d.entity for d in abandoned_entities(DesiredState({ENTITY: head}), sides)] == [ENTITY]
    for different in (
        policy("additive", declares=YES),
        policy("full", declares=NO),
        replace(head, settings=declared_settings({"level": "off"})),
        replace(head, rules={KEY: RULE._replace(expires=Expiry("2027-01-01", NOW))}),
        replace(head, absent={KEY: RULE}),
        replace(head, ignored=(Ignore(Action.ALLOW, "*", HERE),)),
        replace(head, owned=NOT_OWNED),
    ):
        assert changed_entities(DesiredState({ENTITY: different}), sides) == {ENTITY}
