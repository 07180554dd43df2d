"""Lint at a fixed time, in tests."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from mpctl.core.entity import Entity
from mpctl.policy import Findings, judge
from tests.policy.workspace import CONFIGURATION, Workspace, line_of

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def judged(
    workspace: Workspace,
    policies: str,
    section: str = "{}",
    *,
    now: datetime = NOW,
    entities: Collection[Entity] | None = None,
) -> Findings:
    """Write `p.yaml` and a section `lint`, and judge the repository."""
    workspace.write("mpctl.yaml", f"{CONFIGURATION}lint: {section}\n")
    workspace.write("p.yaml", policies)
    return judge(workspace.load(), now=now, entities=entities)


def lines(
    workspace: Workspace, policies: str, section: str = "{}", *, now: datetime = NOW
) -> list[str]:
    """The findings, a line each."""
    return [line_of(d) for d in judged(workspace, policies, section, now=now).diagnostics]


def codes(
    workspace: Workspace, policies: str, section: str = "{}", *, now: datetime = NOW
) -> list[str]:
    """The codes of the findings."""
    return [d.code.value for d in judged(workspace, policies, section, now=now).diagnostics]
