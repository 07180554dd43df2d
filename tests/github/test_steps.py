"""Which mpctl a step calls, in which order, and whether it sees a key there."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.github.conftest import KEY, Runner, Step, pull_request

STUB = """#!{python}
import json, os, pathlib, sys
arguments = sys.argv[1:]
with open({calls!r}, "a") as file:
    file.write(json.dumps([arguments, {key!r} in os.environ.values()]) + "\\n")
for option in ("--output", "--out"):
    if option in arguments and not {codes!r}.get("silent"):
        text = "report" if option == "--output" else json.dumps({plan!r})
        pathlib.Path(arguments[arguments.index(option) + 1]).write_text(text)
sys.exit({codes!r}.get(arguments[0], 0))
"""
PLAN = {"digest": "abc", "summary": {"entities": 1, "add": 2, "remove": 3, "change": 4}}


class Stubbed:
    """A runner whose mpctl only writes down how it was called, and ends as it is told."""

    def __init__(self, runner: Runner, **codes: int) -> None:
        self._calls = runner.home / "calls.jsonl"
        program = runner.home / "bin" / "mpctl"
        text = STUB.format(
            python=sys.executable, calls=str(self._calls), key=KEY, codes=codes, plan=PLAN
        )
        program.write_text(text, "utf-8")
        program.chmod(0o755)
        self.base = runner.git("rev-parse", "HEAD")
        self.head = runner.commit(("notes.txt", "a change"))
        self.runner = runner

    def step(self, script: str, **options: Any) -> Step:
        """Run a script."""
        return self.runner.step(script, **options)

    @property
    def calls(self) -> list[tuple[list[str], bool]]:
        """The arguments of each call without the report's paths, and whether it saw the key."""
        lines = self._calls.read_text("utf-8").splitlines() if self._calls.exists() else []
        return [(_plain(arguments), key) for arguments, key in map(json.loads, lines)]


def _plain(arguments: list[str]) -> list[str]:
    return [Path(word).name if "/" in word and "=" not in word else word for word in arguments]


def test_a_plan_is_made_after_the_offline_checks(runner: Runner) -> None:
    """Only the plan itself sees the key; base and trusted configuration are the first parent."""
    stubbed = Stubbed(runner)
    step = stubbed.step("plan.py", event=pull_request(stubbed.head))

    base, shown = stubbed.base, ["--format", "markdown", "--output", "report.md"]
    assert stubbed.calls == [
        (["validate", "--format", "github"], False),
        (["lint", "--format", "github"], False),
        (["plan", "--base", base, "--config-rev", base, *shown, "--out", "plan.json"], True),
        (["show", "plan.json", "--format", "github"], False),
    ]
    assert (step.code, step.summary) == (0, "report\n\n")
    counts = {"entities": "1", "add": "2", "remove": "3", "change": "4"}
    assert step.outputs == {
        "exit-code": "0",
        "digest": "abc",
        "loosens": "",
        "tightens": "",
        "neutral": "",
        **counts,
    }


def test_a_fork_is_judged_without_a_key(runner: Runner) -> None:
    """No call sees the key, also if somebody put one there."""
    stubbed = Stubbed(runner)
    stubbed.step("plan.py", event=pull_request(stubbed.head), MPCTL_COMMAND="diff")

    shown = ["--format", "markdown", "--output", "report.md"]
    assert stubbed.calls == [
        (["validate", "--format", "github"], False),
        (["lint", "--format", "github"], False),
        (["diff", stubbed.base, *shown], False),
    ]


def test_invalid_policies_are_never_read_beside_a_key(runner: Runner) -> None:
    """What validate objects to is reported, and nothing else is run."""
    stubbed = Stubbed(runner, validate=1)
    step = stubbed.step("plan.py", event=pull_request(stubbed.head))

    assert [(call[0], key) for call, key in stubbed.calls] == [("validate", False)] * 2
    assert (step.code, step.report) == (1, "report")


@pytest.mark.parametrize(
    ("codes", "code"), [({"lint": 1}, 1), ({"plan": 1}, 1), ({"lint": 1, "plan": 4}, 4)]
)
def test_the_worst_decides(runner: Runner, codes: dict[str, int], code: int) -> None:
    """An error of lint fails the step, and the plan is shown all the same."""
    stubbed = Stubbed(runner, **codes)
    step = stubbed.step("plan.py", event=pull_request(stubbed.head))

    assert (step.code, step.outputs["exit-code"], step.report) == (code, str(code), "report")


