"""Several targets of one provider: a key must say whose it is.

With two accounts at one service, a general variable could be the key of either, and the wrong guess
writes one customer's rules into another's account. So a target claims a variable of its own by
`credentials: {env: ...}`, or names another source; and then a general variable that is set all the
same is refused, because the user may believe that it counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mpctl.credentials.service import Service
from mpctl.credentials.target import Target, key_sources, own_variables
from mpctl.diagnostics import Code, Diagnostic, MpctlError


def siblings_of(target: Target, targets: Iterable[Target]) -> Sequence[Target]:
    """The targets of the same provider, the target itself among them."""
    return [other for other in targets if other.provider == target.provider]


def refuse_shared_variable(
    target: Target, siblings: Sequence[Target], service: Service, environment: Mapping[str, str]
) -> None:
    """Raise MpctlError when a general variable is set and could be meant for this target."""
    if len(siblings) == 1 or own_variables(target):
        return
    claimed = {variable for other in siblings for variable in own_variables(other).values()}
    for field, variable in service.variables.items():
        if variable not in claimed and environment.get(variable, "").strip():
            way = service.way_with(field)
            raise MpctlError(_shared_variable(target, siblings, way, variable))


def _shared_variable(
    target: Target, siblings: Sequence[Target], way: Sequence[str], variable: str
) -> Diagnostic:
    return Diagnostic(
        Code.NO_CREDENTIALS,
        f"the variable {variable} is set, and nobody can tell whose it is: {listed(siblings)} "
        f"are targets of {target.provider}",
        why="With the key of the wrong account, one customer's rules would go to another.",
        fix=f"Unset {variable}; target {target.name!r} "
        + (
            f"has its key from {', '.join(sources)}."
            if (sources := key_sources(target))
            else f"needs {claim(target, way)} in mpctl.yaml, or another source."
        ),
        origin=target.origin,
    )


def claim(target: Target, fields: Sequence[str]) -> str:
    """What to write so that the target claims variables of its own for these fields."""
    name = "".join(c if c.isascii() and c.isalnum() else "_" for c in target.name)
    claimed = ", ".join(f"{field}: {f'{name}_{field}'.upper()}" for field in fields)
    return f"credentials: {{env: {{{claimed}}}}}"


def listed(targets: Iterable[Target]) -> str:
    """The names of targets as part of a sentence: 'a', 'b' and 'c'."""
    *others, last = (repr(target.name) for target in targets)
    return f"{', '.join(others)} and {last}" if others else last
