"""What the runner of a workflow gives and takes: the event, outputs, the summary, `gh`.

The other scripts in this folder are the steps of the workflows beside it. They use the standard
library alone, take everything from the environment, and leave what they find in the folder
MPCTL_REPORT: `report.md`, `plan.json`, `output.json`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# What mpctl may see where it needs no key: whoever can make it quote its environment finds none.
KEYLESS = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT", "USERPROFILE")


def wish(name: str, default: str = "") -> str:
    """An input of the step; blank is the same as absent."""
    return os.environ.get(name, "").strip() or default


def policies() -> str:
    """The policy root, relative to the top of the repository."""
    return wish("MPCTL_POLICIES", "policies")


def against(base: str) -> list[str]:
    """The options of plan and apply that say what is planned: both must be given the same."""
    changed = ["--changed"] if wish("MPCTL_SCOPE") == "changed" else []
    return ["--base", base, *changed] if base else []


def report() -> Path:
    """The folder of everything that a later step or a reader wants."""
    folder = Path(wish("MPCTL_REPORT", "mpctl-report"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def event() -> dict[str, Any]:
    """What happened, as GitHub describes it."""
    path = wish("GITHUB_EVENT_PATH")
    return dict(json.loads(Path(path).read_text("utf-8"))) if path else {}


def output(values: dict[str, object]) -> None:
    """Set outputs of the step; a value is one line."""
    lines = [f"{name}={' '.join(str(value).split())}" for name, value in values.items()]
    _append("GITHUB_OUTPUT", "\n".join(lines) + "\n")


def summarize(text: str) -> None:
    """Show Markdown on the page of the run."""
    _append("GITHUB_STEP_SUMMARY", f"{text.rstrip()}\n\n")


def show(report: Path) -> None:
    """Show the report; a command line that mpctl does not understand leaves none."""
    if not report.exists():
        report.write_text("### 🔴 Stopped\n\nThe log of this step says why.\n", encoding="utf-8")
    summarize(report.read_text("utf-8"))


def say(text: str) -> None:
    """A line of ours for the log; it holds no value that comes from policies or a service."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def mpctl(*arguments: str, keys: bool = True) -> int:
    """Run mpctl, what it prints goes to the log; `keys` says whether it sees the environment."""
    environment = None if keys else dict(_keyless())
    return subprocess.run(["mpctl", *arguments], env=environment, check=False).returncode


def git(*arguments: str) -> str:
    """What git prints; raises CalledProcessError."""
    command = ["git", *arguments]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def gh(*arguments: str, given: object = None) -> Any:
    """What GitHub answers to `gh api`; `given` is the JSON body. Raises CalledProcessError."""
    body = ["--input", "-"] if given is not None else []
    text = None if given is None else json.dumps(given)
    ran = subprocess.run(
        ["gh", "api", *arguments, *body], input=text, check=True, capture_output=True, text=True
    )
    return json.loads(ran.stdout) if ran.stdout.strip() else None


def _keyless() -> Iterable[tuple[str, str]]:
    for name, value in os.environ.items():
        if name in KEYLESS or name.startswith(("MPCTL_", "GITHUB_WORKSPACE")):
            yield name, value


def _append(variable: str, text: str) -> None:
    path = wish(variable)
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
