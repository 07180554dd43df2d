"""Real processes against a served sandbox: what signals and kills do to a run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mpctl.core.run import Run
from mpctl.sandbox import Sandbox
from mpctl.store.runs import Runs

CONFIGURATION: Final = """
version: 1
default_target: mailprotector
targets:
  mailprotector: {provider: mailprotector, requests_per_second: 500}
guards: {max_removals_percent: 100}
"""
POLICIES: Final = """
entity: domains/acme.example
allow: [new-partner.example, invoices.example, orders.example]
settings: {allow_spam_release: true}
---
entity: domains/bluefin.example
block: [bulk.example, fake-courier.example]
"""


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The object that it printed."""
        return json.loads(self.out)

    @property
    def statuses(self) -> Counter[str]:
        """How its operations ended."""
        return Counter(outcome["status"] for outcome in self.json["result"]["outcomes"])


@dataclass
class Site:
    """A folder with policies, a served sandbox, and processes of mpctl in it."""

    folder: Path
    sandbox: Sandbox
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def set_up(self) -> None:
        """Write the policies."""
        (self.folder / "policies").mkdir()
        (self.folder / "policies" / "mpctl.yaml").write_text(CONFIGURATION, "utf-8")
        (self.folder / "policies" / "all.yaml").write_text(POLICIES, "utf-8")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command."""
        service = self.sandbox.mailprotector
        variables = {
            "MAILPROTECTOR_API_BASE_URL": service.base_url,
            "MAILPROTECTOR_API_KEY": service.api_key,
        }
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "mpctl", *arguments],
            cwd=self.folder,
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process

    def run(self, *arguments: str) -> Ended:
        """Run a command to its end."""
        return self.end(self.start(*arguments))

    def end(self, process: subprocess.Popen[str]) -> Ended:
        """Wait for a command."""
        out, err = process.communicate(timeout=60)
        return Ended(process.returncode, out, err)

    def signal_at(self, method: str, call: int, *numbers: signal.Signals) -> None:
        """Send the newest process these signals while it waits for the answer to a call."""

        def send() -> None:
            for number in numbers:
                self.running[-1].send_signal(number)
            # The signals have arrived long before the answer does.
            time.sleep(0.3)

        self.sandbox.meanwhile(method, ".", send, nth=call)

    @property
    def runs(self) -> list[Run]:
        """The runs that were journaled, newest first."""
        found, strange = Runs(self.folder / ".mpctl" / "runs").read_all()
        assert not strange
        return found

    def live(self) -> dict[str, list[str]]:
        """The rules of the two domains, as they really are."""
        state = self.sandbox.mailprotector.state
        keys: Sequence[tuple[str, int]] = (("domains", 9101), ("domains", 9301))
        return {
            f"{scope}/{number}": sorted(
                f"{rule.rule_type.lower()} {rule.value}" for rule in state.rules_of(scope, number)
            )
            for scope, number in keys
        }
