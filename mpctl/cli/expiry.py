"""`--expired-only`: the options that narrow a plan to what has expired."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

import click

from mpctl.core.change import Cause, RuleChange
from mpctl.core.expired import ExpiredOnly
from mpctl.core.plan import Plan
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError

_REPEAT: Final = (
    "What --expired-only plans is another plan than the whole one; both need the same options."
)


def hint_for(expired: ExpiredOnly | None, reviewed: Plan | None) -> str:
    """What to think of when the plans of a review and of an apply differ, if only one is narrow."""
    planned = [c for entity in reviewed.entities for c in entity.planned] if reviewed else []
    narrow = bool(planned) and all(
        isinstance(change, RuleChange) and change.cause is Cause.EXPIRED for change in planned
    )
    return _REPEAT if expired or narrow else ""


def expiry_options(command: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
    """Add `--expired-only` and `--include-blocks`; the command gets `expired`, None without."""

    @functools.wraps(command)
    def narrowing(
        *arguments: Any, expired_only: bool, include_blocks: bool, **options: Any
    ) -> ExitCode:
        if include_blocks and not expired_only:
            summary = "--include-blocks means something only with --expired-only"
            raise MpctlError(Diagnostic(Code.USAGE, summary), exit_code=ExitCode.USAGE)
        expired = ExpiredOnly(include_blocks) if expired_only else None
        return command(*arguments, expired=expired, **options)

    for option in (
        click.option(
            "--include-blocks",
            is_flag=True,
            help="With --expired-only: expired blocks go, too, which lets mail in.",
        ),
        click.option(
            "--expired-only",
            is_flag=True,
            help="Only remove rules that have expired, and of those only allows.",
        ),
    ):
        narrowing = option(narrowing)
    return narrowing
