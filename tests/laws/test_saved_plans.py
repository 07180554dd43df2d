"""A plan survives its file, and nothing but the whole file is believed."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.change import RuleChange, Tie, Twin
from mpctl.core.codec import plan_to_json
from mpctl.core.decode import DecodeError, plan_from_json
from mpctl.core.entity import Entity
from mpctl.core.guards import Check, Guard
from mpctl.core.moved import describe_moves
from mpctl.core.plan import Plan
from mpctl.core.state import Account
from mpctl.render import plan_document, render_text
from tests.laws.model import plan_of
from tests.strategies import desired_entities, live_entities

CREATED = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ACCOUNT = {"mailprotector": Account("https://service.example/api/v1", "400")}


TWINS = st.none() | st.builds(
    Twin,
    st.sampled_from(Tie),
    st.builds(Entity, st.just("mailprotector"), st.just("customers"), st.just("acme widgets"))
    | st.just(Entity("mailprotector", "user_groups", "a.example/b", shown="A.example/B")),
)
CHECKS = st.builds(
    Check,
    st.sampled_from(Guard),
    limit=st.integers(0, 100),
    found=st.integers(0, 100),
    refused=st.booleans(),
    entity=st.sampled_from(("", "mailprotector:users/ceo@acme.example")),
    lifted_by=st.sampled_from(("", "--allow-removals 25")),
    what=st.sampled_from(("", "5 of 10 live rules")),
    removals=st.integers(0, 100),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans of one entity over everything that a policy, a service and guards can say."""
    entity = plan_of(draw(desired_entities()), draw(live_entities()))
    changes = tuple(
        replace(change, twin=draw(TWINS)) if isinstance(change, RuleChange) else change
        for change in entity.changes
    )
    guards = tuple(draw(st.lists(CHECKS, max_size=3)))
    return Plan(accounts=ACCOUNT, entities=(replace(entity, changes=changes),), guards=guards)


def written(plan: Plan) -> Any:
    """The document of a plan, as it comes back from a file."""
    return json.loads(json.dumps(plan_to_json(plan, created=CREATED, version="0")))


def rules_of(plan: Plan) -> list[RuleChange]:
    """The rule changes of a plan."""
    changes = (change for entity in plan.entities for change in entity.changes)
    return [change for change in changes if isinstance(change, RuleChange)]


@given(plans())
def test_a_plan_survives_its_file(plan: Plan) -> None:
    """What is read back has the same digest, says the same and is written the same again."""
    again = plan_from_json(written(plan))

    assert again.digest == plan.digest
    assert again.guards == plan.guards
    assert [c.twin for c in rules_of(again)] == [c.twin for c in rules_of(plan)]
    assert render_text(plan_document(again), color=False) == render_text(
        plan_document(plan), color=False
    )
    assert written(again) == written(plan)


@given(plans(), st.data())
def test_no_part_of_a_file_can_be_changed(plan: Plan, data: st.DataObject) -> None:
    """A document in which any single value was replaced, added or removed is refused."""
    document = written(plan)
    edited = copy.deepcopy(document)
    place = data.draw(st.sampled_from(sorted(edited)))
    how = data.draw(st.sampled_from(["remove", "replace", "add"]))
    if how == "remove":
        del edited[place]
    elif how == "replace":
        edited[place] = "edited"
    else:
        edited["added"] = place

    with pytest.raises(DecodeError):
        plan_from_json(edited)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_what_is_no_plan_is_refused(document: Any) -> None:
    """Any other JSON is refused with our own error."""
    with pytest.raises(DecodeError):
        plan_from_json(document)


@given(plans())
def test_a_plan_has_not_moved_from_itself(plan: Plan) -> None:
    """Between a plan and itself nothing moved."""
    assert list(describe_moves(plan, plan)) == []


@given(plans(), plans())
def test_whenever_the_digest_differs_something_is_said_to_have_moved(
    reviewed: Plan, now: Plan
) -> None:
    """A refusal never comes without a reason, and a reason never without a refusal."""
    assert bool(list(describe_moves(reviewed, now))) == (reviewed.digest != now.digest)
