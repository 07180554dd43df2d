"""The order in which the changes of an entity are made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import Cause, RuleChange, SettingChange, Verb, rule_direction
from mpctl.core.diff import diff
from mpctl.core.match import Kind, Match
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import (
    Action,
    DeclaredRule,
    DeclaredSetting,
    LiveRule,
    RuleKey,
)
from mpctl.core.schedule import Batch, Operation, Step, schedule, step_of
from mpctl.core.state import DesiredEntity, LiveEntity, Mode
from mpctl.diagnostics import Origin
from tests.strategies import ENTITY, NOW, capabilities

HERE = Origin("policies/acme.yaml", 1, 1)
OLD = {Action.ALLOW: "old-vendor.example", Action.BLOCK: "old-spammer.example"}
NEW = {Action.ALLOW: "vendor.example", Action.BLOCK: "spammer.example"}


def key(action: Action, value: str) -> RuleKey:
    """The identity of a rule on a domain."""
    return RuleKey(action, Match(Kind.DOMAIN, value))


def policy(*keys: RuleKey) -> DesiredEntity:
    """A policy that declares these rules and a release permission, and owns both lists."""
    return DesiredEntity(
        ENTITY,
        HERE,
        modes=dict.fromkeys(Action, Mode.FULL),
        owned=frozenset(Action),
        rules={key: DeclaredRule(key, str(key.match), (HERE,)) for key in keys},
        settings={
            "allow_spam_release": DeclaredSetting("allow_spam_release", value=True, origin=HERE)
        },
    )


def live(*rows: tuple[str, RuleKey]) -> LiveEntity:
    """A live entity with these rows, by id."""
    rules = tuple(LiveRule(key, str(key.match), native_id) for native_id, key in rows)
    return LiveEntity(ENTITY, "9101", "acme.example", rules=rules)


def scheduled(
    desired: DesiredEntity, state: LiveEntity, service: Capabilities
) -> tuple[Batch, ...]:
    """The batches that lead from one to the other."""
    return schedule(diff(desired, state, capabilities=service, now=NOW), state, service)


def described(operation: Operation) -> str:
    """An operation in a few words."""
    change = operation.change
    if isinstance(change, SettingChange):
        return f"set {change.name}"
    return f"{change.verb} {change.action} {change.match} {operation.native_id}".strip()


def everything_at_once(wins: Action) -> list[list[str]]:
    """The batches of a plan in which every step occurs."""
    state = live(
        ("1", key(Action.ALLOW, OLD[Action.ALLOW])), ("2", key(Action.BLOCK, OLD[Action.BLOCK]))
    )
    desired = policy(*(key(action, value) for action, value in NEW.items()))
    batches = scheduled(desired, state, capabilities(wins))
    return [[described(operation) for operation in batch.operations] for batch in batches]


def test_where_allow_wins() -> None:
    """Where allow wins: allow in, block in, settings, block out, allow out."""
    assert everything_at_once(Action.ALLOW) == [
        ["create allow vendor.example"],
        ["create block spammer.example"],
        ["set allow_spam_release"],
        ["delete block old-spammer.example 2"],
        ["delete allow old-vendor.example 1"],
    ]


def test_where_block_wins() -> None:
    """Where block wins: block in, allow in, settings, allow out, block out."""
    assert everything_at_once(Action.BLOCK) == [
        ["create block spammer.example"],
        ["create allow vendor.example"],
        ["set allow_spam_release"],
        ["delete allow old-vendor.example 1"],
        ["delete block old-spammer.example 2"],
    ]


def test_every_copy_is_deleted_by_its_id() -> None:
    """Removing a rule removes every row that holds it, each by its own id."""
    gone = key(Action.BLOCK, "spam.example")
    batches = scheduled(policy(), live(("7", gone), ("30", gone)), capabilities())

    deletes = [o for batch in batches for o in batch.operations if o.native_id]
    assert [described(operation) for operation in deletes] == [
        "delete block spam.example 7",
        "delete block spam.example 30",
    ]


def test_the_lowest_id_of_duplicates_stays() -> None:
    """Of a declared rule's copies the one with the lowest number stays, not the first text."""
    kept = key(Action.BLOCK, "spam.example")
    batches = scheduled(
        policy(kept), live(("30", kept), ("7", kept), ("100", kept)), capabilities()
    )

    deletes = [o for batch in batches for o in batch.operations if o.native_id]
    assert [operation.native_id for operation in deletes] == ["30", "100"]
    assert {c.cause for o in deletes if isinstance(c := o.change, RuleChange)} == {Cause.SURPLUS}


def test_a_change_of_sides_names_what_it_replaces() -> None:
    """A creation knows the rows of the opposite rule that the same plan removes."""
    state = live(
        ("7", key(Action.BLOCK, "spam.example")), ("8", key(Action.BLOCK, "other.example"))
    )
    batches = scheduled(policy(key(Action.ALLOW, "spam.example")), state, capabilities())

    (create,) = batches[0].operations
    assert described(create) == "create allow spam.example"
    assert create.replaces == ("7",)


def test_a_batch_is_no_larger_than_a_call() -> None:
    """The changes of one step go into as few calls as the service takes."""
    blocks = [key(Action.BLOCK, f"spam{n}.example") for n in range(5)]
    allow = key(Action.ALLOW, "vendor.example")
    batches = scheduled(policy(*blocks, allow), live(), capabilities(batch_size=2))

    sizes = [(batch.step, len(batch.operations)) for batch in batches]
    assert sizes == [
        (Step.WINNER_IN, 1),
        (Step.LOSER_IN, 2),
        (Step.LOSER_IN, 2),
        (Step.LOSER_IN, 1),
        (Step.SETTINGS, 1),
    ]
    assert {(batch.entity, batch.native_id) for batch in batches} == {(ENTITY, "9101")}


@pytest.mark.parametrize("verb", [Verb.CREATE, Verb.DELETE])
@pytest.mark.parametrize("action", Action)
def test_the_mirror(verb: Verb, action: Action) -> None:
    """A change takes the step where allow wins that its opposite takes where block wins."""
    change = RuleChange(
        ENTITY,
        verb,
        key(action, "spam.example"),
        "spam.example",
        rule_direction(verb, action),
        Cause.DECLARED,
    )
    mirrored = replace(change, key=RuleKey(action.opposite, change.match))

    assert step_of(change, Action.ALLOW) is step_of(mirrored, Action.BLOCK)
    assert step_of(change, Action.ALLOW) is not step_of(change, Action.BLOCK)


def test_an_empty_plan_has_no_batches() -> None:
    """Where nothing changes there is nothing to do."""
    state = live()
    plan = replace(EntityPlan(ENTITY, HERE), changes=())

    assert schedule(plan, state, capabilities()) == ()
