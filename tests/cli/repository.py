"""A Git repository made of the sample policies, to compare revisions of."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_SETTINGS = {
    "user.name": "Maja",
    "user.email": "maja@harbor.example",
    "core.autocrlf": "false",
}


class Repository:
    """A Git repository in the current directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        """Run git; gives what it prints."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        settings = [word for k, v in _SETTINGS.items() for word in ("-c", f"{k}={v}")]
        done = subprocess.run(  # noqa: S603
            ["git", *settings, *arguments],  # noqa: S607
            cwd=self.folder,
            env={**environment, "GIT_CONFIG_GLOBAL": os.devnull},
            check=True,
            capture_output=True,
        )
        return done.stdout.decode().strip()

    def commit(self, message: str = "Change") -> str:
        """Commit everything but mpctl's state; gives the commit."""
        self.git("add", "-A", ":!.mpctl")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text in a file that must hold it once."""
        file = self.folder / path
        text = file.read_text("utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), "utf-8")
