"""The whole round, on the template and against the sandbox: from a proposal to no drift.

The steps are those of the workflows; GitHub is a file, and the live service is the sandbox.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.github.conftest import KEY, Runner, Step, pull_request

ACME = "policies/acme/acme.example.yaml"
ADDITION = "  - value: orders@newcomer.example\n    reason: HD-4801\n"


@dataclass(frozen=True, slots=True)
class Merged:
    """A pull request that was planned and merged."""

    head: str
    before: str
    after: str
    plan: Step


def _mpctl(runner: Runner, *arguments: str) -> str:
    """Mpctl on somebody's machine, on the same live service."""
    ran = subprocess.run(  # noqa: S603 - our own words
        ["mpctl", *arguments],  # noqa: S607 - the one under test
        cwd=runner.repository,
        env=runner.environment,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return ran.stdout


def _writes(runner: Runner) -> int:
    lines = (runner.state / "sandbox" / "requests.jsonl").read_text("utf-8").splitlines()
    return sum(bool(json.loads(line)["write"]) for line in lines)


def _with(runner: Runner, name: str, old: str, new: str) -> tuple[str, str]:
    text = (runner.repository / name).read_text("utf-8")
    assert old in text
    return name, text.replace(old, new, 1)


def _propose(runner: Runner, branch: str, *files: tuple[str, str]) -> str:
    """Commit files to a branch of main and leave its merge checked out, as GitHub does."""
    runner.git("switch", "--quiet", "--create", branch, "main")
    head = runner.commit(*files)
    runner.git("switch", "--quiet", "--detach", "main")
    runner.git("merge", "--quiet", "--no-ff", "--no-edit", head)
    return head


def _plan(runner: Runner, head: str, **variables: str) -> Step:
    return runner.step("plan.py", event=pull_request(head), **variables)


def _merge(runner: Runner, head: str, plan: Step) -> Merged:
    runner.git("switch", "--quiet", "main")
    before = runner.git("rev-parse", "HEAD")
    runner.git("merge", "--quiet", "--no-ff", "--no-edit", head)
    return Merged(head, before, runner.git("rev-parse", "HEAD"), plan)


def _apply(runner: Runner, merged: Merged, **variables: str) -> Step:
    """The apply workflow after the push of a merge."""
    name, run = f"mpctl-plan-{merged.head}", 1000 + runner.steps
    made = {"id": run, "head_sha": merged.head, "repository_id": 1, "head_repository_id": 1}
    pull = {
        "head": {"sha": merged.head},
        "base": {"ref": "main"},
        "merged_at": "2026-11-20T10:00:00Z",
        "merge_commit_sha": merged.after,
    }
    runner.world["answers"] = {
        f"commits/{merged.after}/pulls": [pull],
        "actions/artifacts": {"artifacts": [{"name": name, "workflow_run": made}]},
        f"actions/runs/{run}": {"event": "pull_request", "path": ".github/workflows/plan.yml"},
    }
    runner.world["artefacts"] = {str(run): {name: str(merged.plan.folder)}}
    folder = runner.home / f"apply-{run}"
    runner.git("switch", "--quiet", "--detach", merged.after)
    event = {"before": merged.before, "after": merged.after}
    shared = {"GITHUB_SHA": merged.after, "report": str(folder), **variables}
    assert runner.step("approved.py", event=event, **shared).code == 0
    return runner.step("apply.py", event=event, **shared)


def _drift(runner: Runner) -> Step:
    return runner.step("drift.py", MPCTL_COMMAND="drift")


@pytest.fixture(scope="module")
def service(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state of the service after the policies were applied."""
    home = tmp_path_factory.mktemp("service")
    _mpctl(Runner(home, seed, home / "state"), "apply", "--confirm", "--quiet")
    return home / "state"


@pytest.fixture
def live(runner: Runner, service: Path) -> Runner:
    """A repository whose policies are live."""
    shutil.copytree(service, runner.state)
    return runner


def _change_something_live(runner: Runner) -> None:
    """Somebody adds an allow by hand, to the list that the plan is about."""
    elsewhere = runner.home / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mpctl.yaml").write_text(
        (runner.repository / "policies" / "mpctl.yaml").read_text("utf-8"), "utf-8"
    )
    text = "entity: domains/acme.example\nallow: [{value: by-hand.example, reason: x}]\n"
    (elsewhere / "acme.yaml").write_text(text, "utf-8")
    _mpctl(runner, "apply", "--policies", str(elsewhere), "--confirm")


def test_the_whole_round(live: Runner) -> None:
    """What was proposed is planned, shown, merged and applied, and then nothing is different."""
    head = _propose(live, "newcomer", _with(live, ACME, "block:", f"{ADDITION}block:"))
    plan = _plan(live, head)
    assert plan.code == 0, plan.log
    assert (plan.outputs["add"], plan.outputs["loosens"]) == ("1", "1")
    assert plan.outputs["digest"] == plan.plan["digest"]

    live.world["answers"]["pulls/7"] = {"head": {"sha": head}}
    live.step("comment.py", event=pull_request(head), report=str(plan.folder))
    (comment,) = live.world["comments"]
    assert "orders&#64;<!-- -->newcomer.example" in comment["body"]
    assert plan.outputs["digest"][:12] in comment["body"]

    applied = _apply(live, _merge(live, head, plan))
    assert applied.code == 0, applied.log + applied.report
    assert list((applied.folder / "journal").iterdir())
    drift = _drift(live)
    assert drift.code == 0, drift.report


def test_a_live_change_between_approval_and_apply_is_refused(live: Runner) -> None:
    """Nothing is written, and the page says why, what moved, what to do, and the plan of now."""
    head = _propose(live, "newcomer", _with(live, ACME, "block:", f"{ADDITION}block:"))
    merged = _merge(live, head, _plan(live, head))
    _change_something_live(live)
    before = _writes(live)
    refused = _apply(live, merged)

    assert (refused.code, _writes(live)) == (4, before)
    assert "not-the-reviewed-plan" in refused.report
    assert "by-hand" in refused.report.partition("#### What to do")[0]
    fresh = json.loads((refused.folder / "fresh.json").read_text("utf-8"))["digest"][:16]
    assert f"- `expect` is `{fresh}`\n- `base` is `{merged.before}`\n" in refused.report
    assert "🟢" not in refused.report.partition("#### The plan of now")[0]
    assert "orders&#64;" in refused.report.partition("#### The plan of now")[2]
    assert len(refused.report) < 65_536

    by_hand = live.step("apply.py", MPCTL_EXPECT=fresh, MPCTL_BASE=merged.before)
    assert by_hand.code == 0, by_hand.log
    assert _writes(live) > before


def test_two_merges_at_once_are_applied_one_after_the_other(live: Runner) -> None:
    """Changes of different entities do not disturb each other's approval."""
    other = "entity: domains/acmeparts.example\nblock: [bolts.example]\n"
    first = _propose(live, "first", _with(live, ACME, "block:", f"{ADDITION}block:"))
    first_plan = _plan(live, first)
    second = _propose(live, "second", ("policies/acme/parts.yaml", other))
    second_plan = _plan(live, second)

    merges = [_merge(live, first, first_plan), _merge(live, second, second_plan)]
    assert [_apply(live, merged).code for merged in merges] == [0, 0]
    assert _drift(live).code == 0


def test_of_two_merges_to_one_list_the_second_is_refused(live: Runner) -> None:
    """The second plan was made on other ground, and nobody has seen both together."""
    later = ADDITION.replace("newcomer", "latecomer")
    heads = [
        _propose(live, name, _with(live, ACME, f"{place}\n", f"{place}\n{text}"))
        for name, text, place in (
            ("a", ADDITION, "allow:"),
            ("b", later, "mails from many addresses"),
        )
    ]
    plans = []
    for head in heads:
        live.git("switch", "--quiet", "--detach", "main")
        live.git("merge", "--quiet", "--no-ff", "--no-edit", head)
        plans.append(_plan(live, head))
    merges = [_merge(live, head, plan) for head, plan in zip(heads, plans, strict=True)]

    assert [_apply(live, merged).code for merged in merges] == [0, 4]


def test_a_deleted_rule_goes_with_its_merge(live: Runner) -> None:
    """What the base declared and the merge does not is removed, also from an additive list."""
    head = _propose(
        live, "fewer", _with(live, ACME, "  - spammer.example\n", "  - other.example\n")
    )
    plan = _plan(live, head)

    assert (plan.outputs["remove"], plan.outputs["loosens"]) == ("1", "1")
    assert _apply(live, _merge(live, head, plan)).code == 0
    assert "spammer.example" not in _mpctl(live, "rules", "domains/acme.example").split()


def test_a_pull_request_cannot_bring_its_own_configuration(live: Runner) -> None:
    """A program that it names for the key is not run; the proposed file is shown."""
    stolen = live.home / "stolen"
    command = f"provider: mailprotector\n    credentials: {{command: [touch, {stolen}]}}"
    config = _with(live, "policies/mpctl.yaml", "provider: mailprotector", command)
    head = _propose(live, "thief", config)
    plan = _plan(live, head, MPCTL_SANDBOX="0", MAILPROTECTOR_API_KEY="")

    assert (plan.code, stolen.exists()) == (1, False)
    assert f"+    credentials: {{command: [touch, {stolen}]}}" in plan.report


def test_a_pull_request_cannot_lift_its_own_guard(live: Runner) -> None:
    """The guards of the base decide; the plan says that apply would refuse."""
    allows = "".join(f"  - {{value: s{number}.example, reason: x}}\n" for number in range(60))
    head = _propose(
        live,
        "many",
        _with(live, "policies/mpctl.yaml", "max_loosening: 50", "max_loosening: 5000"),
        _with(live, ACME, "block:", f"{allows}block:"),
    )
    plan = _plan(live, head)

    assert "max&#95;loosening" in plan.report
    assert "+  max_loosening: 5000" in plan.report


def test_a_merge_without_a_pull_request_is_refused(live: Runner) -> None:
    """A push that nobody reviewed writes nothing."""
    before = live.git("rev-parse", "HEAD")
    commit = live.commit(_with(live, ACME, "block:", f"{ADDITION}block:"))
    live.world["answers"] = {f"commits/{commit}/pulls": []}
    folder, event = str(live.home / "pushed"), {"before": before}
    writes = _writes(live)

    found = live.step("approved.py", event=event, GITHUB_SHA=commit, report=folder)
    refused = live.step("apply.py", event=event, report=folder)
    assert (found.code, refused.code, _writes(live)) == (0, 4, writes)
    assert "no approved plan" in refused.report
    assert "orders&#64;" in refused.report


def test_a_fork_sees_what_a_change_means(live: Runner) -> None:
    """Without live state and without a key the direction is said."""
    head = _propose(live, "newcomer", _with(live, ACME, "block:", f"{ADDITION}block:"))
    requests = (live.state / "sandbox" / "requests.jsonl").read_text("utf-8")
    step = _plan(live, head, MPCTL_COMMAND="diff", MPCTL_SANDBOX="0")

    assert step.code == 0, step.log
    assert "loosens" in step.report
    assert (live.state / "sandbox" / "requests.jsonl").read_text("utf-8") == requests
    assert not (step.folder / "plan.json").exists()


def test_values_do_nothing_in_a_comment(live: Runner) -> None:
    """A reason that is Markdown, HTML, a mention or a command stays text."""
    reason = r"\"@everyone `x` | <img src=x> ::add-mask::x \n# h\""
    text = f"  - value: odd.example\n    reason: {reason}\n".replace('\\"', '"')
    head = _propose(live, "odd", _with(live, ACME, "block:", f"{text}block:"))
    plan = _plan(live, head)

    assert plan.code == 0, plan.log
    assert "odd.example" in plan.report
    for mark in ("@everyone", "<img", "\n# h", "`x`"):
        assert mark not in plan.report
    assert not [line for line in plan.log.splitlines() if line.startswith("::add-mask")]


def test_the_key_is_nowhere(live: Runner) -> None:
    """No report, log, artefact, comment or journal of a whole round holds the key."""
    head = _propose(live, "newcomer", _with(live, ACME, "block:", f"{ADDITION}block:"))
    plan = _plan(live, head)
    applied = _apply(live, _merge(live, head, plan))

    kept = [path for step in (plan, applied) for path in step.folder.rglob("*") if path.is_file()]
    texts = [path.read_text("utf-8") for path in kept] + [plan.log, applied.log]
    assert len(kept) >= 4
    assert not [text for text in texts if KEY in text]


def test_a_renamed_file_changes_nothing(live: Runner) -> None:
    """Where a rule stands is not what it says: a move plans nothing."""
    live.git("switch", "--quiet", "--create", "move", "main")
    live.git("mv", ACME, "policies/moved.yaml")
    head = live.commit()
    plan = _plan(live, head)

    assert (plan.code, plan.outputs["add"], plan.outputs["remove"]) == (0, "0", "0")


def test_a_partial_plan_is_applied_as_a_partial_plan(live: Runner) -> None:
    """With the scope `changed` plan and apply look at the same entities, and agree."""
    other = "entity: domains/acmeparts.example\nblock: [bolts.example]\n"
    head = _propose(live, "second", ("policies/acme/parts.yaml", other))
    plan = _plan(live, head, MPCTL_SCOPE="changed")
    merged = _merge(live, head, plan)

    assert {entity["name"] for entity in plan.plan["entities"]} == {"acmeparts.example"}
    assert _apply(live, merged, MPCTL_SCOPE="changed").code == 0
