"""Run a program and hear it: no shell, bounded in time and memory."""

from __future__ import annotations

import errno
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, TypeAlias

PATIENCE: Final = 30.0
_AT_MOST: Final = 65_536


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended, and the first part of what it said; that is not for anyone's eyes."""

    status: int
    out: bytes = field(default=b"", repr=False)
    err: bytes = field(default=b"", repr=False)


Run: TypeAlias = Callable[[Sequence[str], Path], Finished]
"""Run the arguments in a folder; raises OSError, TimeoutError with words that can be shown."""


def ending(status: int) -> str:
    """Say how a program failed."""
    return f"failed with exit status {status}" if status >= 0 else f"was ended by signal {-status}"


def run_program(
    arguments: Sequence[str],
    folder: Path,
    *,
    patience: float = PATIENCE,
    at_most: int = _AT_MOST,
    environment: Mapping[str, str] | None = None,
    told: bytes = b"",
) -> Finished:
    """Run a program to its end, and keep the first `at_most` bytes of what it says.

    `environment` is everything that it gets; left out, it gets ours. `told` is its input.

    Raises FileNotFoundError when there is none, TimeoutError when it does not end, else OSError.
    """
    program = find_program(arguments[0], folder)
    try:
        process = subprocess.Popen(  # noqa: S603 - the configuration is trusted code, and no shell
            [str(program), *arguments[1:]],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE if told else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except ValueError:  # a character that no argument can hold
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from None
    try:
        _tell(process, told)
        return _heard(process, patience, at_most)
    finally:
        process.kill()
        process.wait()


def is_file(path: Path) -> bool:
    """Tell whether there is such a file; a folder that may not be entered has none."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises where this says no


def find_program(name: str, folder: Path) -> Path:
    """Where a program lies: below `folder` if written as a path, else in a folder of PATH.

    The current directory is never searched, as Windows would: it may hold a stranger's files.
    Raises FileNotFoundError.
    """
    is_path = Path(name).name != name
    for place in [folder.absolute()] if is_path else _search_path():
        for suffix in _suffixes(name):
            candidate = place / f"{name}{suffix}"
            if is_file(candidate) and (is_path or os.access(candidate, os.X_OK)):
                return candidate
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))


def _search_path() -> Iterator[Path]:
    folders = map(Path, os.environ.get("PATH", "").split(os.pathsep))
    return (folder for folder in folders if folder.is_absolute())


def _suffixes(name: str) -> Sequence[str]:
    """What Windows appends to a program's name; nothing where there is no PATHEXT."""
    known = [suffix for suffix in os.environ.get("PATHEXT", "").lower().split(os.pathsep) if suffix]
    return known if known and not name.lower().endswith(tuple(known)) else [""]


def _tell(process: subprocess.Popen[bytes], told: bytes) -> None:
    """Give a program its input meanwhile; one that does not want it all is no error."""
    stream = process.stdin
    if stream is None:
        return

    def tell() -> None:
        with suppress(OSError), stream:
            stream.write(told)

    threading.Thread(target=tell, daemon=True).start()


def _heard(process: subprocess.Popen[bytes], patience: float, at_most: int) -> Finished:
    deadline = time.monotonic() + patience
    ears = [_Ear(stream, at_most) for stream in (process.stdout, process.stderr) if stream]
    for ear in ears:
        ear.join(max(0.0, deadline - time.monotonic()))
    try:
        status = process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        status = None
    if status is None or any(ear.is_alive() for ear in ears):
        raise TimeoutError(f"did not end within {patience:g} seconds")
    return Finished(status, *(ear.heard for ear in ears))


class _Ear(threading.Thread):
    """Reads one stream to its end and keeps the first part; a thread, because Windows needs it.

    A daemon: a grandchild that keeps the stream open must not keep mpctl.
    """

    def __init__(self, stream: IO[bytes], at_most: int) -> None:
        super().__init__(daemon=True)
        self.heard = b""
        self._stream = stream
        self._at_most = at_most
        self.start()

    def run(self) -> None:
        with self._stream:
            self.heard = self._stream.read(self._at_most)
            while self._stream.read(_AT_MOST):
                pass
