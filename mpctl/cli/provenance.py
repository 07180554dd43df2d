"""Where an apply comes from: the commit that `guards.apply_from` asks for."""

from __future__ import annotations

from mpctl.cli.options import Invocation
from mpctl.diagnostics import Code, Diagnostic, Severity
from mpctl.policy import Configuration, enforce


def hold_to_checkout(
    invocation: Invocation, configuration: Configuration
) -> tuple[Diagnostic, ...]:
    """Refuse to write from another commit than that; gives what there is to say otherwise.

    Raises MpctlError. The sandbox has no service to protect, so there it is only said.
    """
    apply_from = configuration.guards.apply_from
    if apply_from is None:
        return ()
    if invocation.console.sandbox:
        return (
            Diagnostic(
                Code.WRONG_CHECKOUT,
                f"apply_from is not enforced in the sandbox; live, this must be {apply_from.ref}",
                severity=Severity.NOTE,
            ),
        )
    enforce(apply_from, invocation.policies, invocation.config)
    return ()
