"""A provider without a service: live state from a JSON file, outcomes as the case wants them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mpctl.core.capabilities import Capabilities
from mpctl.core.change import SettingChange, Verb
from mpctl.core.entity import Entity, Ref
from mpctl.core.match import live_match
from mpctl.core.outcome import Outcome, Status
from mpctl.core.rule import Action, LiveRule, RuleKey
from mpctl.core.schedule import Batch, Operation
from mpctl.core.state import Account, DesiredEntity, LiveEntity, LiveState, Reading
from mpctl.diagnostics import Code, Diagnostic
from mpctl.providers import CAPABILITIES


class FakeProvider:
    """Serves `live.json`: entity -> rules as [action, value, id], settings, ...

    `outcomes` gives the status and detail of an operation by its value; every other is applied.
    """

    capabilities: Capabilities = CAPABILITIES["mailprotector"]

    def __init__(self, live: dict[str, Any], outcomes: Mapping[str, Sequence[str]]) -> None:
        self._live = live
        self._outcomes = outcomes

    @classmethod
    def of(cls, case: Path) -> FakeProvider:
        """Read a case's live state."""
        document = json.loads((case / "live.json").read_text("utf-8"))
        return cls(document["entities"], document.get("outcomes", {}))

    def fetch(
        self, wanted: Sequence[Reading], on_read: Callable[[], None] = lambda: None
    ) -> LiveState:
        """Look the entities up."""
        found: dict[Entity, LiveEntity] = {}
        missing: dict[Entity, Diagnostic] = {}
        unread: dict[Entity, Diagnostic] = {}
        for entity in (reading.entity for reading in wanted):
            described = self._live.get(entity.path)
            if described is None:
                missing[entity] = _problem(Code.NOT_FOUND, entity, "does not exist")
            elif "problem" in described:
                unread[entity] = _problem(Code.UNAVAILABLE, entity, described["problem"])
            else:
                found[entity] = _live_entity(entity, described)
            on_read()
        return LiveState(Account("https://service.example/api/v1", "400"), found, missing, unread)

    def review(self, desired: DesiredEntity, live: LiveEntity) -> Sequence[Diagnostic]:
        """Find nothing."""
        _ = desired, live
        return ()

    def count_users(self, ref: Ref) -> int | None:
        """Count as the case says, for every entity the same."""
        _ = ref
        return None

    def apply(self, batch: Batch) -> Sequence[Outcome]:
        """End each operation as the case says."""
        return [self._perform(batch, operation) for operation in batch.operations]

    def _perform(self, batch: Batch, operation: Operation) -> Outcome:
        change = operation.change
        subject = change.name if isinstance(change, SettingChange) else change.shown
        status, detail = self._outcomes.get(subject, (Status.APPLIED, ""))
        if status == Status.APPLIED:
            self._carry_out(self._live[batch.entity.path], operation)
        return Outcome(operation, Status(status), detail)

    def _carry_out(self, described: dict[str, Any], operation: Operation) -> None:
        change = operation.change
        if isinstance(change, SettingChange):
            described["settings"][change.name] = change.after
            return
        rules = described.setdefault("rules", [])
        if change.verb is Verb.CREATE:
            rules.append([change.action, change.shown, 1000 + len(rules)])
        else:
            rules[:] = [row for row in rules if str(row[2]) != operation.native_id]


def _live_entity(entity: Entity, described: Mapping[str, Any]) -> LiveEntity:
    return LiveEntity(
        entity=entity,
        native_id=str(described.get("id", "9101")),
        live_name=described.get("name", entity.name),
        ancestors=tuple(Ref(*pair) for pair in described.get("ancestors", ())),
        rules=tuple(
            LiveRule(RuleKey(Action(action), live_match(value)), value, str(number))
            for action, value, number in described.get("rules", [])
        ),
        complete=described.get("complete", True),
        settings=described.get("settings", {}),
    )


def _problem(code: Code, entity: Entity, words: str) -> Diagnostic:
    return Diagnostic(code, f"{entity.path} {words}", entity=str(entity))
