"""The journal of a run: one append-only file of JSON lines, each on the disk before work goes on.

Lines are pure ASCII and written whole, so that a crash leaves at most the last one cut off. The
first says whose run it is; then stand the plan, what was live before, what is tried and how it
ended, and the end. A run of acts has no plan: each act stands there before it is done.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mpctl.core.act import Act, Ended
from mpctl.core.outcome import Outcome
from mpctl.core.plan import EntityPlan
from mpctl.core.run import Result, RunHeader
from mpctl.core.run_codec import (
    acted_to_json,
    acts_to_json,
    attempt_to_json,
    before_to_json,
    end_to_json,
    header_to_json,
    outcomes_to_json,
)
from mpctl.core.schedule import Batch, Operation
from mpctl.core.state import LiveEntity
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.store.files import private_folder

SUFFIX: Final = ".jsonl"


def new_run_id(now: datetime) -> str:
    """A name for a run that sorts by time: `20261121T131500Z-1a2b3c4d`.

    The first five digits after the dash are the microseconds, the last three are random.
    """
    utc = now.astimezone(UTC)
    return f"{utc:%Y%m%dT%H%M%SZ}-{utc.microsecond:05x}{secrets.randbelow(16**3):03x}"


class Journal:
    """The record of one run; satisfies `mpctl.ports.RunLog` and `mpctl.ports.ActLog`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._numbers: dict[Operation | Act, int] = {}
        self._lock = threading.Lock()
        self._failure: MpctlError | None = None

    @classmethod
    def begin(cls, folder: Path, header: RunHeader, plan: Mapping[str, Any] | None) -> Journal:
        """Create the file of a run and write its first lines; acts have no plan.

        Raises MpctlError when that cannot be done; then nothing may be written to the service.
        """
        private_folder(folder)
        path = folder / f"{header.id}{SUFFIX}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            journal = cls(path, os.open(path, flags, 0o600))
        except OSError as error:
            raise _failed(path, error) from error
        journal._write(header_to_json(header))
        if plan is not None:
            journal._write({"record": "plan", "plan": plan})
        _sync_folder(folder)
        return journal

    def before(self, live: LiveEntity, plan: EntityPlan) -> None:
        """Record an entity before its first write; see `mpctl.ports.RunLog`."""
        with self._lock:
            self._write(before_to_json(live, plan))

    def attempt(self, batch: Batch) -> None:
        """Record what is about to be sent; see `mpctl.ports.RunLog`."""
        with self._lock:
            self._write(attempt_to_json((self._number(o), o) for o in batch.operations))

    def ended(self, outcomes: Sequence[Outcome]) -> None:
        """Record how operations ended; see `mpctl.ports.RunLog`."""
        with self._lock:
            self._write(outcomes_to_json((self._number(o.operation), o) for o in outcomes))

    def begun(self, acts: Sequence[Act]) -> None:
        """Record what is about to be done; see `mpctl.ports.ActLog`."""
        with self._lock:
            self._write(acts_to_json((self._number(act), act) for act in acts))

    def done(self, ends: Sequence[Ended]) -> None:
        """Record how acts ended; see `mpctl.ports.ActLog`."""
        with self._lock:
            self._write(acted_to_json((self._number(end.act), end) for end in ends))

    def end(self, result: Result, at: datetime) -> None:
        """Record how the run ended, and close the file.

        Raises MpctlError when the line cannot be kept.
        """
        with self._lock:
            try:
                self._write(end_to_json(result, at))
            finally:
                os.close(self._descriptor)

    def _number(self, what: Operation | Act) -> int:
        return self._numbers.setdefault(what, len(self._numbers) + 1)

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._failure is not None:
            raise self._failure
        data = json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n"
        try:
            _append(self._descriptor, data)
        except OSError as error:
            # Nothing may follow a line that is not whole: the file would be damaged in the middle.
            self._failure = _failed(self._path, error)
            raise self._failure from error


def _append(descriptor: int, data: bytes) -> None:
    if os.write(descriptor, data) != len(data):
        raise OSError(errno.ENOSPC, "the line could not be written whole")
    os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make sure that the file is found after a crash, too; Windows does not offer that."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _failed(path: Path, error: OSError) -> MpctlError:
    return MpctlError(
        Diagnostic(
            Code.JOURNAL_FAILED,
            f"the journal {path} cannot be written: {error.strerror}",
            why="Nothing is written to the service that the journal does not hold before.",
            fix="Make room, or choose another folder with --journal; then apply again.",
        )
    )
