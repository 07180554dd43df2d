"""The way in: the root group, the one error boundary, and the exit codes."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NoReturn

import click

from mpctl import __version__
from mpctl.cli.console import Console
from mpctl.cli.lazy import LazyGroup
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError

_YOUNG: Final = 100_000


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start without an account: mpctl plan --sandbox",
)
@click.version_option(__version__, prog_name="mpctl")
def root() -> None:
    """Keep email-security rules in Git, see what would change, and change it.

    Nothing is written without --confirm.
    """


def run_and_exit() -> NoReturn:
    """Be the command `mpctl`, and leave at once: the system frees memory, all of it together.

    To free what a large plan holds piece by piece takes a tenth of its time. Everything that must
    be finished is finished when `main` returns; `python -m mpctl` leaves the slow way.
    """
    code = main()
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and give the exit code; nothing below this prints an error or exits."""
    console = Console()
    code = _bounded(arguments, console)
    console.account()
    return code


def _bounded(arguments: Sequence[str] | None, console: Console) -> int:
    # Rules are many and form no cycles: searching them for garbage takes a fifth of a large plan.
    gc.set_threshold(_YOUNG, 20, 100)
    try:
        return _run(arguments, console)
    except MpctlError as error:
        console.fail(error)
        return error.exit_code
    except click.UsageError as error:
        console.fail(_usage(error))
        return ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort):
        console.say("mpctl: interrupted")
        return ExitCode.INTERRUPTED
    except Exception:  # noqa: BLE001 - the boundary: whatever else arrives here is our bug
        import traceback  # noqa: PLC0415 - slow to import, and hoped never to be needed

        console.confess(_bug(), traceback.format_exc())
        return ExitCode.BUG


def _run(arguments: Sequence[str] | None, console: Console) -> int:
    args = list(sys.argv[1:] if arguments is None else arguments)
    code = root.main(args, prog_name="mpctl", standalone_mode=False, obj=console)
    return int(code or ExitCode.DONE)


def _usage(error: click.UsageError) -> MpctlError:
    """Say click's complaint the way we say ours."""
    command = error.ctx.command_path if error.ctx else "mpctl"
    summary = error.format_message().rstrip(".")
    diagnostic = Diagnostic(Code.USAGE, summary, fix=f"See {command} --help.")
    return MpctlError(diagnostic, exit_code=ExitCode.USAGE)


def _bug() -> Diagnostic:
    return Diagnostic(
        Code.BUG,
        "this is a bug in mpctl",
        why="Nothing that you typed should lead here.",
        fix="Please report it with the lines above; they hold no keys.",
    )


if __name__ == "__main__":
    sys.exit(main())
