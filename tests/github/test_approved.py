"""Which plan counts as the approved one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.github.conftest import Runner, Step

HEAD, MERGE = "1" * 40, "3" * 40
RUN = 4242


@pytest.fixture
def merged(runner: Runner, tmp_path: Path) -> Runner:
    """A runner after the merge of a pull request that one plan was made for."""
    artefact = tmp_path / "artefact"
    artefact.mkdir()
    (artefact / "plan.json").write_text("{}", "utf-8")
    name = f"mpctl-plan-{HEAD}"
    made = {"id": RUN, "head_sha": HEAD, "repository_id": 1, "head_repository_id": 1}
    pull = {
        "head": {"sha": HEAD},
        "base": {"ref": "main"},
        "merged_at": "2026-11-20T10:00:00Z",
        "merge_commit_sha": MERGE,
    }
    runner.world = {
        "answers": {
            f"commits/{MERGE}/pulls": [pull],
            "actions/artifacts": {
                "artifacts": [{"name": name, "expired": False, "workflow_run": made}]
            },
            f"actions/runs/{RUN}": {"event": "pull_request", "path": ".github/workflows/plan.yml"},
        },
        "artefacts": {str(RUN): {name: str(artefact)}},
    }
    return runner


def _find(runner: Runner, *, expect: str = "") -> tuple[Step, bool]:
    step = runner.step("approved.py", GITHUB_SHA=MERGE, MPCTL_EXPECT=expect)
    return step, (step.folder / "approved" / "plan.json").exists()


def test_the_plan_of_the_merged_pull_request_is_found(merged: Runner) -> None:
    """The plan that was made for the reviewed commit is where apply looks for it."""
    step, found = _find(merged)

    assert (step.code, found) == (0, True)


def _set(*path: Any, to: Any) -> Any:
    *way, last = path

    def change(answers: Any) -> None:
        for part in way:
            answers = answers[part]
        answers[last] = to

    return change


ARTEFACT = ("actions/artifacts", "artifacts", 0)
PULL = (f"commits/{MERGE}/pulls", 0)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_set(*ARTEFACT, "workflow_run", "head_repository_id", to=2), id="a fork's"),
        pytest.param(
            _set(*ARTEFACT, "workflow_run", "head_sha", to="9" * 40), id="another commit's"
        ),
        pytest.param(_set(*ARTEFACT, "workflow_run", to=None), id="nobody's"),
        pytest.param(_set(*ARTEFACT, "name", to="mpctl-plan-x"), id="another name"),
        pytest.param(_set(*ARTEFACT, "expired", to=True), id="expired"),
        pytest.param(_set(f"actions/runs/{RUN}", "event", to="push"), id="of a push"),
        pytest.param(
            _set(f"actions/runs/{RUN}", "path", to=".github/workflows/evil.yml"),
            id="another workflow",
        ),
        pytest.param(_set(*PULL, "merged_at", to=None), id="not merged"),
        pytest.param(_set(*PULL, "merge_commit_sha", to="8" * 40), id="merged as another commit"),
        pytest.param(_set(*PULL, "base", "ref", to="attic"), id="merged elsewhere"),
        pytest.param(_set(f"commits/{MERGE}/pulls", to=[]), id="no pull request"),
        pytest.param(_set("actions/artifacts", "artifacts", to=[]), id="no plan"),
    ],
)
def test_no_other_plan_counts(merged: Runner, change: Any) -> None:
    """Plans of forks, other commits, other workflows and other branches approve nothing."""
    change(merged.world["answers"])
    step, found = _find(merged)

    assert (step.code, found) == (0, False)
    assert "not exactly one plan" in step.log


def test_two_plans_for_one_commit_are_none(merged: Runner) -> None:
    """Where it is not clear which plan the reviewers saw, none is taken."""
    artefacts = merged.world["answers"]["actions/artifacts"]["artifacts"]
    artefacts.append({**artefacts[0], "id": 2})

    assert _find(merged)[1] is False


def test_a_digest_given_by_hand_needs_no_plan(merged: Runner) -> None:
    """Whoever starts the workflow with a digest has read the plan elsewhere."""
    step, found = _find(merged, expect="7c1f09e2a4b6d813")

    assert (step.code, found, merged.world["calls"]) == (0, False, [])


@pytest.mark.parametrize("lost", [f"commits/{MERGE}/pulls", "actions/artifacts"])
def test_an_answer_that_does_not_come_ends_the_job(merged: Runner, lost: str) -> None:
    """Unknown is not none: the job fails before anything is applied."""
    del merged.world["answers"][lost]

    assert _find(merged)[0].code == 1


def test_an_artefact_without_a_plan_ends_the_job(merged: Runner, tmp_path: Path) -> None:
    """What was uploaded when no plan could be made approves nothing."""
    (tmp_path / "artefact" / "plan.json").unlink()

    assert _find(merged)[0].code == 1
