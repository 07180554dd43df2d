"""The journals of past runs, newest first; a cut-off line is ignored, a damaged file is named."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mpctl.core.decode import DecodeError
from mpctl.core.run import Run, RunHeader
from mpctl.core.run_codec import header_from_json, run_from_json
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, Severity
from mpctl.store.journal import SUFFIX

LAST: Final = "last"

_ID: Final = re.compile(r"(\d{8}T\d{6}Z)-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Runs:
    """The folder of the journals; a folder that is not there holds none."""

    folder: Path

    def ids(self) -> list[str]:
        """The names of all runs, newest first."""
        return [path.stem for path in self._files() if _is_journal(path)]

    def read_all(self) -> tuple[list[Run], list[Diagnostic]]:
        """Every run that can be read, newest first, and a warning for each other file."""
        runs: list[Run] = []
        strange: list[Diagnostic] = []
        for path in self._files():
            try:
                runs.append(_read(path))
            except DecodeError as error:
                strange.append(_strange(path, str(error)))
        return runs, strange

    def headers(self) -> list[RunHeader]:
        """The first lines of the runs that can be read, newest first; quick."""
        headers: list[RunHeader] = []
        with suppress(MpctlError):
            for path in self._files():
                with suppress(OSError, DecodeError), path.open("rb") as file:
                    headers.append(_header(path, file.readline()))
        return headers

    def newest(self) -> Iterator[Run]:
        """The runs that can be read, newest first, one by one; none when the folder cannot be."""
        with suppress(MpctlError):
            for path in self._files():
                with suppress(DecodeError):
                    yield _read(path)

    def find(self, beginning: str) -> Run:
        """The run whose name begins so; `last` is the newest.

        Raises MpctlError: bad usage if there is none or more than one, or if it cannot be read.
        """
        ids = self.ids()
        found = ids[:1] if beginning == LAST else [i for i in ids if i.startswith(beginning)]
        if len(found) != 1 or not beginning:
            raise _not_found(beginning, found if beginning else [], ids)
        path = self.folder / f"{found[0]}{SUFFIX}"
        try:
            return _read(path)
        except DecodeError as error:
            raise MpctlError(_strange(path, str(error), Severity.ERROR)) from error

    def _files(self) -> list[Path]:
        try:
            return sorted(self.folder.iterdir(), reverse=True)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise MpctlError(_strange(self.folder, str(error.strerror), Severity.ERROR)) from error


def shown(path: Path) -> str:
    """A path relative to the current directory where it lies below it, with `/`."""
    absolute, here = path.absolute(), Path.cwd()
    near = absolute.relative_to(here) if absolute.is_relative_to(here) else absolute
    return near.as_posix()


def _is_journal(path: Path) -> bool:
    return path.suffix == SUFFIX and _ID.fullmatch(path.stem) is not None


def _read(path: Path) -> Run:
    if not _is_journal(path):
        raise DecodeError("its name is not that of a journal")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DecodeError(f"it cannot be read: {error.strerror}") from error
    # What follows the last line break was cut off by a crash, or is being written right now.
    first, *rest = data.split(b"\n")[:-1] or [b""]
    header = _header(path, first + b"\n" if first else b"")
    lines = [(number, _object(line)) for number, line in enumerate(rest, start=2)]
    return run_from_json(header, shown(path), lines)


def _header(path: Path, line: bytes) -> RunHeader:
    """The first line; a run that was cut off in it began, and did nothing."""
    if not _is_journal(path):
        raise DecodeError("its name is not that of a journal")
    if not line.endswith(b"\n"):
        return RunHeader(path.stem, _moment(path.stem))
    header = header_from_json(_object(line))
    if header.id != path.stem:
        raise DecodeError(f"it is the journal of {header.id}")
    return header


def _moment(run_id: str) -> datetime:
    try:
        return datetime.strptime(run_id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise DecodeError("its name is not that of a journal") from error


def _object(line: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(line.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise DecodeError("one of its lines is not JSON") from error
    if not isinstance(value, dict):
        raise DecodeError("one of its lines is no JSON object")
    return value


def _strange(path: Path, why: str, severity: Severity = Severity.WARNING) -> Diagnostic:
    return Diagnostic(
        Code.UNREADABLE_RUN,
        f"{shown(path)} is not used as the journal of a run: {why}",
        why="What that run did is not known here.",
        fix="Restore the file from a backup, or move it out of the folder.",
        severity=severity,
    )


def _not_found(beginning: str, found: list[str], ids: list[str]) -> MpctlError:
    if found:
        summary = f"{len(found)} runs begin with {beginning!r}"
        fix = f"Name one of them: {', '.join(found[:5])}."
    else:
        summary = f"there is no run {beginning!r}"
        nearest = difflib.get_close_matches(beginning, ids, n=1, cutoff=0)
        fix = f"The nearest is {nearest[0]}." if nearest else "No run was recorded here yet."
    return MpctlError(Diagnostic(Code.UNKNOWN_RUN, summary, fix=fix), exit_code=ExitCode.USAGE)
