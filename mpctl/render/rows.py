"""Listings that are written row by row, however many rows there are: JSON, JSON lines, CSV.

What stands in the rows was chosen by strangers, so nothing but ASCII is written as it is in JSON,
and in CSV no cell is left that a screen or a spreadsheet would obey.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from mpctl.core.codec import FORMAT_VERSION, diagnostic_to_json
from mpctl.diagnostics import Diagnostic, ExitCode
from mpctl.render.words import printable

# What makes a spreadsheet take a cell for a formula.
_FORMULA: Final = frozenset("=+-@\t\r\n")

Document = Mapping[str, Any]


class RowFormat(Protocol):
    """A listing as text, piece by piece: one beginning, any number of rows, one end."""

    def begin(self) -> str:
        """What stands before the rows."""

    def row(self, row: Document) -> str:
        """One row."""

    def end(self, *, complete: bool, exit_code: ExitCode, diagnostics: Sequence[Diagnostic]) -> str:
        """What stands after the rows."""


class JsonObject:
    """One object as `result.schema.json` describes it; its rows stand under `entries`."""

    def __init__(self, command: str, environment: str) -> None:
        self._command = command
        self._environment = environment
        self._separator = "\n"

    def begin(self) -> str:
        """Open the object and its list."""
        head = {
            "format_version": FORMAT_VERSION,
            "command": self._command,
            "environment": self._environment,
        }
        return f'{json.dumps(head)[:-1]}, "entries": ['

    def row(self, row: Document) -> str:
        """One entry on a line of its own."""
        separator, self._separator = self._separator, ",\n"
        return separator + json.dumps(row)

    def end(self, *, complete: bool, exit_code: ExitCode, diagnostics: Sequence[Diagnostic]) -> str:
        """Close both, and say whether that was all."""
        tail = {
            "complete": complete,
            "exit_code": int(exit_code),
            "diagnostics": [diagnostic_to_json(diagnostic) for diagnostic in diagnostics],
        }
        return f"\n], {json.dumps(tail)[1:]}\n"


class JsonLines:
    """One object a line; whether that was all, the exit code tells."""

    def __init__(self, environment: str) -> None:
        self._environment = environment

    def begin(self) -> str:
        """Nothing."""
        return ""

    def row(self, row: Document) -> str:
        """One line."""
        return json.dumps({"environment": self._environment, **row}) + "\n"

    def end(self, *, complete: bool, exit_code: ExitCode, diagnostics: Sequence[Diagnostic]) -> str:
        """Nothing."""
        del complete, exit_code, diagnostics
        return ""


class Csv:
    """Comma-separated values (RFC 4180) with a heading; whether that was all, the exit code tells.

    Lists are joined by `; `, objects are left out. A text that a spreadsheet would take for a
    formula is preceded by an apostrophe.
    """

    def __init__(self, columns: Sequence[str], environment: str) -> None:
        self._columns = columns
        self._environment = environment

    def begin(self) -> str:
        """The heading."""
        return _csv(["environment", *self._columns])

    def row(self, row: Document) -> str:
        """One row."""
        return _csv([self._environment, *(_cell(row[column]) for column in self._columns)])

    def end(self, *, complete: bool, exit_code: ExitCode, diagnostics: Sequence[Diagnostic]) -> str:
        """Nothing."""
        del complete, exit_code, diagnostics
        return ""


def _csv(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return printable(f"'{text}" if _is_formula(text) else text)


def _is_formula(text: str) -> bool:
    return text[:1] in _FORMULA or text.lstrip()[:1] in _FORMULA
