"""Release permissions along the chain of a recipient: what decides, and where it could be granted.

A service may show values that it inherited like its own, so where one was set is known only so far:
somewhere between the highest entity that reads like the nearest one and that entity (Mailprotector
reference, section 8.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from mpctl.core.rule import SettingValue
from mpctl.core.shell import word
from mpctl.diagnostics import Code, Diagnostic, Origin, Severity, first_few

# Which permission a hold waits for (Mailprotector reference, section 8.4).
PERMITS: Final[Mapping[str, str]] = {
    "spam": "allow_spam_release",
    "policy": "allow_policy_release",
}
VIRUS: Final = "virus"
_SPAM: Final = PERMITS["spam"]


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission as one entity of a chain has it: `value` is None where it is not known.

    `origin` is where the policies declare it, or at least the entity (`declared` is then None).
    """

    path: str
    value: SettingValue | None = None
    declared: SettingValue | None = None
    origin: Origin | None = None


def effective(grants: Sequence[Grant]) -> SettingValue | None:
    """The value that counts, that of the nearest entity that has one; `grants` begin there."""
    return next((grant.value for grant in grants if grant.value is not None), None)


@dataclass(frozen=True, slots=True)
class Lack:
    """A permission that is not given: what it reads and where, and what would give it."""

    what: str
    remedy: str


def lack(name: str, grants: Sequence[Grant]) -> Lack | None:
    """Say that a permission is not given; None if it is, or if nothing is known."""
    if not grants or effective(grants) is True:
        return None
    return Lack(f"{name} is {_told(grants)}{_decided(grants)}", _remedy(name, grants))


def explain(one: Lack, numbers: Sequence[str], severity: Severity) -> Diagnostic:
    """Say which permission a release lacks, where that is decided, and what would grant it."""
    return Diagnostic(
        Code.RELEASE_NOT_PERMITTED,
        f"release of {first_few(numbers, ', ')} is not permitted: {one.what}",
        why="Granting it lets users release their own held mail, for everyone below the entity.",
        fix=one.remedy,
        severity=severity,
    )


def _told(grants: Sequence[Grant]) -> str:
    value = effective(grants)
    return "not set" if value is None else str(value).lower()


def _decided(grants: Sequence[Grant]) -> str:
    """Where the value that counts may stand: from the highest that reads alike, downwards."""
    known = [grant for grant in grants if grant.value is not None]
    if not known:
        return f" anywhere above {grants[0].path}"
    alike = list(takewhile(lambda grant: grant.value == known[0].value, known))
    nearest, highest = alike[0].path, alike[-1].path
    return f" at {nearest}" if nearest == highest else f" from {highest} down to {nearest}"


def _remedy(name: str, grants: Sequence[Grant]) -> str:
    place = grantable(grants)
    where = word(place.path)
    if place.declared is True and place.origin is not None:
        # enable-release makes this alone live, apply everything that is pending at the entity.
        alone = f"enable-release {where} --apply" if name == _SPAM else f"apply --only {where}"
        line = place.origin.line_reference
        return f"{line} grants it, and is not live yet: mpctl {alone} --confirm"
    command = f"mpctl enable-release {where}" if name == _SPAM else ""
    line = f"{name}: true below settings of {place.path}"
    if place.origin is not None:
        line = f"{name}: true at {place.origin.line_reference}"
    # No full stop behind a command: it would be copied, too.
    return f"Declare {line}, and apply{f'; or type: {command}' if command else '.'}"


def grantable(grants: Sequence[Grant]) -> Grant:
    """Where a permission is best granted, of a chain that has not got it.

    Where the policies declare it, the nearest first: live or not yet, that is what will decide.
    Else at the domain, unless something below the domain decides.
    """
    deciding = next((i for i, grant in enumerate(grants) if grant.value is not None), 0)
    for grant in grants:
        if grant.declared is not None:
            return grant
    domain = next((i for i, grant in enumerate(grants) if grant.path.startswith("domains/")), None)
    if domain is None:
        return grants[deciding]
    granted_above = grants[domain].value is True
    return grants[deciding] if granted_above else grants[domain]
