"""Reading policies, with progress for whoever waits for many files."""

from __future__ import annotations

from mpctl import policy
from mpctl.cli.options import Invocation
from mpctl.cli.progress import progress_for
from mpctl.providers import CAPABILITIES


def read_policies(invocation: Invocation, config_rev: str = "") -> policy.Repository:
    """Read the policies of the work tree; see `policy.load`."""
    with progress_for(invocation.console) as progress:
        return policy.load(
            invocation.policies,
            config=invocation.config,
            capabilities=CAPABILITIES,
            config_rev=config_rev,
            progress=progress,
        )


def read_sides(
    invocation: Invocation, base: str, *, head: str = "", config_rev: str = ""
) -> policy.Sides:
    """Read the policies of a Git revision, and those to compare them with.

    See `policy.load_sides`.
    """
    with progress_for(invocation.console) as progress:
        return policy.load_sides(
            invocation.policies,
            base,
            head=head,
            config=invocation.config,
            config_rev=config_rev,
            capabilities=CAPABILITIES,
            progress=progress,
        )
