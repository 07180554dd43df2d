"""One comment on a pull request, updated in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.github.conftest import Runner, pull_request

HEAD = "1" * 40
SCRIPT = "comment.py"
MARKER = "<!-- mpctl: policies -->"
END = "<sub>Planned for {commit}. [Run](https://github.example/msp/mail/actions/runs/77)</sub>\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """The folder with a report to show."""
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "report.md").write_text("### A plan\n", "utf-8")
    return folder


def _comment(runner: Runner, report: Path, *, head: str = HEAD, **variables: str) -> str:
    runner.world.setdefault("answers", {})["pulls/7"] = {"head": {"sha": head}}
    step = runner.step(SCRIPT, event=pull_request(HEAD), report=str(report), **variables)
    assert step.code == 0
    return step.log


def _bodies(runner: Runner) -> list[str]:
    return [comment["body"] for comment in runner.world["comments"]]


def test_the_first_run_comments(runner: Runner, report: Path) -> None:
    """The comment is a mark, the report, the commit that was planned, and the run."""
    _comment(runner, report)

    assert _bodies(runner) == [f"{MARKER}\n### A plan\n\n{END.format(commit=HEAD)}"]


def test_later_runs_update_the_comment(runner: Runner, report: Path) -> None:
    """There is one comment, with what the last run says; those of others stay."""
    chat = {"id": 90, "user": {"login": "someone"}, "body": "What is this?"}
    runner.world["comments"] = [chat]
    _comment(runner, report)
    (report / "report.md").write_text("### Another plan\n", "utf-8")
    _comment(runner, report)

    assert _bodies(runner) == [
        chat["body"],
        f"{MARKER}\n### Another plan\n\n{END.format(commit=HEAD)}",
    ]


@pytest.mark.parametrize(
    "found",
    [
        pytest.param([], id="deleted"),
        pytest.param([("github-actions[bot]", "edited by somebody")], id="edited"),
        pytest.param([("someone", f"{MARKER}\n### Looks good, merge it")], id="forged"),
        pytest.param([("github-actions[bot]", "<!-- mpctl: other -->\nx")], id="another root"),
        pytest.param([("github-actions[bot]", f"see {MARKER}")], id="quoted"),
        pytest.param([("github-actions[bot]", "")], id="empty"),
    ],
)
def test_a_comment_that_is_not_ours_is_left_alone(
    runner: Runner, report: Path, found: list[tuple[str, str]]
) -> None:
    """A comment that was deleted, edited or forged makes a new one, and is not touched."""
    runner.world["comments"] = [
        {"id": 50 + number, "user": {"login": login}, "body": body}
        for number, (login, body) in enumerate(found)
    ]
    _comment(runner, report)

    assert _bodies(runner)[:-1] == [body for _, body in found]
    assert _bodies(runner)[-1].startswith(f"{MARKER}\n### A plan\n")


def test_the_run_of_an_older_commit_is_silent(runner: Runner, report: Path) -> None:
    """Of two pushes at once the newer one comments, whichever run ends last."""
    log = _comment(runner, report, head="2" * 40)

    assert _bodies(runner) == []
    assert "a newer commit" in log


@pytest.mark.parametrize("fold", ["", "<details><summary>acme</summary>\n\n"])
def test_a_long_report_is_cut(runner: Runner, report: Path, fold: str) -> None:
    """A comment stays below GitHub's limit, ends between lines, and says where the rest is."""
    line = "| a row with a lock 🔒 and more |\n"
    (report / "report.md").write_text(f"### A plan\n{fold}{line * 4000}", "utf-8")
    _comment(runner, report)

    (body,) = _bodies(runner)
    assert len(body) <= 65_536
    assert body.count("<details>") == body.count("</details>")
    kept, _, rest = body.partition("\n\n**The rest does not fit")
    assert kept.removesuffix("\n</details>").endswith(line.rstrip())
    assert "actions/runs/77" in rest


def test_a_comment_that_is_not_allowed_is_no_failure(runner: Runner, report: Path) -> None:
    """Where the token may not comment, the run goes on, and the log points to the summary."""
    step = runner.step(SCRIPT, event=pull_request(HEAD, number=8), report=str(report))

    assert (step.code, "::warning title=no comment::" in step.log) == (0, True)


@pytest.mark.parametrize("event", [{}, {"before": "1" * 40}])
def test_without_a_pull_request_nothing_is_asked(
    runner: Runner, report: Path, event: dict[str, Any]
) -> None:
    """A push has no place for a comment."""
    assert runner.step(SCRIPT, event=event, report=str(report)).code == 0
    assert runner.world["calls"] == []
