"""The hooks for pre-commit, run by pre-commit."""

from __future__ import annotations

import subprocess
import sys

import pytest
import yaml

from tests.github.conftest import REPOSITORY, Runner

HOOKS = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8"))


def _install(runner: Runner) -> None:
    """Our hooks as they stand, but with this mpctl instead of one that is installed for them."""
    hooks = [{**hook, "language": "system"} for hook in HOOKS]
    config = yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]})
    runner.commit((".pre-commit-config.yaml", config))


def _run(runner: Runner) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--color", "never"],
        cwd=runner.repository,
        env={**runner.environment, "PRE_COMMIT_HOME": str(runner.home / "pre-commit")},
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    return ran.returncode, ran.stdout


def _stage(runner: Runner, name: str, text: str) -> None:
    (runner.repository / name).write_text(text, "utf-8")
    runner.git("add", name)


def test_good_policies_pass(runner: Runner) -> None:
    """A commit of policies is checked by both hooks."""
    _install(runner)
    _stage(runner, "policies/more.yaml", "entity: domains/acmeparts.example\nblock: [a.example]\n")
    code, log = _run(runner)

    assert code == 0, log
    assert [line.split(".")[0] for line in log.splitlines()] == ["mpctl validate", "mpctl lint"]
    assert log.count("Passed") == 2


@pytest.mark.parametrize(
    ("text", "said", "failed"),
    [
        ("entity: domains/acmeparts.example\nalow: []\n", "error[unknown-key]", 2),
        ("entity: domains/acmeparts.example\nallow: [gmail.com]\n", "error[broad-allow]", 1),
    ],
)
def test_bad_policies_are_stopped(runner: Runner, text: str, said: str, failed: int) -> None:
    """What validate or lint objects to is not committed, and is said with its place."""
    _install(runner)
    _stage(runner, "policies/more.yaml", text)
    code, log = _run(runner)

    assert code == 1
    assert "policies/more.yaml:2:" in log
    assert said in log
    assert log.count("Failed") == failed


def test_a_commit_without_policies_is_not_checked(runner: Runner) -> None:
    """The hooks do not run for other files."""
    _install(runner)
    _stage(runner, "notes.txt", "nothing")
    code, log = _run(runner)

    assert (code, log.count("Skipped")) == (0, 2)
