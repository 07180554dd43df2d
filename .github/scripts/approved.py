"""Step: find the plan that was made for the pull request that this commit was merged by.

It is taken from the artefacts of the plan workflow, never from a comment, and only from a run that
GitHub made for exactly the commit that was reviewed, in this repository and not in a fork.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import runner


def main() -> int:
    """Put the approved plan where apply looks for it; without one apply refuses."""
    if runner.wish("MPCTL_EXPECT"):
        return 0
    try:
        run = _run(f"repos/{runner.wish('GITHUB_REPOSITORY')}", runner.wish("GITHUB_SHA"))
    except subprocess.CalledProcessError as error:
        runner.say(f"::error title=no approved plan::gh ended with {error.returncode}")
        return 1
    if run is None:
        runner.say("not exactly one plan was made for a pull request that this commit comes from")
        return 0
    folder = runner.report() / "approved"
    command = ["gh", "run", "download", str(run["workflow_run"]["id"]), "--name", run["name"]]
    subprocess.run([*command, "--dir", str(folder)], check=True)
    return 0 if _is_whole(folder / "plan.json") else 1


def _run(repository: str, commit: str) -> dict[str, Any] | None:
    """The artefact with the plan; None when there is none, or it is unclear which was approved."""
    pulls = runner.gh(f"{repository}/commits/{commit}/pulls")
    reviewed = [pull["head"]["sha"] for pull in pulls if _merged_here(pull, commit)]
    if len(reviewed) != 1:
        return None
    name = f"{runner.wish('MPCTL_ARTEFACT', 'mpctl-plan')}-{reviewed[0]}"
    found = runner.gh(f"{repository}/actions/artifacts?name={name}&per_page=100")["artifacts"]
    fitting = [artefact for artefact in found if _trusted(artefact, name, reviewed[0], repository)]
    return fitting[0] if len(fitting) == 1 else None


def _merged_here(pull: dict[str, Any], commit: str) -> bool:
    branch = runner.wish("GITHUB_REF_NAME")
    merged = pull.get("merged_at") and pull.get("merge_commit_sha") == commit
    return bool(merged and pull["base"]["ref"] == branch)


def _trusted(artefact: dict[str, Any], name: str, commit: str, repository: str) -> bool:
    """Made for the reviewed commit by a run of the plan workflow in this repository."""
    made = artefact.get("workflow_run") or {}
    if artefact["name"] != name or artefact.get("expired") or made.get("head_sha") != commit:
        return False
    if made.get("head_repository_id") != made.get("repository_id"):
        return False
    run = runner.gh(f"{repository}/actions/runs/{made['id']}")
    workflow = runner.wish("MPCTL_PLAN_WORKFLOW", ".github/workflows/plan.yml")
    return bool(run["event"] == "pull_request" and run["path"].partition("@")[0] == workflow)


def _is_whole(plan: Path) -> bool:
    if not plan.is_file():
        runner.say("::error title=no approved plan::the artefact holds no plan.json")
    return plan.is_file()


if __name__ == "__main__":
    sys.exit(main())
