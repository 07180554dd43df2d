"""Which account of a service a target means, where one key sees several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mpctl.credentials.service import SERVICES, Service
from mpctl.credentials.sharing import listed, siblings_of
from mpctl.credentials.target import Target
from mpctl.diagnostics import Code, Diagnostic, MpctlError


def account(
    target: Target,
    written: str,
    *,
    targets: Iterable[Target],
    environment: Mapping[str, str],
    services: Mapping[str, Service] = SERVICES,
) -> str:
    """The account that `mpctl.yaml` names, else that of the service's variable; empty for neither.

    Raises MpctlError when the variable could be meant for several targets.
    """
    variable = services[target.provider].account_variable
    named = environment.get(variable, "").strip() if variable else ""
    if written or not named:
        return written
    siblings = siblings_of(target, targets)
    if len(siblings) > 1:
        raise MpctlError(
            Diagnostic(
                Code.NO_CREDENTIALS,
                f"the variable {variable} is set, and nobody can tell whose account it names: "
                f"{listed(siblings)} are targets of {target.provider}",
                why="In the wrong account, one customer's rules would go to another.",
                fix=f"Write account: into target {target.name!r} in mpctl.yaml.",
                origin=target.origin,
            )
        )
    return named
