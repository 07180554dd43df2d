"""What `release` and `release-many` share: to whom, on whose word, and what is shown."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import click

from mpctl.cli.acting import Confirmation, Record
from mpctl.cli.clock import system_clock
from mpctl.cli.looking import usage
from mpctl.cli.options import Invocation
from mpctl.cli.place import runs_of
from mpctl.cli.policies import read_policies
from mpctl.cli.targets import Connection
from mpctl.core.act import ActResult
from mpctl.core.browse import Level
from mpctl.core.entity import Entity
from mpctl.core.layers import declaring
from mpctl.core.mail import Delivery
from mpctl.core.match import Kind, MatchError, parse_match
from mpctl.core.release import Released, Selection, end_of, put_off, released_before
from mpctl.core.release_findings import after, before, incomplete, missing, released_already
from mpctl.core.run import Run
from mpctl.core.state import DesiredEntity
from mpctl.diagnostics import Diagnostic, ExitCode, MpctlError, Severity
from mpctl.operate import Permissions, Quarantine, Release
from mpctl.ports import MailLog, Releaser
from mpctl.render.release import dry_run_document, release_json, released_document
from mpctl.store.runs import Runs

_NUMBER: Final = re.compile(r"[0-9]{1,19}")
# So many messages are few enough to look up the permission of each before.
_FEW: Final = 5


def delivery_options(command: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
    """Add what says to whom, and how careful to be: a `delivery` and a `caution`."""

    @functools.wraps(command)
    def delivering(
        *arguments: Any,
        recipients: str | None,
        no_original: bool,
        verify: bool,
        again: bool,
        **options: Any,
    ) -> ExitCode:
        addresses = read_addresses(recipients)
        if no_original and not addresses:
            raise usage(
                "--no-original without --recipients would release to nobody",
                "Say with --recipients who gets it instead.",
            )
        delivery = Delivery(not no_original, addresses)
        caution = Caution(verify, again)
        return command(*arguments, delivery=delivery, caution=caution, **options)

    for option in reversed(
        (
            click.option(
                "--recipients", metavar="ADDRESSES", help="Also to these, separated by commas."
            ),
            click.option(
                "--no-original", is_flag=True, help="To --recipients only, not to its own."
            ),
            click.option(
                "--verify", is_flag=True, help="Look afterwards whether it is really gone."
            ),
            click.option("--again", is_flag=True, help="Also what was released from here before."),
        )
    ):
        delivering = option(delivering)
    return delivering


def read_addresses(text: str | None) -> tuple[str, ...]:
    """Read addresses separated by commas, each once; raises MpctlError (bad usage)."""
    found: dict[str, None] = {}
    for word in text.split(",") if text is not None else ():
        try:
            found[parse_match(word, Kind.EMAIL).value] = None
        except MatchError as error:
            raise usage(f"--recipients: {error.what}", error.hint) from error
    return tuple(found)


def read_numbers(words: Iterable[str]) -> tuple[str, ...]:
    """Read the numbers of messages, each once; raises MpctlError (bad usage) naming all others."""
    numbers = [word.strip() for word in words]
    wrong = [number for number in numbers if not _NUMBER.fullmatch(number)]
    if wrong or not numbers:
        raise usage(
            f"not the number of a message: {', '.join(map(repr, wrong)) or 'nothing'}",
            "mpctl messages shows the numbers; the id of a log entry is none.",
        )
    return tuple(dict.fromkeys(number.lstrip("0") or "0" for number in numbers))


@dataclass(frozen=True, slots=True)
class Caution:
    """Whether to look afterwards, and whether to send what was sent before."""

    verify: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """A release at work on one target; without a record nothing is sent."""

    invocation: Invocation
    connection: Connection
    target: str
    delivery: Delivery
    caution: Caution
    confirmation: Confirmation
    record: Record | None
    entity: Entity | None = None

    @property
    def quarantine(self) -> Quarantine:
        """Where the messages are held."""
        return Quarantine(self.connection.port(MailLog), self.entity)

    @property
    def permissions(self) -> Permissions:
        """What decides whether they may go."""
        browser, provider = self.connection.browser(), self.connection.provider()
        return Permissions(self.target, browser, provider, _declared(self.invocation, self.target))

    def run(self, selection: Selection, *, singly: bool) -> ExitCode:
        """Release what was selected, or show what would be; gives the exit code."""
        earlier = self._earlier(selection)
        if self.record is None or not selection.messages:
            return self._dry_run(selection, earlier)
        release = Release(
            releaser=self.connection.port(Releaser),
            quarantine=self.quarantine,
            target=self.target,
            delivery=self.delivery,
            log=self.record,
            sleep=system_clock().sleep,
            stopped=self.record.signals.stop.is_set,
        )
        permissions = self.permissions
        fresh = [message for message in selection.messages if message.id not in earlier]
        sent = release.one(fresh[0]) if singly and fresh else release.many(fresh)
        ends = (*sent, *put_off(selection.messages, earlier))
        if self.caution.verify:
            ends = release.verify(ends, permissions.permitted)
        findings = (
            *missing(selection.missing),
            *incomplete(selection),
            *after(ends, permissions.grants),
            *released_already(earlier, Severity.ERROR),
        )
        return self._ended(self.record, selection, ends, (*findings, *release.findings))

    def _earlier(self, selection: Selection) -> Mapping[str, str]:
        """The messages that were released from this machine before, each with the run."""
        if self.caution.again:
            return {}
        runs = runs_of(self.invocation, self.confirmation.journal)
        return released_before(
            _acts(runs, self.target), frozenset(one.id for one in selection.messages)
        )

    def _dry_run(self, selection: Selection, earlier: Mapping[str, str]) -> ExitCode:
        grants = self.permissions.grants
        few = len(selection.messages) <= _FEW
        findings = (
            *before(selection, self.delivery, grants if few else lambda _: ()),
            *released_already(earlier, Severity.WARNING),
        )
        code = ExitCode.STOPPED if selection.missing else ExitCode.DONE
        console = self.invocation.console
        return console.show(
            dry_run_document(
                selection, self.delivery, findings, datetime.astimezone, console.banner
            ),
            exit_code=ExitCode.PENDING if selection.messages else code,
            diagnostics=findings,
            parts={"dry_run": self.record is None, "release": self._json(selection)},
        )

    def _ended(
        self,
        record: Record,
        selection: Selection,
        ends: tuple[Released, ...],
        findings: tuple[Diagnostic, ...],
    ) -> ExitCode:
        acts = tuple(end_of(self.target, end, self.delivery) for end in ends)
        console = self.invocation.console
        return console.show(
            released_document(ends, self.delivery, findings, datetime.astimezone, console.banner),
            exit_code=record.exit_code(ActResult(acts, findings).exit_code),
            diagnostics=findings,
            parts={"dry_run": False, "release": self._json(selection, ends)},
        )

    def _json(self, selection: Selection, ends: tuple[Released, ...] = ()) -> Mapping[str, Any]:
        path = self.entity.path if self.entity else ""
        return release_json(path, self.delivery, selection.messages, selection.missing, ends)


def _acts(runs: Runs, target: str) -> Iterator[Run]:
    """The runs of acts on a target, newest first."""
    for header in runs.headers():
        if header.acts and target in header.accounts:
            with suppress(MpctlError):
                yield runs.find(header.id)


def _declared(invocation: Invocation, target: str) -> Callable[[Level], DesiredEntity | None]:
    """What the policies declare of a level; policies that are not in order declare nothing."""
    try:
        repository = read_policies(invocation)
    except MpctlError:
        return lambda _: None
    return declaring(repository.desired.entities, target)
