"""Where the rows of a long listing go: into a table that is shown at the end, or straight out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from mpctl.cli.console import Console
from mpctl.cli.signals import Interruption
from mpctl.diagnostics import Diagnostic, ExitCode, MpctlError, Severity
from mpctl.render import Document, Table, redacted
from mpctl.render.document import Tone
from mpctl.render.rows import Csv, JsonLines, JsonObject, RowFormat
from mpctl.render.words import count


@dataclass(frozen=True, slots=True)
class Shown:
    """A row for programs, and for people."""

    document: Mapping[str, Any]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a listing looks like: whose it is, what its rows are called, and their columns.

    `elastic` columns may be cut to fit a screen; `fields` are the columns of CSV. `remark` gives a
    sentence about the rows, once they are read.
    """

    title: str
    noun: str
    plural: str
    columns: tuple[str, ...]
    elastic: tuple[str, ...]
    fields: tuple[str, ...]
    remark: Callable[[], str] = lambda: ""


@dataclass(frozen=True, slots=True)
class End:
    """How a listing ended; `more` says what is known of rows that were not shown."""

    complete: bool = False
    exit_code: ExitCode = ExitCode.DONE
    diagnostics: tuple[Diagnostic, ...] = ()
    more: str = ""


class Sink(Protocol):
    """Where rows go."""

    def put(self, row: Shown) -> None:
        """Take a row."""

    def close(self, end: End) -> None:
        """Write what is left, and how it ended."""


@contextmanager
def open_sink(console: Console, layout: Layout, signals: Interruption) -> Iterator[Sink]:
    """Open what the format asks for.

    A sink raises MpctlError when it cannot be written to, and ReaderGone when nobody reads on.
    """
    if console.format == "text":
        yield _TableSink(console, layout)
        return
    with console.stream() as write:
        yield _StreamSink(console, _format(console, layout), write, signals)


def _format(console: Console, layout: Layout) -> RowFormat:
    if console.format == "csv":
        return Csv(layout.fields, console.environment)
    if console.format == "jsonl":
        return JsonLines(console.environment)
    return JsonObject(console.command, console.environment)


@dataclass(slots=True)
class _TableSink:
    """Keeps its rows until it knows how wide they are; there are no more than `--limit`."""

    console: Console
    layout: Layout
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def put(self, row: Shown) -> None:
        self.rows.append(row.cells)

    def close(self, end: End) -> None:
        """Show the table; raises MpctlError when there is none because of an error."""
        if not self.rows and end.exit_code is not ExitCode.DONE:
            raise MpctlError(*end.diagnostics, exit_code=end.exit_code)
        layout = self.layout
        found = count(len(self.rows), layout.noun, layout.plural)
        document = Document(
            headline=f"{layout.title}: {found}{'' if end.complete else ', not all'}",
            summary=" ".join(filter(None, [end.more, layout.remark()])),
            tables=(Table(layout.columns, tuple(self.rows), elastic=layout.elastic),),
            diagnostics=end.diagnostics,
            banner=self.console.banner,
            tone=Tone.CALM if end.complete else Tone.CAUTION,
        )
        self.console.show(document, exit_code=end.exit_code)


class _StreamSink:
    """Writes row by row; a signal never leaves half of one behind."""

    def __init__(
        self,
        console: Console,
        form: RowFormat,
        write: Callable[[str], None],
        signals: Interruption,
    ) -> None:
        self._console = console
        self._format = form
        self._write = write
        self._signals = signals
        self._before = form.begin()

    def put(self, row: Shown) -> None:
        document = redacted(row.document) if self._console.redact else row.document
        self._put(self._format.row(document))

    def close(self, end: End) -> None:
        told = redacted(end.diagnostics) if self._console.redact else end.diagnostics
        last = self._format.end(complete=end.complete, exit_code=end.exit_code, diagnostics=told)
        self._put(last)
        if self._console.format != "json":
            # The console shortens what it is told by itself.
            errors = tuple(d for d in end.diagnostics if d.severity is Severity.ERROR)
            self._console.complain(errors)
            self._console.warn(tuple(d for d in end.diagnostics if d not in errors))

    def _put(self, text: str) -> None:
        with self._signals.held_off():
            before, self._before = self._before, ""
            self._write(before + text)
