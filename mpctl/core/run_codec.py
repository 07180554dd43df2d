"""The lines of a journal as JSON values, and a run back from them.

A journal is read long after it was written, perhaps by another version: what a line holds is added
to and never given another meaning while the format version stays the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from mpctl.core.act import Act, Acted, Ended, act_from_json, act_to_json
from mpctl.core.change import RuleChange
from mpctl.core.codec import change_to_json, diagnostic_to_json, entity_to_json, outcome_to_json
from mpctl.core.decode import (
    DecodeError,
    change_from_json,
    diagnostic_from_json,
    entity_from_json,
)
from mpctl.core.entity import Entity
from mpctl.core.match import Kind, Match
from mpctl.core.outcome import Outcome, Status
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import Action, LiveRule, RuleKey
from mpctl.core.run import Before, Result, Run, RunEnd, RunHeader, Step
from mpctl.core.schedule import Operation
from mpctl.core.state import Account, LiveEntity
from mpctl.diagnostics import Code, ExitCode

JOURNAL_VERSION: Final = 1

Json = dict[str, Any]
Lines = Iterable[tuple[int, Mapping[str, Any]]]


def header_to_json(header: RunHeader) -> Json:
    """The first line."""
    return {
        "record": "run",
        "format_version": JOURNAL_VERSION,
        "mpctl_version": header.version,
        "run": header.id,
        "command": header.command,
        "started": header.started.isoformat(timespec="seconds"),
        "who": header.who,
        "pid": header.pid,
        "digest": header.digest,
        "commit": header.commit,
        "merge": header.merge,
        "rolls_back": header.rolls_back,
        "acts": header.acts,
        "accounts": {
            target: {"service": account.service, "number": account.number}
            for target, account in sorted(header.accounts.items())
        },
    }


def header_from_json(line: Mapping[str, Any]) -> RunHeader:
    """Read the first line; raises DecodeError when it is none of ours."""
    if line.get("record") != "run" or line.get("format_version") != JOURNAL_VERSION:
        raise DecodeError("it is no journal of this format")
    try:
        return RunHeader(
            id=line["run"],
            started=datetime.fromisoformat(line["started"]),
            command=line["command"],
            version=line["mpctl_version"],
            who=line["who"],
            pid=line["pid"],
            digest=line["digest"],
            commit=line["commit"],
            merge=line["merge"],
            rolls_back=line["rolls_back"],
            acts=line.get("acts", False),
            accounts={
                target: Account(account["service"], account["number"])
                for target, account in line["accounts"].items()
            },
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DecodeError("its first line does not have the shape of a journal") from error


def before_to_json(live: LiveEntity, plan: EntityPlan) -> Json:
    """What an entity is like before its first write, as far as its plan touches it."""
    changes = [change for change in plan.planned if isinstance(change, RuleChange)]
    lists = {change.action for change in changes}
    values = {change.match for change in changes}
    return {
        "record": "before",
        **entity_to_json(live.entity),
        "native_id": live.native_id,
        "rules": [
            row_to_json(row)
            for row in live.rules
            if row.key.action in lists or row.key.match in values
        ],
        "settings": dict(live.settings),
        "documents": dict(live.documents),
    }


def attempt_to_json(operations: Iterable[tuple[int, Operation]]) -> Json:
    """Operations that are about to be sent."""
    return {
        "record": "attempt",
        "operations": [_operation_to_json(number, operation) for number, operation in operations],
    }


def outcomes_to_json(outcomes: Iterable[tuple[int, Outcome]]) -> Json:
    """How operations ended."""
    return {
        "record": "outcome",
        "outcomes": [
            {
                **outcome_to_json(outcome),
                **_operation_to_json(number, outcome.operation),
                "touched": outcome.touched,
            }
            for number, outcome in outcomes
        ],
    }


def acts_to_json(acts: Iterable[tuple[int, Act]]) -> Json:
    """Acts that are about to be done."""
    return {
        "record": "act",
        "acts": [{"number": number, **act_to_json(act)} for number, act in acts],
    }


def acted_to_json(ends: Iterable[tuple[int, Ended]]) -> Json:
    """How acts ended, or that they were not attempted."""
    return {
        "record": "acted",
        "acts": [
            {
                "number": number,
                **act_to_json(end.act),
                "status": end.status.value,
                "detail": end.detail,
            }
            for number, end in ends
        ],
    }


def end_to_json(result: Result, at: datetime) -> Json:
    """The last line."""
    return {
        "record": "end",
        "at": at.isoformat(timespec="seconds"),
        "exit_code": int(result.exit_code),
        "interrupted": result.interrupted,
        "counts": {status.value: result.count(status) for status in Status},
        "findings": [diagnostic_to_json(finding) for finding in result.findings],
    }


def run_from_json(header: RunHeader, path: str, lines: Lines) -> Run:
    """Put a run together from the lines after the first, each with its number.

    Raises DecodeError when a line is none of ours.
    """
    by_record: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for number, line in lines:
        by_record.setdefault(line.get("record", ""), []).append((number, line))
    try:
        return Run(
            header=header,
            path=path,
            plan=next((line["plan"] for _, line in by_record.get("plan", ())), {}),
            before=dict(_befores(by_record.get("before", ()))),
            steps=_steps(by_record.get("attempt", ()), by_record.get("outcome", ())),
            acts=_acts(by_record.get("act", ()), by_record.get("acted", ())),
            end=next((_end(line) for _, line in by_record.get("end", ())), None),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DecodeError("one of its lines does not have the shape of a journal") from error


def _befores(lines: Lines) -> Iterator[tuple[Entity, Before]]:
    for number, line in lines:
        entity = entity_from_json(line)
        yield (
            entity,
            Before(
                entity=entity,
                native_id=line["native_id"],
                rules=tuple(_row_from_json(row) for row in line["rules"]),
                settings=line["settings"],
                documents=line["documents"],
                line=number,
            ),
        )


def _steps(attempts: Lines, outcomes: Lines) -> tuple[Step, ...]:
    steps: dict[int, Step] = {}
    for line, attempt in attempts:
        for entry in attempt["operations"]:
            steps[entry["number"]] = Step(entry["number"], _operation(entry), line=line)
    for line, ended in outcomes:
        for entry in ended["outcomes"]:
            number, operation = entry["number"], _operation(entry)
            begun = steps[number].line if number in steps else line
            steps[number] = Step(number, operation, _outcome(operation, entry), begun)
    return tuple(steps[number] for number in sorted(steps))


def _acts(begun: Lines, ended: Lines) -> tuple[Acted, ...]:
    acts: dict[int, Acted] = {}
    for line, record in begun:
        for entry in record["acts"]:
            acts[entry["number"]] = Acted(entry["number"], act_from_json(entry), line=line)
    for line, record in ended:
        for entry in record["acts"]:
            number, act = entry["number"], act_from_json(entry)
            first = acts[number].line if number in acts else line
            end = Ended(act, Status(entry["status"]), entry["detail"])
            acts[number] = Acted(number, act, end, first)
    return tuple(acts[number] for number in sorted(acts))


def _end(line: Mapping[str, Any]) -> RunEnd:
    return RunEnd(
        at=datetime.fromisoformat(line["at"]),
        exit_code=ExitCode(line["exit_code"]),
        interrupted=line["interrupted"],
        findings=tuple(diagnostic_from_json(finding) for finding in line["findings"]),
    )


def _operation_to_json(number: int, operation: Operation) -> Json:
    return {
        "number": number,
        **entity_to_json(operation.change.entity),
        "change": change_to_json(operation.change),
        "native_id": operation.native_id,
        "replaces": list(operation.replaces),
    }


def _operation(entry: Mapping[str, Any]) -> Operation:
    change = change_from_json(entity_from_json(entry), entry["change"])
    replaces: Sequence[str] = entry["replaces"]
    return Operation(change, entry["native_id"], tuple(replaces))


def _outcome(operation: Operation, entry: Mapping[str, Any]) -> Outcome:
    code = Code(entry["code"]) if "code" in entry else None
    status = Status(entry["status"])
    return Outcome(operation, status, entry["detail"], touched=entry["touched"], code=code)


def row_to_json(row: LiveRule) -> Json:
    """One row of a live list."""
    return {
        "action": row.key.action.value,
        "kind": row.key.match.kind.value,
        "match": row.key.match.value,
        "shown": row.shown,
        "native_id": row.native_id,
    }


def _row_from_json(row: Mapping[str, Any]) -> LiveRule:
    key = RuleKey(Action(row["action"]), Match(Kind(row["kind"]), row["match"]))
    return LiveRule(key, row["shown"], row["native_id"])
