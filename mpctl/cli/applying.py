"""What every command does that carries out a plan: lock, connect, plan, guard, write, say.

A command decides what is desired, and calls in this order:

    with applying(invocation, configuration, targets, terms) as work:
        prepared = work.guarded(work.prepare(desired))
        ending = work.carry_out(prepared)
        return work.show(ending)

No plan is carried out that the guards have not seen: the type checker holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NewType

from mpctl import __version__
from mpctl.cli.clock import system_clock
from mpctl.cli.options import Invocation
from mpctl.cli.place import one_at_a_time, runs_of
from mpctl.cli.plan import plan_exit_code
from mpctl.cli.progress import progress_for
from mpctl.cli.running import Execution
from mpctl.cli.signals import interruption
from mpctl.cli.targets import connections_of, open_providers
from mpctl.cli.terms import Terms
from mpctl.core.codec import plan_to_json, result_to_json
from mpctl.core.outcome import ApplyResult
from mpctl.core.plan import Plan
from mpctl.core.refusals import refusals
from mpctl.core.stage import Stage
from mpctl.core.state import DesiredState
from mpctl.diagnostics import Diagnostic, ExitCode
from mpctl.policy import Configuration
from mpctl.ports import Provider
from mpctl.reconcile import Guarding, Prepared, prepare
from mpctl.render import Document, apply_document, plan_document
from mpctl.stages import during
from mpctl.store.runs import Runs

Guarded = NewType("Guarded", Prepared)


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a plan: only shown, refused by a guard, or carried out with a result."""

    plan: Plan
    result: ApplyResult | None = None
    refused: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """Refused, as the result says, or pending where confirming would change something."""
        if self.refused:
            return ExitCode.REFUSED
        return self.result.exit_code if self.result else plan_exit_code(self.plan, detailed=True)

    def document(self, findings: tuple[Diagnostic, ...], banner: str) -> Document:
        """What people read of it."""
        if self.result is not None:
            return apply_document(self.result, findings=findings, banner=banner)
        return plan_document(
            self.plan,
            findings=findings,
            banner=banner,
            dry_run=not self.refused,
            refused=self.refused,
        )


@dataclass(frozen=True, slots=True)
class Applying:
    """A command at work: connected, and alone with its targets where it may write."""

    execution: Execution
    guarding: Guarding
    terms: Terms

    @property
    def now(self) -> datetime:
        """The moment of the plan, after the wait for the lock."""
        return self.execution.now

    @property
    def providers(self) -> Mapping[str, Provider]:
        """The connected targets."""
        return self.execution.providers

    @property
    def runs(self) -> Runs:
        """The journals."""
        return self.execution.runs

    def prepare(self, desired: DesiredState, everything: DesiredState | None = None) -> Prepared:
        """Plan what is desired, of `everything` that is declared; reads only."""
        declared = desired if everything is None else everything
        progress = self.execution.progress
        return prepare(desired, declared, self.providers, now=self.now, progress=progress)

    def guarded(self, prepared: Prepared) -> Guarded:
        """The plan with what every guard finds in it; the last step before it is carried out."""
        plan = self.guarding.over(prepared.plan, self.providers, self.now)
        return Guarded(replace(prepared, plan=plan))

    def carry_out(
        self,
        prepared: Guarded,
        *,
        rolls_back: str = "",
        settles: bool = False,
        first: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> Ending:
        """Carry out a guarded plan if that is confirmed and no guard refuses; see `Execution`.

        `first` is entered once nothing stands against it, and hears of an error after which nothing
        was written. Raises MpctlError, a refusal, when it is not the plan that was reviewed.
        """
        plan = prepared.plan
        if self.terms.expectation is not None:
            self.terms.expectation.hold(plan)
        if not self.terms.confirm:
            return Ending(plan)
        if plan.refused:
            return Ending(plan, refused=True)
        with first():
            result = self.execution.carry_out(prepared, rolls_back=rolls_back, settles=settles)
        return Ending(plan, result)

    @during(Stage.RENDER)
    def show(
        self,
        ending: Ending,
        findings: tuple[Diagnostic, ...] = (),
        *,
        exit_code: ExitCode | None = None,
        parts: Mapping[str, Any] | None = None,
        worded: Callable[[Document], Document] = lambda document: document,
    ) -> ExitCode:
        """Show what became of the plan, with what a command has to say beside, in its words."""
        console = self.execution.invocation.console
        reasons = refusals(ending.plan) if ending.refused else ()
        return console.show(
            worded(ending.document(findings, console.banner)),
            exit_code=ending.exit_code if exit_code is None else exit_code,
            diagnostics=(*reasons, *findings),
            parts={
                "dry_run": not self.terms.confirm,
                "plan": self.as_json(ending.plan),
                **({"result": result_to_json(ending.result)} if ending.result else {}),
                **(parts or {}),
            },
        )

    def as_json(self, plan: Plan) -> dict[str, Any]:
        """A plan as it is printed and saved."""
        return plan_to_json(plan, created=self.now, version=__version__)


@contextmanager
def applying(
    invocation: Invocation, configuration: Configuration, targets: Collection[str], terms: Terms
) -> Iterator[Applying]:
    """Be ready to plan for these targets and, where the terms confirm it, to write.

    Raises MpctlError: bad usage, no credentials, or a refusal while another run holds the lock.
    """
    guarding = terms.lifted.guarding(configuration)
    runs = runs_of(invocation, terms.journal)
    locked = targets if terms.confirm else ()
    with (
        interruption() as signals,
        one_at_a_time(invocation, locked, timeout=terms.lock_timeout),
        progress_for(invocation.console) as progress,
        open_providers(invocation, configuration, targets, writable=terms.confirm) as providers,
    ):
        now = system_clock().now()
        workers = max(1, connections_of(configuration, targets))
        execution = Execution(invocation, providers, runs, now, progress, signals, workers)
        yield Applying(execution, guarding, terms)
