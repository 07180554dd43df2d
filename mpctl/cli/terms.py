"""On which terms a plan is carried out: the options of every command that may write a plan."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from mpctl.cli.expectation import Expectation
from mpctl.cli.lifting import Lifted, lifting_options
from mpctl.cli.place import journal_option, lock_option
from mpctl.core.plan import Plan
from mpctl.diagnostics import ExitCode


@dataclass(frozen=True, slots=True)
class Terms:
    """Whether it writes at all, what was reviewed, what is lifted, and where it is recorded.

    `journal` is the folder of the journals, None for the usual one; `lock_timeout` is in seconds.
    """

    confirm: bool
    expectation: Expectation | None
    lifted: Lifted
    journal: Path | None
    lock_timeout: float

    def holding_to(self, reviewed: Plan | None, *, hint: str = "") -> Terms:
        """These terms, and the plan must equal the one that was reviewed, where there is one.

        Raises MpctlError (bad usage) when --expect names another plan.
        """
        digest = self.expectation.digest if self.expectation else None
        return replace(self, expectation=Expectation.of(digest, reviewed, hint=hint))


def terms_options(command: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
    """Add these options to a command, which gets them as `terms`."""

    @functools.wraps(command)
    def on_terms(*arguments: Any, expect: str | None, **options: Any) -> ExitCode:
        names = ("confirm", "lifted", "journal", "lock_timeout")
        mine = {name: options.pop(name) for name in names}
        terms = Terms(expectation=Expectation.of(expect, None), **mine)
        return command(*arguments, terms=terms, **options)

    for option in reversed(_OPTIONS):
        on_terms = option(on_terms)
    return on_terms


_OPTIONS: tuple[Callable[[Callable[..., ExitCode]], Callable[..., ExitCode]], ...] = (
    click.option(
        "--expect",
        metavar="DIGEST",
        help="Refuse unless the plan has this digest (12 digits or more).",
    ),
    lifting_options,
    journal_option,
    lock_option,
    click.option("--confirm", is_flag=True, help="Really write. Without it nothing is written."),
)
