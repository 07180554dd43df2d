"""One run at a time: the lock is the system's, names its owner, and dies with its process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from mpctl.diagnostics import Code, ExitCode, MpctlError
from mpctl.store.lock import Locks, Owner

ME: Final = Owner(4711, "ops@harbor", "mpctl apply", "2026-11-21T03:00:00+00:00")
HOLDER: Final = """
import sys, time
from pathlib import Path
from mpctl.store.lock import Locks, Owner
owner = Owner(1234, "night@harbor", "mpctl apply", "2026-11-21T02:59:00+00:00")
with Locks(Path(sys.argv[1])).held(sys.argv[2:], owner, timeout=5):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def held_elsewhere(folder: Path, *targets: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds these locks."""
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", HOLDER, str(folder), *targets], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_run_is_refused_and_told_who_holds_the_lock(tmp_path: Path) -> None:
    """The refusal names the process, the person, the command and the time."""
    with (
        held_elsewhere(tmp_path, "mailprotector"),
        pytest.raises(MpctlError) as refused,
        Locks(tmp_path).held(["mailprotector"], ME, timeout=0),
    ):
        pass

    (problem,) = refused.value.diagnostics
    assert refused.value.exit_code is ExitCode.REFUSED
    assert problem.code is Code.LOCKED
    assert problem.summary == (
        "target 'mailprotector' is locked by mpctl apply of night@harbor "
        "(process 1234, since 2026-11-21T02:59:00+00:00)"
    )


def test_a_lock_dies_with_its_process(tmp_path: Path) -> None:
    """Killed without a chance to clean up, a process leaves nothing locked."""
    with held_elsewhere(tmp_path, "mailprotector") as process:
        process.kill()
        process.wait()

        with Locks(tmp_path).held(["mailprotector"], ME, timeout=0):
            assert Locks(tmp_path).owner("mailprotector") == ME


def test_one_waits_for_a_lock_and_says_for_whom(tmp_path: Path) -> None:
    """With a timeout the lock is had as soon as the other lets go."""
    waited_for = []
    with held_elsewhere(tmp_path, "mailprotector") as process:

        def end_it(holder: str) -> None:
            waited_for.append(holder)
            process.kill()

        with Locks(tmp_path).held(["mailprotector"], ME, timeout=30, on_wait=end_it):
            pass

    assert len(waited_for) == 1
    assert waited_for[0].startswith("mpctl apply of night@harbor")


def test_other_targets_are_not_locked(tmp_path: Path) -> None:
    """The lock is one per target."""
    with (
        held_elsewhere(tmp_path, "mailprotector"),
        Locks(tmp_path).held(["mailboxes"], ME, timeout=0),
    ):
        assert Locks(tmp_path).owner("mailboxes") == ME


def test_all_locks_are_had_or_none(tmp_path: Path) -> None:
    """A run that gets only some of its locks gives those back."""
    locks = Locks(tmp_path)
    with held_elsewhere(tmp_path, "b"):
        with pytest.raises(MpctlError), locks.held(["b", "a"], ME, timeout=0):
            pass

        assert locks.owner("a") is None


def test_nobody_owns_what_is_free(tmp_path: Path) -> None:
    """Before, between and after runs there is no owner; asking takes nothing away."""
    locks = Locks(tmp_path)
    assert locks.owner("a") is None
    with locks.held(["a"], ME, timeout=0):
        assert locks.owner("a") == ME
    assert locks.owner("a") is None


def test_a_damaged_signature_locks_all_the_same(tmp_path: Path) -> None:
    """Who holds it may be unknown; that it is held is not."""
    with held_elsewhere(tmp_path, "a"):
        (tmp_path / "a.owner.json").write_text("{", "utf-8")

        with (
            pytest.raises(MpctlError, match="is locked by another mpctl"),
            Locks(tmp_path).held(["a"], ME, timeout=0),
        ):
            pass


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    """Where no lock can be kept, nothing is run."""
    (tmp_path / "state").write_text("", "utf-8")

    with (
        pytest.raises(MpctlError) as refused,
        Locks(tmp_path / "state" / "locks").held(["a"], ME, timeout=0),
    ):
        pass

    assert [d.code for d in refused.value.diagnostics] == [Code.UNUSABLE_STATE]
