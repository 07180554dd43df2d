"""Find the key of a target, or say everywhere it was looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mpctl.credentials.misconfiguration import refuse_misconfiguration
from mpctl.credentials.places import Search
from mpctl.credentials.secret import Secret
from mpctl.credentials.service import SERVICES, Service
from mpctl.credentials.sharing import refuse_shared_variable, siblings_of
from mpctl.credentials.source import Nothing, Place
from mpctl.credentials.target import Target
from mpctl.diagnostics import Code, Diagnostic, MpctlError, Severity
from mpctl.program import Run, run_program


@dataclass(frozen=True, slots=True)
class Found:
    """The fields of a credential, all from one place, and what is worth a warning."""

    secrets: Mapping[str, Secret]
    warnings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Miss:
    """A source that was asked in vain; `expected` where it looks like one that is not in use."""

    said: str
    hint: str
    expected: bool


def find(
    target: Target,
    *,
    targets: Iterable[Target],
    folder: Path,
    environment: Mapping[str, str],
    run: Run = run_program,
    services: Mapping[str, Service] = SERVICES,
) -> Found:
    """Find the credential of a target; `targets` are all that are configured.

    Raises MpctlError naming every source that was asked and never any part of a key.
    """
    service = services[target.provider]
    siblings = siblings_of(target, targets)
    refuse_misconfiguration(target, service)
    refuse_shared_variable(target, siblings, service, environment)
    search = Search(target, siblings, service, folder, environment, run)
    missed: list[_Miss] = []
    for place in search.places():
        secrets, misses = _ask(place)
        if not misses:
            return Found(secrets, tuple(_warnings(target, missed, secrets)))
        missed += misses
    raise MpctlError(_no_key(target, service, missed))


def _ask(place: Place) -> tuple[Mapping[str, Secret], list[_Miss]]:
    secrets: dict[str, Secret] = {}
    missing: dict[str, Nothing] = {}
    for field, source in place.items():
        try:
            secrets[field] = source.look()
        except Nothing as nothing:
            missing[field] = nothing
    said = [_miss(place[field].name, field, missing[field], secrets) for field in missing]
    return secrets, list(dict.fromkeys(said))


def _miss(source: str, field: str, nothing: Nothing, beside: Mapping[str, Secret]) -> _Miss:
    """What to say of a field that a place lacks; `beside` are those that it has."""
    said = f"{source} {nothing.reason}"
    if not beside:
        return _Miss(said, nothing.hint, nothing.expected)
    said += f", so {field} is missing beside {' and '.join(beside)}"
    return _Miss(said, nothing.hint, expected=False)


def _warnings(
    target: Target, missed: Iterable[_Miss], secrets: Mapping[str, Secret]
) -> Iterator[Diagnostic]:
    """A source in use that failed is worth saying, even if a later one gave the key."""
    used = ", ".join(dict.fromkeys(secret.source for secret in secrets.values()))
    for miss in missed:
        if not miss.expected:
            yield Diagnostic(
                Code.NO_CREDENTIALS,
                f"target {target.name!r} uses the key from {used}, because {miss.said}",
                why="That may be the key of another account than you meant.",
                fix=miss.hint,
                severity=Severity.WARNING,
            )
    yield from dict.fromkeys(one for secret in secrets.values() for one in secret.cautions)


def _no_key(target: Target, service: Service, missed: Sequence[_Miss]) -> Diagnostic:
    reasons = dict.fromkeys(miss.said for miss in missed)
    hints = dict.fromkeys(miss.hint for miss in missed if miss.hint)
    return Diagnostic(
        Code.NO_CREDENTIALS,
        f"target {target.name!r} has no key: {'; '.join(reasons)}",
        why="Without a key nothing can be read, so nothing was sent.",
        fix=" ".join([*hints, service.where, "To try mpctl without an account, add --sandbox."]),
    )
