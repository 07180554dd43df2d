"""Step: show the report on the pull request, in one comment that is updated in place.

The comment is for people. Nothing is ever read back from it, so it does no harm that others can
edit or delete it.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import runner

# GitHub takes 65,536 characters; some room for the way it counts.
LIMIT = 65_000
AUTHOR = "github-actions[bot]"


def main() -> int:
    """Write the comment; where that is not allowed, the summary of the run has to do."""
    pull = runner.event().get("pull_request")
    report = runner.report() / "report.md"
    if not pull or not report.exists():
        return 0
    repository = runner.wish("GITHUB_REPOSITORY")
    try:
        _write(f"repos/{repository}", pull, report.read_text("utf-8"))
    except subprocess.CalledProcessError as error:
        runner.say(f"::warning title=no comment::gh ended with {error.returncode}; see the summary")
    return 0


def _write(repository: str, pull: dict[str, Any], text: str) -> None:
    number, commit = pull["number"], pull["head"]["sha"]
    if runner.gh(f"{repository}/pulls/{number}")["head"]["sha"] != commit:
        runner.say("a newer commit was pushed meanwhile; its own run comments")
        return
    body = {"body": fitted(f"{marker()}\n{text}", f"Planned for {commit}.", _run())}
    comments = f"{repository}/issues/{number}/comments"
    ours = _ours(runner.gh(f"{comments}?per_page=100", "--paginate", "--slurp"))
    if ours is None:
        runner.gh(comments, "--method", "POST", given=body)
    else:
        runner.gh(f"{repository}/issues/comments/{ours}", "--method", "PATCH", given=body)


def marker() -> str:
    """The first line of our comment; each policy root of a repository has a comment of its own."""
    return f"<!-- mpctl: {runner.policies()} -->"


def fitted(text: str, note: str, run: str) -> str:
    """The text with a line about its origin, cut between two blocks where it is too long."""
    end = f"\n<sub>{note} [Run]({run})</sub>\n"
    if len(text) + len(end) <= LIMIT:
        return text + end
    cut = f"\n\n**The rest does not fit into a comment; [the run]({run}) shows it.**\n"
    head = text[: LIMIT - len(end) - len(cut) - len("\n</details>")]
    head = head[: head.rfind("\n")] if "\n" in head else ""
    open_fold = head.count("<details>") > head.count("</details>")
    return head + ("\n</details>" if open_fold else "") + cut + end


def _ours(pages: list[list[dict[str, Any]]]) -> int | None:
    """The id of our comment: written by us, and not changed beyond recognition."""
    for comment in (comment for page in pages for comment in page):
        mine = (comment.get("user") or {}).get("login") == runner.wish("MPCTL_AUTHOR", AUTHOR)
        if mine and comment["body"].splitlines()[:1] == [marker()]:
            return int(comment["id"])
    return None


def _run() -> str:
    server, repository = runner.wish("GITHUB_SERVER_URL"), runner.wish("GITHUB_REPOSITORY")
    return f"{server}/{repository}/actions/runs/{runner.wish('GITHUB_RUN_ID')}"


if __name__ == "__main__":
    sys.exit(main())
