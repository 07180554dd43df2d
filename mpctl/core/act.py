"""Acts: what is done at a service beside changes of rules and settings; nothing takes it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from mpctl.core.outcome import Status
from mpctl.diagnostics import Code, Diagnostic, ExitCode, first_few


class Deed(StrEnum):
    """What is done."""

    RELEASE = "release"
    DELIST = "delist"
    TRAIN = "train"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    RELOAD = "reload"
    RAW = "raw"


BY_HAND: Final[Mapping[Deed, str]] = {
    Deed.RELEASE: "Mail that was delivered stays so: tell its recipients, and block the sender.",
    Deed.DELIST: "Block the sender by a rule in the policy of its order.",
    Deed.TRAIN: "Train the same message as its opposite.",
    Deed.RESCHEDULE: "Reschedule the message again, with the time that suits.",
    Deed.CANCEL: "Ask the sender to send the message again.",
    Deed.RELOAD: "Correct what is stored, and reload again.",
    Deed.RAW: "Send the call that means the opposite, if there is one.",
}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is done to a subject: a message, a sender, a target.

    `about` is what lets a person recognise the subject when it is gone.
    """

    deed: Deed
    target: str
    subject: str
    about: str = ""

    def __str__(self) -> str:
        return f"{self.deed} {self.subject}"


@dataclass(frozen=True, slots=True)
class Ended:
    """How an act ended; `detail` says what a person needs to know beyond the status."""

    act: Act
    status: Status
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Acted:
    """An act as the journal tells it; without an end it was begun, and nobody knows more."""

    number: int
    act: Act
    end: Ended | None = None
    line: int = 1

    @property
    def status(self) -> Status:
        """How it ended."""
        return self.end.status if self.end else Status.UNKNOWN

    @property
    def wrote(self) -> bool:
        """Tell whether the service may be different because of it."""
        return self.status in {Status.APPLIED, Status.UNKNOWN}


@dataclass(frozen=True, slots=True)
class ActResult:
    """What became of the acts of a command; satisfies `mpctl.core.run.Result`."""

    ends: tuple[Ended, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    interrupted: bool = False

    def count(self, status: Status) -> int:
        """Count the acts that ended this way."""
        return sum(1 for end in self.ends if end.status is status)

    @property
    def exit_code(self) -> ExitCode:
        """The contract with scripts: whether anything was done, and everything."""
        if self.interrupted:
            return ExitCode.INTERRUPTED
        if self.count(Status.APPLIED) == len(self.ends) and not self.findings:
            return ExitCode.DONE
        done = self.count(Status.APPLIED) + self.count(Status.UNKNOWN)
        return ExitCode.PARTIAL if done else ExitCode.STOPPED


def act_to_json(act: Act) -> dict[str, Any]:
    """An act as a JSON object."""
    return {
        "deed": act.deed.value,
        "target": act.target,
        "subject": act.subject,
        "about": act.about,
    }


def act_from_json(entry: Mapping[str, Any]) -> Act:
    """Read an act; raises KeyError or ValueError when it is none."""
    return Act(Deed(entry["deed"]), entry["target"], entry["subject"], entry["about"])


def say_not_undone(run_id: str, acts: Iterable[Acted]) -> tuple[Diagnostic, ...]:
    """Say of each kind of act that a run did, or may have done, that nothing takes it back."""
    by_deed: dict[Deed, list[str]] = {}
    for acted in acts:
        if acted.wrote:
            by_deed.setdefault(acted.act.deed, []).append(acted.act.subject)
    return tuple(
        Diagnostic(
            Code.NOT_UNDONE,
            f"run {run_id} did {deed} {first_few(subjects, ', ')}: that cannot be taken back",
            why="A rollback takes back changes of rules and settings only; nothing was written.",
            fix=BY_HAND[deed],
        )
        for deed, subjects in by_deed.items()
    )
