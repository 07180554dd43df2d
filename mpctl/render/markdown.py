"""A document for a pull request: the verdict, what loosens, and the rest folded by entity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from mpctl.diagnostics import Diagnostic
from mpctl.render.document import Document, Row, Section, Table, Tone
from mpctl.render.words import count, printable

# Marks of Markdown and HTML, what begins a link or a mention, and the dot after www.
_MEANINGFUL: Final = re.compile(r"[\\`*_{}\[\]<>#+!|&~@:\"]|(?<=www)\.", re.IGNORECASE)
_LABELS: Final = {Tone.DANGER: "🔴", Tone.CAUTION: "🟠", Tone.CALM: "🟢", Tone.MUTED: "⚪"}


def render_markdown(document: Document) -> str:
    """The whole document in GitHub's Markdown, ending in a newline."""
    blocks = [
        f"**{document.banner}**" if document.banner else "",
        *(
            f"### {_LABELS[document.tone]} {escaped(line)}"
            for line in _lines(document.headline)
            if line
        ),
        _prominent(document.sections),
        *(_folded(section) for section in document.sections if not _all_prominent(section)),
        *(_table(table) for table in document.tables),
        _diagnostics(document.diagnostics),
        _last_line(document),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def escaped(text: str) -> str:
    """Text that means nothing to Markdown or HTML, and becomes no link and no mention."""
    return _MEANINGFUL.sub(lambda found: _reference(found[0]), printable(text))


def _reference(mark: str) -> str:
    # GitHub looks for mentions and issue numbers after it has resolved references; the empty
    # comment keeps the mark apart from what follows.
    return f"&#{ord(mark)};" + ("<!-- -->" if mark in "@#" else "")


def code(text: str) -> str:
    """A value in typewriter letters; GitHub turns nothing within into a mention or a link."""
    return f"<code>{escaped(text)}</code>" if text else ""


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _prominent(sections: Iterable[Section]) -> str:
    chosen = [(section, row) for section in sections for row in section.rows if row.prominent]
    if not chosen:
        return ""
    head = "| | entity | change | effect | declared at | note |\n|---|---|---|---|---|---|"
    rows = (f"| {_label(row)} | {code(section.title)} | {_cells(row)} |" for section, row in chosen)
    return "\n".join([head, *rows])


def _folded(section: Section) -> str:
    rows = [row for row in section.rows if not row.prominent]
    head = "| | change | effect | declared at | note |\n|---|---|---|---|---|"
    table = "\n".join([head, *(f"| {_label(row)} | {_cells(row)} |" for row in rows)])
    title = f"{code(section.title)}: {count(len(rows), 'other change')}"
    stays = f"\n\n{escaped(section.footer)}" if section.footer else ""
    return f"<details><summary>{title}</summary>\n\n{table}{stays}\n\n</details>"


def _all_prominent(section: Section) -> bool:
    return all(row.prominent for row in section.rows)


def _table(table: Table) -> str:
    title = [f"{escaped(table.title)}\n"] if table.title else []
    head = [f"| {' | '.join(table.columns)} |", f"|{'---|' * len(table.columns)}"]
    rows = [f"| {' | '.join(code(cell) for cell in row)} |" for row in table.rows]
    return "\n".join([*title, *head, *rows]) if rows else "\n".join([*title, table.empty])


def _label(row: Row) -> str:
    return _LABELS[row.tone]


def _cells(row: Row) -> str:
    change = code(f"{row.sign} {row.subject}")
    return " | ".join([change, escaped(row.effect), code(row.source), escaped(row.note)])


def _diagnostics(diagnostics: tuple[Diagnostic, ...]) -> str:
    return "\n".join(line for diagnostic in diagnostics for line in _diagnostic(diagnostic))


def _diagnostic(diagnostic: Diagnostic) -> Iterator[str]:
    where = str(diagnostic.origin or diagnostic.entity or "mpctl")
    label = f"**{diagnostic.severity.value}** {code(diagnostic.code.value)}"
    yield f"- {label} {code(where)} {escaped(diagnostic.summary)}"
    for sentence in filter(None, (diagnostic.why, diagnostic.fix)):
        yield from (f"  <br>{escaped(line)}" for line in _lines(sentence))


def _last_line(document: Document) -> str:
    if not document.summary:
        return ""
    plan = f" Plan {code(document.digest)}" if document.digest else ""
    return f"{escaped(document.summary)}{plan}"
