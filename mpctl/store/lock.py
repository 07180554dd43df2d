"""One run at a time: a lock of the operating system per target, which dies with its process.

It holds on this machine and for one state folder; what writes elsewhere is noticed by reading.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.store.files import private_folder, unusable_state

if TYPE_CHECKING:
    from filelock import FileLock

FOLDER: Final = "locks"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock: the process, user@host, the command, and since when (ISO 8601)."""

    pid: int
    who: str
    command: str
    since: str

    def __str__(self) -> str:
        return f"{self.command} of {self.who} (process {self.pid}, since {self.since})"


@dataclass(frozen=True, slots=True)
class Locks:
    """The locks of a state folder."""

    folder: Path

    @contextmanager
    def held(
        self,
        targets: Iterable[str],
        owner: Owner,
        *,
        timeout: float,
        on_wait: Callable[[str], None] = lambda _: None,
    ) -> Iterator[None]:
        """Hold the locks of these targets, always taken in the same order.

        `timeout` is in seconds, for each. `on_wait` is told who is waited for. Raises MpctlError: a
        refusal that names the owner, or that the folder cannot be used.
        """
        names = sorted(targets)
        if names:
            private_folder(self.folder)
        with ExitStack() as stack:
            for target in names:
                lock = self._acquire(target, timeout, on_wait)
                stack.callback(lock.release)
                self._sign(target, owner)
                stack.callback(self._owner_file(target).unlink, missing_ok=True)
            yield

    def owner(self, target: str) -> Owner | None:
        """Who holds the lock of a target right now; None when nobody does, or nobody signed."""
        if not self._path(target).exists():
            return None
        from filelock import Timeout  # noqa: PLC0415

        lock = self._lock(target)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return self._signed(target)
        except OSError:
            return None
        lock.release()
        return None

    def _acquire(self, target: str, timeout: float, on_wait: Callable[[str], None]) -> FileLock:
        from filelock import Timeout  # noqa: PLC0415

        lock = self._lock(target)
        try:
            try:
                lock.acquire(blocking=False)
            except Timeout:
                if timeout <= 0:
                    raise
                on_wait(self._holder(target))
                lock.acquire(timeout=timeout)
        except Timeout as error:
            raise _locked(target, self._holder(target)) from error
        except (OSError, NotImplementedError) as error:
            problem = error if isinstance(error, OSError) else OSError(0, "it knows no locks")
            raise unusable_state(self.folder, problem) from error
        return lock

    def _path(self, target: str) -> Path:
        return self.folder / f"{target}.lock"

    def _lock(self, target: str) -> FileLock:
        from filelock import FileLock  # noqa: PLC0415 - eight modules that only a writer needs

        # A soft lock would outlive its process: better none, and a clear error.
        return FileLock(self._path(target), mode=0o600, fallback_to_soft=False)

    def _owner_file(self, target: str) -> Path:
        return self.folder / f"{target}.owner.json"

    def _sign(self, target: str, owner: Owner) -> None:
        path = self._owner_file(target)
        fresh = path.with_suffix(f".{os.getpid()}")
        try:
            fresh.write_text(json.dumps(asdict(owner)), encoding="utf-8")
            fresh.replace(path)
        except OSError as error:
            raise unusable_state(self.folder, error) from error

    def _signed(self, target: str) -> Owner | None:
        try:
            return Owner(**json.loads(self._owner_file(target).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def _holder(self, target: str) -> str:
        return str(self._signed(target) or "another mpctl")


def _locked(target: str, holder: str) -> MpctlError:
    return MpctlError(
        Diagnostic(
            Code.LOCKED,
            f"target {target!r} is locked by {holder}",
            why="Two runs at once could undo each other; nothing was written.",
            fix="Wait until it has ended, or give a longer --lock-timeout.",
        ),
        exit_code=ExitCode.REFUSED,
    )
