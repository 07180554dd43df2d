"""Where an apply comes from: the commit that `guards.apply_from` asks for."""

from __future__ import annotations

from mpctl.cli.options import Invocation
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, Severity
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


def refuse_unreviewed(
    invocation: Invocation, configuration: Configuration
) -> tuple[Diagnostic, ...]:
    """Refuse to make live what was just edited, where only reviewed policies may be.

    Raises MpctlError. The sandbox has no service to protect, so there it is only said.
    """
    apply_from = configuration.guards.apply_from
    if apply_from is None or invocation.console.sandbox:
        return hold_to_checkout(invocation, configuration)
    problem = Diagnostic(
        Code.WRONG_CHECKOUT,
        f"apply_from lets only {apply_from.ref} reach the service, and this edit is not in it",
        why="Nothing was written.",
        fix="Leave --apply out, commit the edit and have it reviewed. "
        "What cannot wait can be blocked: mpctl block.",
    )
    raise MpctlError(problem, exit_code=ExitCode.REFUSED)


def before_review(configuration: Configuration) -> tuple[Diagnostic, ...]:
    """Say that an emergency block is live before anybody reviewed it, where that is a rule."""
    apply_from = configuration.guards.apply_from
    if apply_from is None:
        return ()
    return (
        Diagnostic(
            Code.WRONG_CHECKOUT,
            f"apply_from asks for {apply_from.ref}; a block in an emergency goes before it",
            why=f"Until it is merged, an apply from {apply_from.ref} may take the block out again.",
            fix="Open the pull request now.",
            severity=Severity.WARNING,
        ),
    )
