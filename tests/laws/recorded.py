"""Runs over entities in memory that write a real journal, and may be killed anywhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from mpctl.core.codec import plan_to_json
from mpctl.core.entity import Entity
from mpctl.core.outcome import ApplyResult, Outcome
from mpctl.core.run import Run, RunHeader
from mpctl.core.schedule import Batch
from mpctl.core.state import DesiredState, LiveEntity
from mpctl.core.wayback import recorded_state, way_back
from mpctl.ports import SILENCE
from mpctl.reconcile import Applier, Convergence, Prepared, prepare
from mpctl.store.journal import Journal, new_run_id
from mpctl.store.runs import Runs
from tests.clock import FakeClock
from tests.laws.model import ModelProvider
from tests.strategies import NOW

TARGET: Final = "mailprotector"


class KilledError(Exception):
    """The process ends here, and nothing after this is done."""


@dataclass(slots=True)
class Mortal(ModelProvider):
    """A provider whose process dies at the call of this number, counted from 0.

    The call that it dies in is carried out or not.
    """

    dies_at: int | None = None
    dies_after_the_call: bool = False
    calls: int = 0
    on_call: Callable[[Batch], None] = field(default=lambda _: None)

    def apply(self, batch: Batch) -> Sequence[Outcome]:
        """Carry out a batch, unless this is the end."""
        self.on_call(batch)
        number, self.calls = self.calls, self.calls + 1
        dies = self.dies_at is not None and number >= self.dies_at
        if dies and not (self.dies_after_the_call and number == self.dies_at):
            raise KilledError
        outcomes = ModelProvider.apply(self, batch)
        if dies:
            raise KilledError
        return outcomes


@dataclass(slots=True)
class Bench:
    """A service in memory and a folder of journals."""

    provider: Mortal
    folder: Path

    @property
    def runs(self) -> Runs:
        """The journals."""
        return Runs(self.folder)

    @property
    def last(self) -> Run:
        """The newest run."""
        return self.runs.find("last")

    def plan(self, desired: DesiredState) -> Prepared:
        """Plan as the command does."""
        providers = {TARGET: self.provider}
        return prepare(desired, desired, providers, now=NOW, progress=SILENCE)

    def apply(self, desired: DesiredState, *, rolls_back: str = "") -> ApplyResult | None:
        """Plan and apply, journaled; None when the process was killed."""
        prepared = self.plan(desired)
        header = RunHeader(
            id=new_run_id(NOW + timedelta(seconds=len(self.runs.ids()))),
            started=NOW,
            command="apply",
            who="ops@harbor",
            pid=4711,
            digest=prepared.plan.digest,
            rolls_back=rolls_back,
            accounts=prepared.plan.accounts,
        )
        document = plan_to_json(prepared.plan, created=NOW, version="0.1.0")
        journal = Journal.begin(self.folder, header, document)
        with suppress(KilledError):
            result = self.applier(prepared, journal).run(prepared.plan)
            journal.end(result, NOW)
            return result
        return None

    def applier(self, prepared: Prepared, journal: Journal) -> Applier:
        """An applier that does one thing after the other."""
        return Applier(
            prepared.desired,
            {TARGET: self.provider},
            NOW,
            Convergence(FakeClock().sleep),
            SILENCE,
            workers=1,
            log=journal,
            stop=threading.Event(),
        )

    def roll_back(self, run: Run, *, overwrite: bool = False) -> ApplyResult | None:
        """Take a run back, as the command does."""
        back = way_back(run, recorded_state(run), self.live, overwrite=overwrite)
        return self.apply(back.desired, rolls_back=run.id)

    @property
    def live(self) -> Mapping[Entity, LiveEntity]:
        """What is live."""
        return dict(self.provider.live)
