"""Acts on the command line: one at a time, recorded before and after, finished in good order.

The only way to a target that can be written to without a plan.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from mpctl.cli.clock import system_clock
from mpctl.cli.options import Invocation
from mpctl.cli.place import (
    journal_option,
    lock_option,
    one_at_a_time,
    runs_of,
    unfinished,
)
from mpctl.cli.running import run_header
from mpctl.cli.signals import Interruption, interruption
from mpctl.cli.targets import Connection, open_target
from mpctl.core.act import Act, ActResult, Ended
from mpctl.core.outcome import Status
from mpctl.core.run import RunHeader
from mpctl.core.state import Account
from mpctl.diagnostics import Diagnostic, ExitCode, MpctlError
from mpctl.policy import Configuration
from mpctl.store.journal import Journal
from mpctl.store.runs import Runs
from mpctl.transport import TransportError

T = TypeVar("T")

Verdict = tuple[Status, str]
DONE: Final[Verdict] = (Status.APPLIED, "")
# How a dry run of an act ends.
CONFIRM: Final = "add --confirm to do it"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whether it is to be done, where it is recorded, and how long another run is waited for."""

    given: bool = False
    journal: Path | None = None
    lock_timeout: float = 30


@dataclass(slots=True)
class Record:
    """The record of a command's acts; satisfies `mpctl.ports.ActLog`.

    The journal begins with the first act. From then on an interruption only sets `stop`.
    """

    runs: Runs
    header: RunHeader
    signals: Interruption
    failures: list[Diagnostic] = field(default_factory=list)
    _journal: Journal | None = None
    _open: dict[Act, None] = field(default_factory=dict)
    _ends: dict[Act, Ended] = field(default_factory=dict)

    @property
    def result(self) -> ActResult:
        """What became of all acts so far."""
        return ActResult(
            tuple(self._ends.values()), tuple(self.failures), interrupted=self.signals.stop.is_set()
        )

    def exit_code(self, code: ExitCode) -> ExitCode:
        """The exit code of the command: this one, unless it was interrupted or not recorded."""
        if self.signals.stop.is_set():
            return ExitCode.INTERRUPTED
        return ExitCode.PARTIAL if self.failures and code is ExitCode.DONE else code

    def begun(self, acts: Sequence[Act]) -> None:
        """Record what is about to be done; raises MpctlError, and then it must not be done."""
        if self._journal is None:
            self.signals.shield()
            self._journal = Journal.begin(self.runs.folder, self.header, None)
        self._journal.begun(acts)
        self._open.update(dict.fromkeys(acts))

    def done(self, ends: Sequence[Ended]) -> None:
        """Record how acts ended; what cannot be recorded any more is one of the `failures`."""
        for end in ends:
            self._open.pop(end.act, None)
            self._ends[end.act] = end
        if self._journal is not None:
            with self._keeping():
                self._journal.done(ends)

    def doing(
        self, act: Act, do: Callable[[], T], judge: Callable[[T], Verdict] = lambda _: DONE
    ) -> T:
        """Do one thing, recorded ahead of it and after it; passes on what it raises."""
        self.begun([act])
        try:
            value = do()
        except MpctlError as error:
            status = Status.UNKNOWN if _may_be_done(error) else Status.FAILED
            self.done([Ended(act, status, error.diagnostics[0].summary)])
            raise
        self.done([Ended(act, *judge(value))])
        return value

    def close(self) -> None:
        """Record the end; what was begun and did not end by then is unknown."""
        if self._open:
            self.done([Ended(act, Status.UNKNOWN, "the command broke off") for act in self._open])
        if self._journal is not None:
            with self._keeping():
                self._journal.end(self.result, system_clock().now())

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        try:
            yield
        except MpctlError as error:
            self.failures += [d for d in error.diagnostics if d not in self.failures]


@contextmanager
def acting(
    invocation: Invocation, configuration: Configuration, target: str, confirmation: Confirmation
) -> Iterator[tuple[Connection, Record | None]]:
    """A target, and the record of what is done to it; None, and nothing can be, unconfirmed.

    Earlier acts that broke off are warned about before anything else is done.
    """
    runs = runs_of(invocation, confirmation.journal)
    invocation.console.warn(unfinished(invocation, runs, frozenset({target}), acts=True))
    if not confirmation.given:
        with open_target(invocation, configuration, target) as connection:
            yield connection, None
        return
    with (
        interruption() as signals,
        one_at_a_time(invocation, [target], timeout=confirmation.lock_timeout),
        open_target(invocation, configuration, target, writable=True) as connection,
    ):
        account = Account(connection.setup.service, connection.setup.account)
        header = run_header(invocation, system_clock().now())
        record = Record(runs, replace(header, acts=True, accounts={target: account}), signals)
        try:
            yield connection, record
        finally:
            record.close()
            invocation.console.warn(tuple(record.failures))


def acting_options(command: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
    """Add `--journal`, `--lock-timeout` and `--confirm`, which become a `confirmation`."""

    @functools.wraps(command)
    def confirmed(*arguments: Any, **options: Any) -> ExitCode:
        journal, lock_timeout = options.pop("journal"), options.pop("lock_timeout")
        confirmation = Confirmation(options.pop("confirm"), journal, lock_timeout)
        return command(*arguments, confirmation=confirmation, **options)

    confirm = click.option(
        "--confirm", is_flag=True, help="Really write. Without it nothing is written."
    )
    return journal_option(lock_option(confirm(confirmed)))


def _may_be_done(error: MpctlError) -> bool:
    """Tell whether what failed may have had its effect; a provider's words keep their cause."""
    causes = (error, error.__cause__)
    doubt = next((cause for cause in causes if isinstance(cause, TransportError)), None)
    return doubt is None or doubt.may_have_executed
