"""Carrying a plan out as a run: recorded before and after, finished or stopped in good order."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mpctl import __version__
from mpctl.cli.clock import system_clock
from mpctl.cli.identity import who
from mpctl.cli.options import Invocation
from mpctl.cli.revision import revision_of
from mpctl.cli.signals import Interruption
from mpctl.core.codec import plan_to_json
from mpctl.core.outcome import ApplyResult
from mpctl.core.plan import Plan
from mpctl.core.run import RunHeader
from mpctl.core.stage import Stage
from mpctl.diagnostics import MpctlError
from mpctl.ports import Progress, Provider
from mpctl.reconcile import Applier, Convergence, Prepared
from mpctl.stages import during
from mpctl.store.journal import Journal, new_run_id
from mpctl.store.runs import Runs


@dataclass(frozen=True, slots=True)
class Execution:
    """What a run needs beside its plan; `workers` is how many chains are written at once."""

    invocation: Invocation
    providers: Mapping[str, Provider]
    runs: Runs
    now: datetime
    progress: Progress
    signals: Interruption
    workers: int

    @during(Stage.APPLY)
    def carry_out(
        self, prepared: Prepared, *, rolls_back: str = "", settles: bool = False
    ) -> ApplyResult:
        """Apply a plan, journaled; one that changes nothing leaves no journal.

        Unless it `settles` a run that broke off: then its journal says that nothing was left to do.
        Raises MpctlError, with nothing written, when the journal cannot be begun.
        """
        if not prepared.plan.actionable and not settles:
            return ApplyResult(prepared.plan)
        self.signals.shield()
        header = self._header(prepared.plan, rolls_back)
        document = plan_to_json(prepared.plan, created=self.now, version=__version__)
        journal = Journal.begin(self.runs.folder, header, document)
        result = self._applier(prepared, journal).run(prepared.plan)
        try:
            journal.end(result, system_clock().now())
        except MpctlError as error:
            unsaid = [d for d in error.diagnostics if d not in result.findings]
            result = replace(result, findings=(*result.findings, *unsaid))
        return result

    def _applier(self, prepared: Prepared, journal: Journal) -> Applier:
        return Applier(
            prepared.desired,
            self.providers,
            self.now,
            # An interruption ends the pauses of the final reading at once.
            Convergence(during(Stage.WAITING)(self.signals.stop.wait)),
            self.progress,
            log=journal,
            stop=self.signals.stop,
            workers=self.workers,
        )

    def _header(self, plan: Plan, rolls_back: str) -> RunHeader:
        return replace(
            run_header(self.invocation, self.now),
            digest=plan.digest,
            rolls_back=rolls_back,
            accounts=plan.accounts,
        )


def run_header(invocation: Invocation, now: datetime) -> RunHeader:
    """Who begins a run, with what, from which policies."""
    revision = revision_of(invocation.policies)
    return RunHeader(
        id=new_run_id(now),
        started=now,
        command=invocation.console.command,
        version=__version__,
        who=who(),
        pid=os.getpid(),
        commit=revision.commit,
        merge=revision.merge,
    )
