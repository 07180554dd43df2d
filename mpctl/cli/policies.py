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


def read_base(invocation: Invocation, revision: str) -> tuple[str, policy.Repository]:
    """Read the policies of a Git revision; gives its commit, too. See `policy.load_base`."""
    with progress_for(invocation.console) as progress:
        source, repository = policy.load_base(invocation.policies, revision, CAPABILITIES, progress)
        return source.commit, repository