def test_a_link_in_the_policies_is_not_followed(runner: Runner) -> None:
    """A link could lead to the environment of a process, and errors quote what they read."""
    stubbed = Stubbed(runner)
    (runner.repository / "policies" / "leak.yaml").symlink_to("/proc/self/environ")
    head = runner.commit()
    step = stubbed.step("plan.py", event=pull_request(head))

    assert (step.code, stubbed.calls) == (1, [])
    assert step.report == "### 🔴 A link in the policies\n\nNot followed here: 1.\n"


def test_without_a_trusted_configuration_no_key_is_used(runner: Runner) -> None:
    """Where the base has no mpctl.yaml, nobody has agreed yet to where a key goes."""
    runner.git("rm", "--quiet", "policies/mpctl.yaml")
    runner.commit()
    stubbed = Stubbed(runner)
    head = runner.commit(("policies/mpctl.yaml", "version: 1\n"))
    step = stubbed.step("plan.py", event=pull_request(head))

    assert [(call[0], key) for call, key in stubbed.calls] == [("validate", False), ("lint", False)]
    assert (step.code, "No plan yet" in step.report) == (0, True)


def test_a_shallow_checkout_is_said(runner: Runner) -> None:
    """Without the base there is nothing to compare with, and the report says what to do."""
    stubbed = Stubbed(runner)
    missing = {"before": "f" * 40}
    shallow = runner.home / "shallow"
    runner.git("clone", "--quiet", "--depth", "1", f"file://{runner.repository}", str(shallow))
    runner.repository = shallow
    step = stubbed.step("plan.py", event=missing)

    assert (step.code, step.report) == (
        1,
        "### 🔴 No base\n\nThe history is not here; check out with fetch-depth 0.\n",
    )


@pytest.mark.parametrize(
    ("event", "asked", "base"),
    [
        ({"before": "HEAD~2"}, "", "HEAD~2"),
        ({"before": "0" * 40}, "", "HEAD~1"),
        ({"before": "f" * 40}, "", "HEAD~1"),
        ({}, "", "HEAD~1"),
        ({"before": "HEAD~1"}, "HEAD~2", "HEAD~2"),
    ],
)
def test_the_base_of_a_push(runner: Runner, event: dict[str, str], asked: str, base: str) -> None:
    """What the branch pointed at before, else the first parent; what is asked for wins."""
    stubbed = Stubbed(runner)
    runner.commit(("notes.txt", "another"))
    before = event.get("before", "")
    if before.startswith("HEAD"):
        event = {"before": runner.git("rev-parse", before)}
    stubbed.step("plan.py", event=event, MPCTL_BASE=asked)

    (plan,) = [call for call, _ in stubbed.calls if call[0] == "plan"]
    assert plan[2] == runner.git("rev-parse", base)


@pytest.mark.parametrize("base", ["--output=x", "HEAD; id", "$(id)", "nobody"])
def test_a_base_that_is_none_is_no_base(runner: Runner, base: str) -> None:
    """What is no revision here reaches neither git nor mpctl."""
    stubbed = Stubbed(runner)

    assert stubbed.step("plan.py", MPCTL_BASE=base).code == 1
    assert [call[0] for call, _ in stubbed.calls] == ["validate", "lint"]


def test_a_change_of_the_configuration_is_shown(runner: Runner) -> None:
    """The proposed mpctl.yaml stands in the report, in a fence that it cannot end."""
    stubbed = Stubbed(runner)
    path = runner.repository / "policies" / "mpctl.yaml"
    text = f"{path.read_text('utf-8')}# ````\n# @everyone <b>\n"
    head = runner.commit(("policies/mpctl.yaml", text))
    step = stubbed.step("plan.py", event=pull_request(head))

    title, _, change = step.report.removeprefix("report").partition("`````diff\n")
    assert title.startswith("\n#### `policies/mpctl.yaml` changes\n\nIt is in force once")
    assert change.endswith("+# ````\n+# @everyone <b>\n`````\n")


