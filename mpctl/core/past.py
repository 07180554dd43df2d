"""Past runs in short and at length, as `history` gives them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mpctl.core.act import Acted, act_to_json
from mpctl.core.codec import diagnostic_to_json, outcome_to_json
from mpctl.core.outcome import Outcome, Status
from mpctl.core.run import Before, Run, Step
from mpctl.core.run_codec import row_to_json

Json = dict[str, Any]

LOST = "it was begun, and the journal broke off: only a read can tell whether it was done"


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run seen from today.

    `running` tells whether its process is still at work; `rolled_back_by` names the runs that took
    it back, at least in part.
    """

    run: Run
    running: bool = False
    rolled_back_by: tuple[str, ...] = ()

    @property
    def unfinished(self) -> bool:
        """Tell whether the run broke off."""
        return self.run.end is None and not self.running

    def summary(self) -> Json:
        """One row of the history."""
        header, end = self.run.header, self.run.end
        return {
            "id": header.id,
            "command": header.command,
            "started": header.started.isoformat(timespec="seconds"),
            "ended": end.at.isoformat(timespec="seconds") if end else None,
            "who": header.who,
            "mpctl_version": header.version,
            "commit": header.commit,
            "digest": header.digest,
            "accounts": {
                target: {"service": account.service, "number": account.number}
                for target, account in sorted(header.accounts.items())
            },
            "entities": [str(entity) for entity in self.run.entities],
            "outcomes": {status.value: self.run.count(status) for status in Status},
            "exit_code": int(end.exit_code) if end else None,
            "unfinished": self.unfinished,
            "running": self.running,
            "rolls_back": header.rolls_back,
            "rolled_back_by": list(self.rolled_back_by),
        }

    def details(self) -> Json:
        """Everything about the run."""
        end = self.run.end
        return {
            **self.summary(),
            "journal": self.run.path,
            "operations": [_step(step) for step in self.run.steps],
            "acts": [_acted(acted) for acted in self.run.acts],
            "before": [_before(before) for before in self.run.before.values()],
            "findings": [diagnostic_to_json(d) for d in end.findings] if end else [],
        }


def rolled_back_by(runs: Iterable[Run], run_id: str) -> tuple[str, ...]:
    """The runs that took a run back and did something, in the order given."""
    return tuple(run.id for run in runs if run.header.rolls_back == run_id and run.wrote)


def outcome_of(step: Step) -> Outcome:
    """How a step ended, as far as the journal says."""
    return step.outcome or Outcome(step.operation, Status.UNKNOWN, LOST)


def _step(step: Step) -> Json:
    return {"number": step.number, **outcome_to_json(outcome_of(step))}


def _acted(acted: Acted) -> Json:
    return {
        "number": acted.number,
        **act_to_json(acted.act),
        "status": acted.status.value,
        "detail": acted.end.detail if acted.end else LOST,
    }


def _before(before: Before) -> Json:
    return {
        "entity": str(before.entity),
        "native_id": before.native_id,
        "rules": [row_to_json(row) for row in before.rules],
        "settings": dict(before.settings),
        "documents": dict(before.documents),
    }
