"""Rows become JSON, lines or CSV one by one, and no stranger's text is obeyed by anything."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.diagnostics import Code, Diagnostic, ExitCode
from mpctl.render.rows import Csv, JsonLines, JsonObject, RowFormat

PROBLEM = Diagnostic(Code.UNAVAILABLE, "no answer")
ROWS = st.lists(st.fixed_dictionaries({"id": st.text(), "to": st.lists(st.text(), max_size=2)}))


def written(form: RowFormat, rows: list[dict[str, Any]], *, complete: bool = True) -> str:
    """Everything that a listing writes."""
    code = ExitCode.DONE if complete else ExitCode.STOPPED
    end = form.end(complete=complete, exit_code=code, diagnostics=() if complete else (PROBLEM,))
    return "".join([form.begin(), *map(form.row, rows), end])


@given(ROWS)
def test_an_object(rows: list[dict[str, Any]]) -> None:
    """The pieces make one object, with a line for each row, and nothing but ASCII."""
    text = written(JsonObject("logs", "LIVE"), rows)

    assert text.isascii()
    assert len(text.splitlines()) == 2 + len(rows)
    assert json.loads(text) == {
        "format_version": 1,
        "command": "logs",
        "environment": "LIVE",
        "entries": rows,
        "complete": True,
        "exit_code": 0,
        "diagnostics": [],
    }


def test_an_object_that_was_cut() -> None:
    """The end says that something is missing, and why."""
    document = json.loads(written(JsonObject("logs", "SANDBOX"), [{"id": "1"}], complete=False))

    assert (document["complete"], document["exit_code"]) == (False, 1)
    assert document["environment"] == "SANDBOX"
    assert [one["code"] for one in document["diagnostics"]] == ["unavailable"]


@given(ROWS)
def test_lines(rows: list[dict[str, Any]]) -> None:
    """Each line is an object of its own, whatever is in it."""
    lines = written(JsonLines("LIVE"), rows).splitlines()

    assert list(map(json.loads, lines)) == [{"environment": "LIVE", **row} for row in rows]


@given(ROWS)
def test_csv(rows: list[dict[str, Any]]) -> None:
    """Every row has its line and its cells, and no cell begins a formula or moves a cursor."""
    text = written(Csv(["id", "to"], "LIVE"), rows)
    head, *body = csv.reader(io.StringIO(text))

    assert head == ["environment", "id", "to"]
    assert [len(row) for row in body] == [3] * len(rows)
    assert text.count("\r\n") == len(rows) + 1
    assert text.replace("\r\n", "").isprintable()
    assert not any(cell.lstrip()[:1] in set("=+-@") - {""} for row in body for cell in row if cell)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("plain", "plain"),
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+49 30", "'+49 30"),
        (" -1", "' -1"),
        ("@cmd", "'@cmd"),
        ("\t=1", "'\\t=1"),
        ("\r\nx", "'\\r\\nx"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("\udc80", "\\udc80"),
        (["a", "b"], "a; b"),
        (["=a", "b"], "'=a; b"),
        ([], ""),
        (None, ""),
        (640, "640"),
    ],
)
def test_cells(value: Any, cell: str) -> None:
    """What looks like a formula gets an apostrophe; what is not printable is escaped."""
    (_, row) = csv.reader(io.StringIO(written(Csv(["x"], "LIVE"), [{"x": value}])))

    assert row == ["LIVE", cell]