def test_files_of_a_pull_request_are_no_modules(runner: Runner) -> None:
    """A Python file beside the policies is never imported by a step."""
    stubbed = Stubbed(runner)
    files = [(f"{name}.py", "raise SystemExit(99)") for name in ("json", "re", "runner", "pip")]
    head = runner.commit(*files)

    assert stubbed.step("plan.py", event=pull_request(head)).code == 0


def test_an_apply_is_bound_to_the_approved_plan(runner: Runner, tmp_path: Path) -> None:
    """It is given the saved plan, the base, the lifts as single words, and a journal."""
    stubbed = Stubbed(runner)
    _approve(tmp_path)
    step = stubbed.step(
        "apply.py",
        report=str(tmp_path / "report"),
        MPCTL_SCOPE="changed",
        MPCTL_ALLOW_REMOVALS="25",
        MPCTL_ALLOW_PROTECTED="domains/a.example\ndomains/b.example --confirm",
    )

    against = ["--base", stubbed.base, "--changed"]
    lifts = [
        "--allow-removals=25",
        "--allow-protected=domains/a.example",
        "--allow-protected=domains/b.example --confirm",
    ]
    shown = ["--format", "markdown", "--output", "report.md"]
    assert stubbed.calls == [
        (
            ["apply", "plan.json", *against, *lifts, "--confirm", "--journal", "journal", *shown],
            True,
        )
    ]
    assert (step.code, step.outputs) == (0, {"exit-code": "0"})


@pytest.mark.parametrize("expect", ["", "abc", "--confirm", "7C1F09E2A4B6D813", "7c1f09e2a4b6 -x"])
def test_nothing_is_applied_without_an_approved_plan(runner: Runner, expect: str) -> None:
    """No plan, or something that is no digest, is refused, and the plan of now is shown."""
    stubbed = Stubbed(runner)
    step = stubbed.step("apply.py", MPCTL_EXPECT=expect)

    assert [call[0] for call, _ in stubbed.calls] == ["plan"]
    assert step.code == 4
    assert step.report.startswith("### 🔴 Nothing was applied: no approved plan\n")
    assert f"\n- `expect` is `abc`\n- `base` is `{stubbed.base}`\n" in step.report
    assert step.report.endswith("#### The plan of now\n\nreport")
    assert step.summary == f"{step.report}\n\n"


@pytest.mark.parametrize("code", [1, 5, 130])
def test_the_end_of_an_apply_is_the_end_of_the_step(
    runner: Runner, tmp_path: Path, code: int
) -> None:
    """What is no refusal makes no new plan."""
    stubbed = Stubbed(runner, apply=code)
    _approve(tmp_path)
    step = stubbed.step("apply.py", report=str(tmp_path / "report"))

    assert [call[0] for call, _ in stubbed.calls] == ["apply"]
    assert (step.code, step.outputs["exit-code"]) == (code, str(code))


@pytest.mark.parametrize("script", ["plan.py", "apply.py", "drift.py"])
def test_a_command_that_leaves_no_report_is_said(
    runner: Runner, tmp_path: Path, script: str
) -> None:
    """Where mpctl stops at its command line, the page of the run points to the log."""
    stubbed = Stubbed(runner, plan=64, apply=64, drift=64, silent=1)
    _approve(tmp_path)
    step = stubbed.step(script, report=str(tmp_path / "report"))

    assert (step.code, step.report) == (64, "### 🔴 Stopped\n\nThe log of this step says why.\n")
    assert step.summary == f"{step.report}\n"


@pytest.mark.parametrize(
    ("command", "called"),
    [
        ("drift", ["drift", "--format", "markdown", "--output", "report.md"]),
        (
            "expire",
            [
                *("apply", "--expired-only", "--confirm", "--journal", "journal"),
                *("--format", "markdown", "--output", "report.md"),
            ],
        ),
    ],
)
def test_the_daily_steps(runner: Runner, command: str, called: list[str]) -> None:
    """Drift only reads; removing what has expired writes nothing else, and is journaled."""
    stubbed = Stubbed(runner, drift=2)
    step = stubbed.step("drift.py", MPCTL_COMMAND=command)

    assert stubbed.calls == [(called, True)]
    assert (step.code, step.summary) == (2 if command == "drift" else 0, "report\n\n")


def _approve(tmp_path: Path) -> None:
    approved = tmp_path / "report" / "approved"
    approved.mkdir(parents=True)
    (approved / "plan.json").write_text("{}", "utf-8")
