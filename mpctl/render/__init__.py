"""From values to strings: one neutral document per result, then text, Markdown or JSON of it.

Nothing here decides or prints, and every value that came from outside is escaped where it is shown.
What one command alone shows is imported from its own module: `investigation`, `messages`,
`profile`, `release`, `rows`, `runs`.
"""

from mpctl.render.document import Document, Excerpt, Table
from mpctl.render.documents import (
    apply_document,
    difference_document,
    drift_document,
    plan_document,
    statement,
)
from mpctl.render.edits import FileEdit, edit_document
from mpctl.render.github import render_github
from mpctl.render.json import render_json
from mpctl.render.lint import lint_document
from mpctl.render.markdown import render_markdown
from mpctl.render.redaction import redacted
from mpctl.render.text import render_diagnostics, render_text

__all__ = [
    "Document",
    "Excerpt",
    "FileEdit",
    "Table",
    "apply_document",
    "difference_document",
    "drift_document",
    "edit_document",
    "lint_document",
    "plan_document",
    "redacted",
    "render_diagnostics",
    "render_github",
    "render_json",
    "render_markdown",
    "render_text",
    "statement",
]
