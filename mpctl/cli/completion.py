"""Completion in the shell: the entities that the policies declare."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from mpctl.diagnostics import MpctlError


def complete_entity(
    ctx: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Propose the entities that the policies declare; silent when they cannot be read."""
    from mpctl import policy  # noqa: PLC0415 - only a shell that asks pays for it
    from mpctl.providers import CAPABILITIES  # noqa: PLC0415

    root = ctx.params.get("policies") or os.environ.get("MPCTL_POLICIES") or "policies"
    try:
        repository = policy.load(Path(root), config=None, capabilities=CAPABILITIES)
    except MpctlError:
        return []
    paths = sorted(entity.path for entity in repository.desired.entities)
    return [CompletionItem(path) for path in paths if path.startswith(incomplete)]
