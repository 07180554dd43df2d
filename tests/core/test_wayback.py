"""The way back in the cases that random worlds seldom meet."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mpctl.core.change import Cause, Change, Direction, RuleChange, SettingChange, Verb
from mpctl.core.match import parse_match
from mpctl.core.outcome import Outcome, Status
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.rule import Action, LiveRule, RuleKey
from mpctl.core.run import Before, Run, RunEnd, RunHeader, Step
from mpctl.core.schedule import Operation
from mpctl.core.setting import SettingSpec
from mpctl.core.state import Account, LiveEntity
from mpctl.core.undone import mark_rolled_back, revert_of
from mpctl.core.unfinished import broken_off
from mpctl.core.wayback import kept_working, recorded_state, way_back
from mpctl.diagnostics import Code, ExitCode, Origin, Severity
from tests.strategies import ENTITY, NOW, capabilities

ALLOW: Final = RuleKey(Action.ALLOW, parse_match("partner.example"))
BLOCK: Final = RuleKey(Action.BLOCK, parse_match("partner.example"))
ACCOUNTS: Final = {"mailprotector": Account("https://service.example", "400")}
ENDED: Final = RunEnd(NOW, ExitCode.DONE)


def rule(verb: Verb, key: RuleKey) -> RuleChange:
    """A change of a rule."""
    return RuleChange(ENTITY, verb, key, str(key.match), Direction.NEUTRAL, Cause.DECLARED)


def setting(before: bool | None, after: bool) -> SettingChange:  # noqa: FBT001
    """A change of the release permission."""
    return SettingChange(ENTITY, "allow_spam_release", before, after, Direction.NEUTRAL)


def run_of(
    *operations: Operation,
    run_id: str = "20261121T030000Z-00000001",
    rolls_back: str = "",
    before: Before | None = None,
    end: RunEnd | None = ENDED,
) -> Run:
    """A run that did all of this."""
    header = RunHeader(run_id, NOW, "apply", rolls_back=rolls_back, accounts=ACCOUNTS)
    steps = tuple(
        Step(n, operation, Outcome(operation, Status.APPLIED), line=n)
        for n, operation in enumerate(operations, start=4)
    )
    found = {ENTITY: before or Before(ENTITY, "9101")}
    return Run(header, "runs/one.jsonl", before=found, steps=steps, end=end)


def live(*keys: RuleKey, native_id: str = "9101", **settings: bool) -> LiveEntity:
    """The entity as it is now."""
    rows = tuple(LiveRule(key, str(key.match), str(n)) for n, key in enumerate(keys))
    return LiveEntity(ENTITY, native_id, rules=rows, settings=settings)


def test_a_rule_that_had_to_go_before_another_came_is_restored() -> None:
    """A create that takes its opposite away first touches both, whatever the journal got to."""
    row = LiveRule(BLOCK, "Partner.Example", "7")
    create = Operation(rule(Verb.CREATE, ALLOW), replaces=("7",))
    run = run_of(create, before=Before(ENTITY, "9101", rules=(row,)))

    back = recorded_state(run).entities[ENTITY]

    assert set(back.absent) == {ALLOW}
    assert {key: r.shown for key, r in back.rules.items()} == {BLOCK: "Partner.Example"}
    assert back.rules[BLOCK].origins == (Origin("runs/one.jsonl", 4, 1),)


def test_an_entity_that_was_made_anew_is_left_alone() -> None:
    """A name that belongs to another number now is not what the run wrote to."""
    run = run_of(Operation(rule(Verb.DELETE, ALLOW), "7"))
    now = {ENTITY: live(native_id="9999")}

    spared = way_back(run, recorded_state(run), now, overwrite=False)
    forced = way_back(run, recorded_state(run), now, overwrite=True)

    assert (spared.left_alone, dict(spared.desired.entities)) == (True, {})
    assert [f.summary for f in spared.findings] == [
        "it is another entity now: its number was 9101 and is 9999"
    ]
    assert set(forced.desired.entities[ENTITY].rules) == {ALLOW}


def test_a_setting_that_was_unknown_stays_and_is_said() -> None:
    """What nobody knew cannot be written back."""
    run = run_of(Operation(setting(None, after=True)))

    back = way_back(
        run, recorded_state(run), {ENTITY: live(allow_spam_release=True)}, overwrite=True
    )

    assert dict(back.desired.entities) == {}
    assert [(f.code, f.severity) for f in back.findings] == [(Code.NOT_UNDONE, Severity.WARNING)]


def test_the_plumbing_of_a_service_stays() -> None:
    """What was taken back has to take effect too, so what rules need is not taken away."""
    run = run_of(Operation(setting(before=False, after=True)))
    spec = SettingSpec("allow_spam_release", (False, True), implied=True)
    service = replace(capabilities(), settings={spec.name: spec})

    recorded = kept_working(recorded_state(run), {ENTITY.target: service})
    back = way_back(run, recorded, {ENTITY: live(allow_spam_release=True)}, overwrite=False)

    assert recorded.entities[ENTITY].settings["allow_spam_release"].value is True
    assert back.findings == ()


def marks(change: Change, *newest_first: Run) -> list[Code]:
    """What a plan with this change is marked with."""
    plan = Plan(entities=(EntityPlan(ENTITY, Origin("p.yaml", 1, 1), changes=(change,)),))
    marked = mark_rolled_back(plan, newest_first, {})
    return [finding.code for finding in marked.entities[0].findings]


def test_only_what_does_again_what_was_taken_back_is_marked() -> None:
    """The rollback was the last to touch it, and the change turns that around."""
    done = Operation(rule(Verb.CREATE, ALLOW))
    undone = Operation(rule(Verb.DELETE, ALLOW), "7")
    first = run_of(done)
    back = run_of(undone, run_id="20261121T030100Z-00000001", rolls_back=first.id)
    again = run_of(done, run_id="20261121T030200Z-00000001")

    assert marks(done.change, back, first) == [Code.ROLLED_BACK]
    assert marks(undone.change, back, first) == []
    assert marks(done.change, first) == []
    assert marks(done.change, again, back, first) == []


def test_a_setting_is_marked_when_it_leaves_what_the_rollback_wrote() -> None:
    """A setting that drifted since and goes back to the rollback's value is not."""
    back = run_of(Operation(setting(before=True, after=False)), rolls_back="x")

    assert marks(setting(before=False, after=True), back) == [Code.ROLLED_BACK]
    assert marks(setting(before=True, after=False), back) == []


def test_a_merge_is_reverted_by_its_first_parent() -> None:
    """Git asks for it; without a commit there is no command."""
    header = RunHeader("x", NOW, commit="abc")

    assert revert_of(header) == "git revert abc"
    assert revert_of(replace(header, merge=True)) == "git revert -m 1 abc"
    assert revert_of(replace(header, commit="")) == revert_of(None) == ""


def test_a_run_that_ended_settles_those_before() -> None:
    """A broken-off run is named until a later one of its targets has come to its end."""
    operation = Operation(rule(Verb.CREATE, ALLOW))
    old = run_of(operation, end=None, run_id="1")
    interrupted = run_of(operation, end=RunEnd(NOW, ExitCode.INTERRUPTED, True), run_id="2")  # noqa: FBT003
    new = run_of(operation, run_id="3")
    target = {"mailprotector"}

    assert [run.id for run in broken_off([interrupted, old], target)] == ["1"]
    assert list(broken_off([new, interrupted, old], target)) == []
    assert list(broken_off([old], {"mailboxes"})) == []
