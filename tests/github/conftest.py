"""A runner as GitHub has them: a policy repository, the event, and a `gh` that reaches nobody."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
SCRIPTS = REPOSITORY / ".github" / "scripts"
TEMPLATE = REPOSITORY / "docs" / "template"
KEY = "the-key-that-nobody-may-see"


@dataclass(frozen=True, slots=True)
class Step:
    """How a step ended, and what it left."""

    code: int
    log: str
    summary: str
    outputs: dict[str, str]
    folder: Path

    @property
    def report(self) -> str:
        """What people read."""
        return (self.folder / "report.md").read_text("utf-8")

    @property
    def plan(self) -> Any:
        """The saved plan."""
        return json.loads((self.folder / "plan.json").read_text("utf-8"))


@dataclass(slots=True)
class Runner:
    """A machine of GitHub's: each step is a new process, and a checkout is what it works on."""

    home: Path
    repository: Path
    state: Path
    steps: int = 0
    world: dict[str, Any] = field(default_factory=dict)

    def git(self, *arguments: str) -> str:
        """Run git in the policy repository."""
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@msp.example", *arguments]
        ran = subprocess.run(  # noqa: S603 - a list, no shell
            command,
            cwd=self.repository,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
            check=True,
            capture_output=True,
            text=True,
        )
        return ran.stdout.strip()

    def commit(self, *files: tuple[str, str]) -> str:
        """Write files, commit everything, and give the commit."""
        for name, text in files:
            path = self.repository / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a change")
        return self.git("rev-parse", "HEAD")

    def step(self, script: str, *, event: dict[str, Any] | None = None, **variables: str) -> Step:
        """Run a script as a step of a workflow does."""
        self.steps += 1
        folder = Path(variables.pop("report", self.home / f"step-{self.steps}"))
        folder.mkdir(exist_ok=True)
        files = {name: self.home / f"{name}-{self.steps}" for name in ("output", "summary")}
        happened = self.home / f"event-{self.steps}.json"
        happened.write_text(json.dumps(event or {}), "utf-8")
        for path in files.values():
            path.touch()
        self._save_world()
        ran = subprocess.run(  # noqa: S603 - a list, no shell
            [sys.executable, str(SCRIPTS / script)],
            cwd=self.repository,
            env={
                **self.environment,
                "GITHUB_EVENT_PATH": str(happened),
                "GITHUB_OUTPUT": str(files["output"]),
                "GITHUB_STEP_SUMMARY": str(files["summary"]),
                "MPCTL_REPORT": str(folder),
                **variables,
            },
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self.world = json.loads(self._world.read_text("utf-8"))
        outputs = dict(
            line.split("=", 1) for line in files["output"].read_text("utf-8").splitlines()
        )
        summary = files["summary"].read_text("utf-8")
        return Step(ran.returncode, ran.stdout, summary, outputs, folder)

    @property
    def _world(self) -> Path:
        return self.home / "github.json"

    def _save_world(self) -> None:
        nothing: dict[str, Any] = {"comments": [], "answers": {}, "artefacts": {}, "calls": []}
        self.world = {**nothing, **self.world}
        self._world.write_text(json.dumps(self.world), "utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """What the machine sets for every step; a key is among it."""
        programs = [str(self.home / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
        return {
            "PATH": os.pathsep.join(programs),
            "HOME": str(self.home),
            "FAKE_GITHUB": str(self._world),
            "GITHUB_REPOSITORY": "msp/mail",
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_RUN_ID": "77",
            "GITHUB_REF_NAME": "main",
            "MPCTL_SANDBOX": "1",
            "MPCTL_STATE": str(self.state),
            "MAILPROTECTOR_API_KEY": KEY,
        }


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A policy repository made from the template as it stands."""
    repository = tmp_path_factory.mktemp("seed") / "repository"
    shutil.copytree(TEMPLATE, repository)
    runner = Runner(repository.parent, repository, repository.parent / "state")
    runner.git("init", "--quiet", "--initial-branch", "main")
    runner.commit()
    return repository


@pytest.fixture
def runner(seed: Path, tmp_path: Path) -> Runner:
    """A runner with a checkout of its own."""
    repository = Path(shutil.copytree(seed, tmp_path / "repository"))
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "gh"
    source = Path(__file__).with_name("gh.py")
    program.write_text(f"#!{sys.executable}\n{source.read_text('utf-8')}", "utf-8")
    program.chmod(0o755)
    return Runner(tmp_path, repository, tmp_path / "state")


def pull_request(commit: str, *, number: int = 7) -> dict[str, Any]:
    """The event of a pull request whose newest commit this is."""
    return {"pull_request": {"number": number, "head": {"sha": commit}, "base": {"ref": "main"}}}
