"""The options that every command shares, and the value they become."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from mpctl.cli.console import Console
from mpctl.diagnostics import ExitCode
from mpctl.store.files import ensure_writable

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Invocation:
    """What the user asked for, apart from what is special to one command."""

    console: Console
    policies: Path
    config: Path | None = None
    target: str = ""
    only: tuple[str, ...] = ()

    @property
    def state_folder(self) -> Path:
        """Where this machine keeps its state: `MPCTL_STATE`, else `.mpctl` beside the root."""
        chosen = os.environ.get("MPCTL_STATE")
        return Path(chosen) if chosen else self.policies.resolve().parent / ".mpctl"


DOCUMENT_FORMATS: Final = ("text", "json", "markdown", "github")
ROW_FORMATS: Final = ("text", "json", "jsonl", "csv")


def options_with(
    formats: Sequence[str], *, selective: bool = True
) -> Callable[[Callable[..., ExitCode]], Callable[..., ExitCode]]:
    """Add the shared options to a command that writes these formats.

    Its first argument becomes the Invocation. One that is not `selective` has nothing to select
    from, and refuses --only.
    """
    shared = (*_POLICY_OPTIONS, _ONLY if selective else _NO_ONLY, _format_option(formats))

    def add(command: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
        @click.pass_obj
        @functools.wraps(command)
        def configured(console: Console, /, **options: Any) -> ExitCode:
            for name in ("format", "color", "output", "quiet", "verbose", "sandbox"):
                setattr(console, name, options.pop(name))
            console.command = click.get_current_context().info_name or "mpctl"
            ensure_writable(console.output)
            names = ("policies", "config", "target", "only")
            mine = {name: options.pop(name) for name in names if name in options}
            with _profiled(console) if options.pop("profile") else nullcontext():
                return command(Invocation(console, **mine), **options)

        for option in reversed((*shared, *_OUTPUT_OPTIONS)):
            configured = option(configured)
        return configured

    return add


def _profiled(console: Console) -> AbstractContextManager[None]:
    from mpctl.cli.profiling import profiled  # noqa: PLC0415 - only who asks pays for it

    return profiled(console)


def _obeyed_at_once(context: click.Context, option: click.Parameter, value: bool) -> bool:  # noqa: FBT001
    """Obey before another option is complained about; completion has no console."""
    if isinstance(context.obj, Console) and option.name:
        setattr(context.obj, option.name, value)
    return value


def _refuse_only(context: click.Context, _: click.Parameter, value: tuple[str, ...]) -> None:
    if value:
        raise click.UsageError("--only has nothing to select from here", context)


_PATH: Final = click.Path(path_type=Path)

POLICIES: Final = Path("policies")

_POLICY_OPTIONS: Final = (
    click.option(
        "--policies",
        type=_PATH,
        default=POLICIES,
        envvar="MPCTL_POLICIES",
        show_envvar=True,
        show_default=True,
        metavar="DIR",
        help="The folder that holds mpctl.yaml and the policies.",
    ),
    click.option(
        "--config", type=_PATH, metavar="FILE", help="Use this instead of the root's mpctl.yaml."
    ),
    click.option("--target", default="", metavar="NAME", help="Only entities of this target."),
)

_ONLY: Final = click.option(
    "--only",
    multiple=True,
    metavar="SELECTOR",
    help="Only these entities, with * and ?, as in 'domains/acme*'; repeatable.",
)
_NO_ONLY: Final = click.option(
    "--only", multiple=True, hidden=True, expose_value=False, callback=_refuse_only
)

_OUTPUT_OPTIONS: Final = (
    click.option("--output", type=_PATH, metavar="FILE", help="Write the result to a file."),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colour in text; NO_COLOR is honoured.",
    ),
    click.option("--quiet", "-q", help="No progress and no warnings.", is_flag=True),
    click.option("--verbose", "-v", help="Say every request on stderr.", is_flag=True),
    click.option("--profile", help="Say on stderr where the time went.", is_flag=True),
    click.option(
        "--sandbox",
        envvar="MPCTL_SANDBOX",
        show_envvar=True,
        help="Use embedded simulators instead of the live services.",
        is_flag=True,
        is_eager=True,
        callback=_obeyed_at_once,
    ),
)

_FORMAT_HELP: Final = {
    "github": "github: text, and findings as annotations",
    "jsonl": "jsonl: one object a line",
}


def _format_option(formats: Sequence[str]) -> Callable[[Command], Command]:
    notes = "; ".join(_FORMAT_HELP[name] for name in formats if name in _FORMAT_HELP)
    return click.option(
        "--format",
        type=click.Choice(formats),
        default="text",
        show_default=True,
        help=f"How the result is written{f'; {notes}' if notes else ''}.",
    )


common_options: Final = options_with(DOCUMENT_FORMATS)
unselective_options: Final = options_with(DOCUMENT_FORMATS, selective=False)
row_options: Final = options_with(ROW_FORMATS, selective=False)


def offline(command: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
    """Mark a command that never asks a service; it says so where it would say LIVE."""

    @functools.wraps(command)
    def apart(invocation: Invocation, /, **options: Any) -> ExitCode:
        invocation.console.offline = True
        return command(invocation, **options)

    return apart


def redact_option(command: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
    """Add `--redact`; the Console obeys it in everything that it shows."""
    return click.option(
        "--redact",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_obeyed_at_once,
        help="Shorten the local parts of addresses: al…@acme.example.",
    )(command)
