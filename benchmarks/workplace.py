"""A folder to measure in: policies, and the environment that points mpctl at a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.dataset import PLAIN, Dataset, Layout, write_policies
from benchmarks.process import Weight, mpctl, weigh

KEY = "benchmark"


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where mpctl runs; `url` is the service, empty for none."""

    folder: Path
    url: str = ""

    @property
    def environment(self) -> Mapping[str, str]:
        """What mpctl is told by the environment."""
        own = {"MAILPROTECTOR_API_KEY": KEY, "MPCTL_STATE": str(self.folder / "state")}
        return own | ({"MAILPROTECTOR_API_BASE_URL": self.url} if self.url else {})

    def asking(self, url: str) -> Workplace:
        """The same place, with a service."""
        return Workplace(self.folder, url)

    def run(self, *arguments: str) -> Weight:
        """Run mpctl here."""
        return weigh(mpctl(*arguments), cwd=self.folder, environment=self.environment)

    def commit(self) -> None:
        """Make the policies a Git commit."""
        who = ("-c", "user.name=Maja", "-c", "user.email=maja@harbor.example")
        commit = (*who, "commit", "-q", "-m", "Policies")
        for words in (("init", "-q"), ("add", "policies"), commit):
            weigh(["git", *words], cwd=self.folder)


def workplace(folder: Path, data: Dataset, layout: Layout = PLAIN) -> Workplace:
    """Write the policies of a dataset."""
    folder.mkdir(parents=True, exist_ok=True)
    write_policies(data, folder / "policies", layout)
    return Workplace(folder)
