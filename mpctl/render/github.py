"""A document for the log of a GitHub workflow: the text, then each finding on its line of the diff.

Source of the form: GitHub, "Workflow commands", sections on error, warning and notice messages and
on stopping and starting commands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mpctl.core.stage import Stage
from mpctl.diagnostics import Diagnostic, Severity
from mpctl.render.document import Document
from mpctl.render.text import render_text
from mpctl.render.words import printable
from mpctl.stages import during

_COMMANDS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}
_DATA: Final = {ord("%"): "%25", ord("\r"): "%0D", ord("\n"): "%0A"}
_PROPERTY: Final = {**_DATA, ord(":"): "%3A", ord(","): "%2C"}


@during(Stage.RENDER)
def render_github(document: Document, *, token: str) -> str:
    """The text, then one annotation per finding; ends in a newline.

    A line of a log that looks like a command is carried out, and the text holds values that anybody
    may have chosen. So it stands between marks that stop commands; `token` is a word that nobody
    can guess, fresh for each run.
    """
    text = render_text(document, color=False)
    return f"::stop-commands::{token}\n{text}::{token}::\n" + "".join(
        f"{annotation(diagnostic)}\n" for diagnostic in document.diagnostics
    )


def annotation(diagnostic: Diagnostic) -> str:
    """A finding as a workflow command; without a place it stands at the run, not at a line."""
    properties = ",".join(f"{name}={value}" for name, value in _properties(diagnostic))
    about = f"{diagnostic.entity}: " if diagnostic.entity and not diagnostic.origin else ""
    sentences = filter(None, [f"{about}{diagnostic.summary}", diagnostic.why, diagnostic.fix])
    message = "\n".join(map(printable, sentences))
    return f"::{_COMMANDS[diagnostic.severity]} {properties}::{message.translate(_DATA)}"


def _properties(diagnostic: Diagnostic) -> Iterator[tuple[str, str]]:
    if diagnostic.origin is not None:
        yield "file", diagnostic.origin.path.translate(_PROPERTY)
        yield "line", str(diagnostic.origin.line)
        yield "col", str(diagnostic.origin.column)
    yield "title", diagnostic.code.value.translate(_PROPERTY)
