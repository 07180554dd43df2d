"""What a selection must take in: declared descendants that a selected setting would change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from mpctl.core.diff import diff
from mpctl.core.entity import Ref
from mpctl.core.inheritance import exposed, setting_changes
from mpctl.core.state import DesiredEntity, LiveState
from mpctl.core.voiding import Compared
from mpctl.diagnostics import Code, Diagnostic, MpctlError, Severity
from mpctl.ports import Provider


def widened(
    compared: Sequence[Compared], others: Sequence[DesiredEntity], provider: Provider, now: datetime
) -> list[Compared]:
    """Compare the settings of those others that stand below a changing setting.

    Nothing else of them is planned. Raises MpctlError when they cannot be read, because then
    nobody knows what the selected change would do to them.
    """
    changing = {
        (one.plan.ref, change.name) for one in compared for change in setting_changes(one.plan)
    }
    names = {name for _, name in changing}
    candidates = [narrow for other in others for narrow in _narrowed(other, names)]
    if not candidates:
        return []
    live = provider.fetch([candidate.reads for candidate in candidates])
    return list(_below(candidates, live, changing, provider, now))


def _narrowed(other: DesiredEntity, names: set[str]) -> Iterator[DesiredEntity]:
    settings = {name: s for name, s in other.settings.items() if name in names}
    if settings:
        yield DesiredEntity(
            entity=other.entity,
            origin=other.origin,
            modes=other.modes,
            settings_mode=other.settings_mode,
            settings=settings,
            when_missing=other.when_missing,
        )


def _below(
    candidates: Sequence[DesiredEntity],
    live: LiveState,
    changing: set[tuple[Ref, str]],
    provider: Provider,
    now: datetime,
) -> Iterator[Compared]:
    for desired in candidates:
        if desired.entity in live.unread:
            raise MpctlError(_in_the_dark(desired, live.unread[desired.entity]))
        entity = live.entities.get(desired.entity)
        if entity is None:
            continue
        plan = diff(desired, entity, capabilities=provider.capabilities, now=now)
        if any(exposed(plan, name, changing) for name in desired.settings):
            findings = (*plan.findings, _finding(desired))
            yield Compared(desired, entity, replace(plan, findings=findings))


def _finding(desired: DesiredEntity) -> Diagnostic:
    return Diagnostic(
        Code.WIDENED,
        f"{desired.entity.path} is planned too, though it was not selected",
        why="A selected setting above it changes; its declared value is written first.",
        severity=Severity.NOTE,
        entity=str(desired.entity),
    )


def _in_the_dark(desired: DesiredEntity, problem: Diagnostic) -> Diagnostic:
    return Diagnostic(
        Code.WIDENED,
        f"{desired.entity.path} may stand below a selected setting, but cannot be read: "
        f"{problem.summary}",
        why="A changed setting above could change what is declared for it.",
        fix="Select without this setting, or try again when it can be read.",
        origin=desired.origin,
    )
