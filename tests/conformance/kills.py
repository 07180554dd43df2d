"""Processes that are killed: whatever the instant, the next run converges and nothing is doubled.

The simulators are served by this process on loopback; the client is a process of its own, as a user
starts it. It is killed right before a call takes effect, right after, or at a random instant.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mpctl.core.rule import Action
from mpctl.core.run import Run
from mpctl.diagnostics import ExitCode
from mpctl.sandbox import Fault, FaultKind
from mpctl.store.runs import Runs
from tests.conformance.promises import Broken
from tests.conformance.running import Bench
from tests.conformance.scenario import Scenario, Snapshots, scenario
from tests.conformance.service import Service
from tests.conformance.windows import opens_window

_UNPACED: Final = {
    "requests_per_second": 1000,
    "reads_per_minute": 60_000,
    "writes_per_minute": 60_000,
}
_OURS: Final = ("MPCTL_", "MAILPROTECTOR_", "RACKSPACE_", "MAILBABY_", "STALWART_")


@dataclass(frozen=True, slots=True)
class Kill:
    """An instant: right before or right after the effect of a call, counted from 1, or by time."""

    call: int = 0
    effect: bool = False
    seconds: float = 0.0

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What keeps the call from having its effect, if anything does."""
        if not self.call or self.effect:
            return ()
        return (Fault("*", ".", FaultKind.DROP_BEFORE, nth=self.call),)


class Client:
    """`mpctl apply --confirm` as a process, in a folder with the policies of a scenario."""

    def __init__(self, folder: Path, bench: Bench, scenario_: Scenario) -> None:
        self._folder = folder
        kept = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}
        self._environment = {
            **kept,
            "HOME": str(folder),
            "USERPROFILE": str(folder),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            **bench.service.environment(bench.sandbox),
        }
        policies = folder / "policies"
        policies.mkdir()
        for name, document in _documents(scenario_).items():
            (policies / name).write_text(json.dumps(document), encoding="utf-8")

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command, by default the apply."""
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "mpctl", *(arguments or ("apply", "--confirm"))],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str) -> int:
        """Let it finish; gives its exit code."""
        process = self.start(*arguments)
        process.communicate()
        return process.returncode

    @property
    def runs(self) -> Sequence[Run]:
        """The journaled runs, newest first; each file must be readable."""
        runs, strange = Runs(self._folder / ".mpctl" / "runs").read_all()
        assert strange == []
        return runs


class Killing:
    """The scenario in one sandbox, killed again and again from its beginning."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench = bench
        self.scenario = scenario(bench.service)
        self.client = Client(folder, bench, self.scenario)
        self.scenario.begin(bench)
        start, began = len(bench.sandbox.requests), time.monotonic()
        assert self.client.run() == ExitCode.DONE
        self.seconds = time.monotonic() - began
        self.methods = [request.method for request in bench.sandbox.requests[start:]]

    def kills(self, at_random: int, seed: int = 0) -> Iterator[Kill]:
        """Before and after the effect of every call, and so many at random instants."""
        for call in range(1, len(self.methods) + 1):
            yield from (Kill(call, effect=effect) for effect in (False, True))
        chance = random.Random(seed)  # noqa: S311 - an instant is no secret
        yield from (Kill(seconds=chance.uniform(0, self.seconds)) for _ in range(at_random))

    def run(self, kill: Kill) -> tuple[bool, list[Broken]]:
        """Kill a run and let another finish; tells whether it was killed, and what was broken."""
        before = self.scenario.begin(self.bench)
        moments: list[Snapshots] = []
        runs = len(self.client.runs)
        killed = self._kill(kill, moments)
        broken = list(self._broken(before, moments))
        if len(self.client.runs) > runs:
            broken += self._taken_back(before, killed=killed)
        elif self._changed(before):
            broken.append(Broken.NOT_JOURNALED)
        finished = self.client.run() == ExitCode.DONE and self.scenario.reached(self.bench)
        left = self.bench.plan(*self.scenario.desired).changed
        if not finished or left:
            broken.append(Broken.NOT_FINISHED)
        return killed, broken

    def _kill(self, kill: Kill, moments: list[Snapshots]) -> bool:
        sandbox = self.bench.sandbox
        process = self.client.start()
        look = Fault(
            "*",
            ".",
            FaultKind.MEANWHILE,
            times=None,
            action=lambda: moments.append(self.scenario.glimpse(self.bench)),
        )
        for fault in (look, *kill.faults):
            sandbox.inject(fault)
        if kill.call:
            sandbox.meanwhile("*", ".", process.kill, nth=kill.call)
        else:
            time.sleep(kill.seconds)
            process.kill()
        process.communicate()
        moments.append(self.scenario.glimpse(self.bench))
        sandbox.clear_faults()
        return process.returncode != ExitCode.DONE

    def _taken_back(self, before: Snapshots, *, killed: bool) -> Iterator[Broken]:
        """The killed run is marked as unfinished, and rolling it back restores what was.

        It may be killed when all is done and journaled, and only the process has not ended.
        """
        run = self.client.runs[0]
        if run.unfinished is not killed and not (killed and self.scenario.reached(self.bench)):
            yield Broken.NOT_JOURNALED
        code = self.client.run("rollback", run.id, "--confirm", "--lock-timeout", "0")
        if code not in {ExitCode.DONE, ExitCode.PARTIAL} or self._changed(before):
            yield Broken.NOT_TAKEN_BACK

    def _changed(self, before: Snapshots) -> bool:
        now = self.scenario.look(self.bench)
        return any(now[entity].rules.keys() != was.rules.keys() for entity, was in before.items())

    def _broken(self, before: Snapshots, moments: list[Snapshots]) -> Iterator[Broken]:
        if opens_window(self.scenario, before, moments):
            yield Broken.WINDOW
        for entity, stage in self.scenario.stages.items():
            was, now = before[entity], self.bench.snapshot(entity)
            if any(copies > max(1, was.rules[rule]) for rule, copies in now.rules.items()):
                yield Broken.DUPLICATE
            if (was.rules - now.rules).keys() & stage.declared - _copies(was.rules):
                yield Broken.FALSE_REMOVAL
            if not stage.declared & was.rules.keys() <= now.rules.keys():
                yield Broken.LOST
            if now.rest != was.rest:
                yield Broken.MEDDLED


def _copies(rules: Counter[Any]) -> set[Any]:
    """The rules of which there are copies to take away."""
    return {rule for rule, copies in rules.items() if copies > 1}


def _documents(scenario_: Scenario) -> Mapping[str, Any]:
    """The policy repository as files; JSON is YAML."""
    service: Service = scenario_.service
    target = service.entities[0].target
    repository: dict[str, Any] = {
        "mpctl.yaml": {
            "version": 1,
            "default_target": target,
            "guards": {"max_removals_percent": 100},
            "targets": {target: {"provider": service.capabilities.provider, **_UNPACED}},
        }
    }
    for number, (entity, stage) in enumerate(scenario_.stages.items()):
        repository[f"{number}.yaml"] = {
            "entity": entity.path,
            "settings": stage.settings_of(service),
            **{a.value: list(stage.lists[a] or ()) for a in Action},
        }
    return repository
