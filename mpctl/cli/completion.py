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
        repository = policy.load(
            Path(root), config=ctx.params.get("config"), capabilities=CAPABILITIES
        )
    except MpctlError:
        return []
    default = ctx.params.get("target") or repository.configuration.default_target
    names = sorted(
        entity.path if entity.target == default else str(entity)
        for entity in repository.desired.entities
    )
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
