"""Facts about the workflows that a reader of them relies on: keys, permissions, pins, injection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.github.conftest import REPOSITORY, SCRIPTS, TEMPLATE

OURS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
TEMPLATES = sorted((TEMPLATE / ".github" / "workflows").glob("*.yml"))
WORKFLOWS = [*OURS, *TEMPLATES]
ACTION = REPOSITORY / "action.yml"
WRITING = re.compile(r"secrets\.(?!READ_)\w")


def _load(path: Path) -> dict[str, Any]:
    # BaseLoader, because to YAML 1.1 the key `on` is a truth value.
    return dict(yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader))  # noqa: S506 - no tags


def _jobs(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from _load(path)["jobs"].items()


def _steps(path: Path) -> list[dict[str, Any]]:
    if path == ACTION:
        return list(_load(path)["runs"]["steps"])
    return [step for _, job in _jobs(path) for step in job.get("steps", [])]


def _names(paths: list[Path]) -> list[Any]:
    return [pytest.param(path, id=path.relative_to(REPOSITORY).as_posix()) for path in paths]


@pytest.mark.parametrize("path", _names([*WORKFLOWS, ACTION]))
def test_what_a_workflow_uses_is_pinned(path: Path) -> None:
    """An action or a workflow of others is named by a whole commit, with its version beside it."""
    for line in path.read_text("utf-8").splitlines():
        used = re.search(r"\buses: (\S+)(.*)", line)
        if used and not used[1].startswith("./"):
            assert re.search(r"@[0-9a-f]{40}$", used[1]), line
            assert used[1].startswith("example-msp/") or re.match(r" # v\d+\.\d+\.\d+$", used[2])


@pytest.mark.parametrize("path", _names([*WORKFLOWS, ACTION]))
def test_no_expression_stands_in_a_shell(path: Path) -> None:
    """What somebody else can choose reaches a script through the environment only."""
    assert not [step for step in _steps(path) if "${{" in step.get("run", "")]


@pytest.mark.parametrize("path", _names([*WORKFLOWS, ACTION]))
def test_no_checkout_keeps_the_token(path: Path) -> None:
    """A program that a later step runs finds no token in the folder."""
    for step in _steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"


@pytest.mark.parametrize("path", _names(WORKFLOWS))
def test_permissions_are_given_by_job(path: Path) -> None:
    """A workflow may nothing, and only the comment is written."""
    assert _load(path)["permissions"] == {}
    written = [
        (name, right)
        for name, job in _jobs(path)
        for right, level in job["permissions"].items()
        if level != "read"
    ]
    comments = [] if path.stem != "plan" else ["pull-requests"]
    assert [right for _, right in written] == comments


@pytest.mark.parametrize("path", _names(WORKFLOWS))
def test_nothing_runs_with_the_rights_of_the_base(path: Path) -> None:
    """No workflow has the trigger that gives a fork's pull request secrets."""
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(_load(path)["on"])


@pytest.mark.parametrize("path", _names(OURS))
def test_keys_that_write_stand_in_an_environment(path: Path) -> None:
    """A key that can write is named only in a job of a protected environment."""
    for name, job in _jobs(path):
        assert "environment" in job or not WRITING.search(str(job)), name


def test_apply_runs_one_at_a_time_and_is_never_cut() -> None:
    """Two merges do not write at once, and both ways of writing share the queue."""
    (apply,) = (_load(path) for path in OURS if path.stem == "apply")
    (drift,) = (_load(path) for path in OURS if path.stem == "drift")
    queue = {"group": "mpctl-apply-${{ inputs.policies }}", "cancel-in-progress": "false"}

    assert apply["concurrency"] == drift["jobs"]["expire"]["concurrency"] == queue
    assert "environment" in apply["jobs"]["apply"]


def test_a_fork_gets_no_secret() -> None:
    """The job for forks names no secret, and no pull request gets both jobs or none."""
    (plan,) = (_load(path) for path in OURS if path.stem == "plan")
    with_key, without = plan["jobs"]["plan"], plan["jobs"]["diff"]

    assert "secrets." not in str(without)
    assert without["permissions"] == {"contents": "read"}
    assert not WRITING.search(str(with_key))
    opposite = {"!=": "==", "==": "!=", "||": "&&", "&&": "||"}
    mirrored = re.sub(r"[!=]=|\|\||&&", lambda sign: opposite[sign[0]], with_key["if"])
    assert mirrored == without["if"]


@pytest.mark.parametrize("name", ["apply", "drift"])
def test_the_record_is_kept_whatever_happens(name: str) -> None:
    """Journal and result of what writes are uploaded also after a failure."""
    (path,) = (path for path in OURS if path.stem == name)
    for _, job in _jobs(path):
        last = job["steps"][-1]
        assert last["if"] == "${{ always() }}"
        assert last["with"]["path"] == "${{ runner.temp }}/mpctl-report"


@pytest.mark.parametrize("name", ["plan", "apply", "drift"])
def test_template_calls_what_there_is(name: str) -> None:
    """The template hands over only inputs and secrets that the workflow takes."""
    (called,) = (_load(path)["on"]["workflow_call"] for path in OURS if path.stem == name)
    (caller,) = (_load(path) for path in TEMPLATES if path.stem == name)
    (job,) = caller["jobs"].values()

    assert job["uses"].startswith(f"example-msp/mpctl/.github/workflows/{name}.yml@")
    assert set(job["with"]) <= set(called["inputs"])
    assert job["secrets"] == "inherit" or set(job["secrets"]) <= set(called["secrets"])


@pytest.mark.parametrize("name", ["plan", "apply", "drift"])
def test_every_input_reaches_the_action(name: str) -> None:
    """An input of a workflow is used, and what it hands to the action is an input there."""
    (path,) = (path for path in OURS if path.stem == name)
    workflow, text = _load(path), path.read_text("utf-8")
    for wish in workflow["on"]["workflow_call"]["inputs"]:
        assert f"inputs.{wish}" in text, wish
    known = set(_load(ACTION)["inputs"])
    for step in _steps(path):
        if step.get("uses", "").startswith("./mpctl"):
            assert set(step["with"]) <= known


def test_every_input_of_the_action_is_used() -> None:
    """No input is silently ignored."""
    text = ACTION.read_text("utf-8")

    for wish in _load(ACTION)["inputs"]:
        assert f"inputs.{wish} }}" in text, wish


def test_every_script_is_a_step() -> None:
    """No script lies about: each is run by a workflow, the action, or another script."""
    sources = [*OURS, ACTION, *SCRIPTS.iterdir()]
    text = "".join(path.read_text("utf-8") for path in sources if path.is_file())
    for path in SCRIPTS.iterdir():
        if path.is_file():
            named = f"/{path.name}" in text or f"import {path.stem}\n" in text
            assert named, path.name
