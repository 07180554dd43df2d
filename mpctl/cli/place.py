"""Where runs are recorded and locked, and how long one waits for another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mpctl.cli.clock import system_clock
from mpctl.cli.identity import this_process
from mpctl.cli.options import Command, Invocation
from mpctl.core.run import Run
from mpctl.core.undone import mark_rolled_back
from mpctl.core.unfinished import broken_off, say_unfinished
from mpctl.diagnostics import Diagnostic
from mpctl.store.lock import FOLDER, Locks
from mpctl.store.runs import Runs

if TYPE_CHECKING:
    from mpctl.reconcile import Prepared


def journal_option(command: Command) -> Command:
    """Add `--journal`."""
    return click.option(
        "--journal",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="The folder of the journals, instead of .mpctl/runs.",
    )(command)


def lock_option(command: Command) -> Command:
    """Add `--lock-timeout`."""
    return click.option(
        "--lock-timeout",
        type=click.FloatRange(min=0),
        default=30,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait for another run to end.",
    )(command)


def runs_of(invocation: Invocation, journal: Path | None) -> Runs:
    """The journals of this policy repository on this machine."""
    return Runs(journal or _state(invocation) / "runs")


def locks_of(invocation: Invocation) -> Locks:
    """The locks of this policy repository on this machine."""
    return Locks(_state(invocation) / FOLDER)


def unfinished(
    invocation: Invocation, runs: Runs, targets: AbstractSet[str], *, acts: bool = False
) -> tuple[Diagnostic, ...]:
    """A warning for each run of these targets that broke off; one that is at work is none.

    Of those that carry out plans, or of those of `acts`.
    """
    open_runs = broken_off(runs.newest(), targets, acts=acts)
    return tuple(say_unfinished(run) for run in open_runs if not is_running(invocation, run))


def is_running(invocation: Invocation, run: Run) -> bool:
    """Tell whether the process of a run holds the lock of one of its targets."""
    locks = locks_of(invocation)
    owners = (locks.owner(target) for target in run.header.accounts)
    process = run.header.pid, run.header.who
    return any(owner is not None and (owner.pid, owner.who) == process for owner in owners)


def marked(prepared: Prepared, runs: Runs) -> Prepared:
    """The plan with a warning where it does again what a rollback took back."""
    headers = runs.headers()
    oldest = min((h.id for h in headers if h.rolls_back), default="")
    if not oldest:
        return prepared
    recent = takewhile(lambda run: run.id >= oldest, runs.newest())
    names = {header.id: header for header in headers}
    return replace(prepared, plan=mark_rolled_back(prepared.plan, recent, names))


@contextmanager
def one_at_a_time(
    invocation: Invocation,
    targets: Iterable[str],
    *,
    timeout: float,
) -> Iterator[None]:
    """Hold the locks of these targets; raises MpctlError, a refusal that names the owner."""

    def say(holder: str) -> None:
        invocation.console.say(f"Waiting up to {timeout:g} s for {holder}")

    on_wait: Callable[[str], None] = (lambda _: None) if invocation.console.quiet else say
    owner = this_process(invocation, system_clock().now())
    with locks_of(invocation).held(targets, owner, timeout=timeout, on_wait=on_wait):
        yield


def _state(invocation: Invocation) -> Path:
    folder = invocation.state_folder
    return folder / "sandbox" if invocation.console.sandbox else folder
