"""Where results and complaints go: format, colour, file, and the words for an error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, in_reading_order
from mpctl.store.files import write_bytes, writing

if TYPE_CHECKING:
    from mpctl.cli.profiling import Profiler
    from mpctl.cli.progress import TerminalProgress

SANDBOX_BANNER = "SANDBOX: embedded simulators, no live service"

# The formats in which a result cannot hold a problem.
_TOLD_ON_STDERR = frozenset({"text", "jsonl", "csv"})


@dataclass(slots=True)
class Console:
    """The user's wishes about output; the command line fills it in before a command runs."""

    command: str = "mpctl"
    format: str = "text"
    color: str = "auto"
    output: Path | None = None
    quiet: bool = False
    verbose: bool = False
    sandbox: bool = False
    redact: bool = False
    offline: bool = False
    profiler: Profiler | None = None
    progress: TerminalProgress | None = None

    @property
    def environment(self) -> str:
        """Whether results are about the live service, in one word."""
        if self.sandbox:
            return "SANDBOX"
        return "OFFLINE" if self.offline else "LIVE"

    def say(self, text: str) -> None:
        """Write a line beside the result, or in its place; it carries the banner."""
        self._tell(f"{text}   {self.banner}".rstrip() + "\n")

    @property
    def banner(self) -> str:
        """The line that keeps a sandbox run from being taken for a live one."""
        return SANDBOX_BANNER if self.sandbox else ""

    def show(
        self,
        document: Any,
        *,
        exit_code: ExitCode,
        diagnostics: tuple[Diagnostic, ...] = (),
        parts: Mapping[str, Any] | None = None,
    ) -> ExitCode:
        """Write a result in the chosen format and give its exit code back.

        `document` is what people read; `diagnostics` and `parts` are what the JSON object holds.
        """
        from mpctl import render  # noqa: PLC0415

        if self.redact:
            document, diagnostics, parts = render.redacted((document, diagnostics, parts))
        if self.format == "json":
            text = render.render_json(
                self.command,
                exit_code=exit_code,
                environment=self.environment,
                diagnostics=diagnostics,
                parts=parts,
            )
        elif self.format == "markdown":
            text = render.render_markdown(document)
        elif self.format == "github":
            from secrets import token_hex  # noqa: PLC0415 - slow to import, and rarely needed

            text = render.render_github(document, token=token_hex())
        else:
            text = render.render_text(
                document, color=self._colored(sys.stdout), width=self._width()
            )
        self._write(text.encode())
        return exit_code

    def fail(self, error: MpctlError) -> None:
        """Show what kept a command from its result."""
        from mpctl import render  # noqa: PLC0415

        diagnostics = tuple(in_reading_order(error.diagnostics))
        if error.exit_code is not ExitCode.USAGE and self.format not in _TOLD_ON_STDERR:
            document = render.statement(
                "Stopped before a result", diagnostics=diagnostics, banner=self.banner
            )
            self.show(document, exit_code=error.exit_code, diagnostics=diagnostics)
        else:
            self.complain(diagnostics)
            self.say(self._count(diagnostics))

    def pour(self, content: bytes) -> None:
        """Write a result that is not ours as it came; a terminal gets it printable."""
        if content and self.output is None and sys.stdout.isatty():
            from mpctl.render.text import printable_lines  # noqa: PLC0415

            text = printable_lines(content.decode("utf-8", "backslashreplace"))
            content = text.rstrip("\n").encode() + b"\n"
        self._write(content)

    def confess(self, bug: Diagnostic, details: str) -> None:
        """Show a bug of ours, with what a report of it needs."""
        from mpctl import render  # noqa: PLC0415

        self.say(self._discreet(details.rstrip("\n")))
        self._tell(render.render_diagnostics([bug], color=False))

    def warn(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        """Show warnings beside a result."""
        if diagnostics and not self.quiet:
            self.complain(diagnostics)

    def complain(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        """Show problems beside a result, also to those who want no warnings."""
        from mpctl import render  # noqa: PLC0415

        shown = render.redacted(diagnostics) if self.redact else diagnostics
        text = render.render_diagnostics(shown, color=self._colored(sys.stderr))
        self._tell(text)

    def account(self) -> None:
        """Say where the time went, when that is wanted; the last word of a command."""
        if self.profiler is not None:
            from mpctl.render.profile import profile_lines  # noqa: PLC0415

            first, *lines = profile_lines(self.profiler.profile())
            self.say(first)
            self._tell("".join(f"{line}\n" for line in lines))

    def remark(self, text: str) -> None:
        """Say something that is not part of the result, when it is wanted."""
        if self.verbose:
            self._tell(f"{self._discreet(text)}\n")

    def _tell(self, text: str) -> None:
        """Write to stderr, where a line of progress makes room."""
        if self.progress is not None:
            self.progress.clear()
        click.echo(text, err=True, nl=False)

    def _discreet(self, text: str) -> str:
        from mpctl import render  # noqa: PLC0415

        return render.redacted(text) if self.redact else text

    def _write(self, content: bytes) -> None:
        """Write the result; a result that cannot go where it should still goes somewhere."""
        try:
            if self.output is not None:
                write_bytes(self.output, content)
                return
        except MpctlError as error:
            self.warn(error.diagnostics)
        _to_stdout(content)

    @contextmanager
    def stream(self) -> Iterator[Callable[[str], None]]:
        """Give what writes a result piece by piece, to where results go.

        Raises MpctlError when that cannot be written, and ReaderGone when nobody reads any more.
        """
        if self.output is not None:
            with writing(self.output) as write:
                yield write
            return
        yield _write_text

    def _width(self) -> int | None:
        """How wide tables may be: a terminal's width, or what `COLUMNS` asks for."""
        import shutil  # noqa: PLC0415 - slow to import, and needed for tables alone

        bounded = sys.stdout.isatty() or "COLUMNS" in os.environ
        return shutil.get_terminal_size().columns if bounded and self.output is None else None

    def _colored(self, stream: Any) -> bool:
        if self.color != "auto":
            return self.color == "always"
        plain = self.output is not None and stream is sys.stdout
        unwanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return bool(stream.isatty()) and not unwanted and not plain

    @staticmethod
    def _count(diagnostics: tuple[Diagnostic, ...]) -> str:
        number = len(diagnostics)
        return f"{number} {'problem' if number == 1 else 'problems'}"


class ReaderGone(Exception):
    """Whoever read the standard output has closed it, and wants no more."""


def _to_stdout(content: bytes) -> None:
    with suppress(ReaderGone):
        _write_on(content)


def _write_text(text: str) -> None:
    _write_on(text.encode())


def _write_on(content: bytes) -> None:
    try:
        # Bytes, because a console's own encoding must not decide about the content.
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except OSError as error:
        # Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise ReaderGone from error
        raise MpctlError(_unwritable(error)) from error


def _unwritable(error: OSError) -> Diagnostic:
    return Diagnostic(
        Code.UNWRITABLE_FILE,
        f"the standard output cannot be written: {error.strerror}",
        why="The result is lost; whatever the command did is done.",
        fix="mpctl history shows what a run did.",
    )
