"""One change alone: whatever else is declared or live, nothing but that change is planned."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import RuleChange, SettingChange, Verb
from mpctl.core.diff import diff
from mpctl.core.single import only_rules, only_setting, without_rules
from mpctl.core.state import DesiredEntity, LiveEntity
from tests.strategies import NOW, SERVICES, desired_entities, live_entities


@given(desired_entities(), live_entities(), SERVICES, st.data())
def test_one_rule_alone(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities, data: st.DataObject
) -> None:
    """At most this rule is planned, and with it nothing is taken from what is live."""
    assume(desired.rules)
    key = data.draw(st.sampled_from(sorted(desired.rules)))
    assume(not desired.rules[key].expired(NOW))

    plan = diff(only_rules(desired, [key], service), live, capabilities=service, now=NOW)

    assert all(isinstance(c, RuleChange) and c.key == key for c in plan.changes)
    assert all(change.verb is Verb.CREATE for change in plan.changes)


@given(desired_entities(), live_entities(), SERVICES, st.data())
def test_one_removal_alone(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities, data: st.DataObject
) -> None:
    """Every copy of this rule goes, whatever the mode of its list, and nothing else."""
    keys = sorted({row.key for row in live.rules})
    assume(keys)
    key = data.draw(st.sampled_from(keys))
    left = replace(desired, rules={k: r for k, r in desired.rules.items() if k != key})

    plan = diff(without_rules(left, [key]), live, capabilities=service, now=NOW)

    (change,) = plan.changes
    assert isinstance(change, RuleChange)
    assert (change.key, change.verb) == (key, Verb.DELETE)
    assert change.copies == sum(row.key == key for row in live.rules)


@given(desired_entities(), live_entities(), SERVICES, st.data())
def test_one_setting_alone(
    desired: DesiredEntity, live: LiveEntity, service: Capabilities, data: st.DataObject
) -> None:
    """At most this setting is planned."""
    assume(desired.settings)
    name = data.draw(st.sampled_from(sorted(desired.settings)))

    plan = diff(only_setting(desired, name), live, capabilities=service, now=NOW)

    assert all(isinstance(c, SettingChange) and c.name == name for c in plan.changes)
