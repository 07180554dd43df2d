"""What a selection must take in: declared descendants that a selected setting would change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from mpctl.core.diff import diff
from mpctl.core.inheritance import Changing
from mpctl.core.state import DesiredEntity, LiveEntity, LiveState, Mode
from mpctl.core.voiding import Compared
from mpctl.diagnostics import Code, Diagnostic, MpctlError, Severity
from mpctl.ports import Provider


def widened(
    compared: Sequence[Compared], others: Sequence[DesiredEntity], provider: Provider, now: datetime
) -> list[Compared]:
    """Compare those settings of the others that stand below a changing one.

    Nothing else of them is planned, and only levels below are read. What is taken in may itself
    change a value for others below it, so this goes on until nothing more comes in. Raises
    MpctlError when one cannot be read, because then nobody knows what the selected change would do
    to it.
    """
    changing, taken = None, list[Compared]()
    while (now_changing := _changing([*compared, *taken], provider)) != changing:
        changing = now_changing
        taken = _reached(others, changing, provider, now)
    return taken


def _changing(compared: Sequence[Compared], provider: Provider) -> Changing:
    return Changing.of((one.plan for one in compared), provider.capabilities)


def _reached(
    others: Sequence[DesiredEntity], changing: Changing, provider: Provider, now: datetime
) -> list[Compared]:
    candidates = [narrow for other in others if (narrow := _narrowed(other, changing)).settings]
    if not candidates:
        return []
    live = provider.fetch([candidate.reads for candidate in candidates])
    return list(_below(candidates, live, changing, provider, now))


def review_errors(
    desired: DesiredEntity, live: LiveEntity, provider: Provider
) -> tuple[Diagnostic, ...]:
    """What keeps an entity from being written, found by the provider's review."""
    found = provider.review(desired, live)
    return tuple(d.about(desired.entity) for d in found if d.severity is Severity.ERROR)


def _narrowed(
    other: DesiredEntity, changing: Changing, live: LiveEntity | None = None
) -> DesiredEntity:
    """Keep of an entity only the settings that change above it, as far as that is known."""
    ancestors, scope = live.ancestors if live else None, other.entity.scope
    written = other.settings_mode is not Mode.OBSERVE
    return DesiredEntity(
        entity=other.entity,
        origin=other.origin,
        modes=other.modes,
        settings_mode=other.settings_mode,
        settings={
            name: setting
            for name, setting in other.settings.items()
            if written and changing.reaches(scope, ancestors, name)
        },
        when_missing=other.when_missing,
    )


def _below(
    candidates: Sequence[DesiredEntity],
    live: LiveState,
    changing: Changing,
    provider: Provider,
    now: datetime,
) -> Iterator[Compared]:
    for candidate in candidates:
        if candidate.entity in live.unread:
            raise MpctlError(_in_the_dark(candidate, live.unread[candidate.entity]))
        entity = live.entities.get(candidate.entity)
        desired = _narrowed(candidate, changing, entity)
        for problem in review_errors(desired, entity, provider) if entity is not None else ():
            raise MpctlError(_in_the_dark(candidate, problem))
        if entity is not None and desired.settings:
            plan = diff(desired, entity, capabilities=provider.capabilities, now=now)
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
        f"{desired.entity.path} may stand below a selected setting, but cannot be planned: "
        f"{problem.summary}",
        why="A changed setting above could change what is declared for it.",
        fix="Select without this setting, or try again when it can be read.",
        origin=desired.origin,
    )
