"""A document for a pull request: the verdict, what loosens, and the rest folded by entity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, groupby
from typing import Final

from mpctl.core.stage import Stage
from mpctl.diagnostics import Diagnostic
from mpctl.render.document import Document, Excerpt, Row, Section, Table, Tone
from mpctl.render.words import count, printable
from mpctl.stages import during

# Marks of Markdown and HTML, what begins a link or a mention, and the dot after www.
_MEANINGFUL: Final = re.compile(r"[\\`*_{}\[\]<>#+!|&~@:\"]|(?<=www)\.", re.IGNORECASE)
# GitHub takes 65,536 characters; what a workflow adds around them needs room, too.
COMMENT_LIMIT: Final = 60_000
_RESERVE: Final = 1_000
_HEAD_LINES: Final = 2
_FENCE: Final = 3
_LABELS: Final = {Tone.DANGER: "🔴", Tone.CAUTION: "🟠", Tone.CALM: "🟢", Tone.MUTED: "⚪"}


@during(Stage.RENDER)
def render_markdown(document: Document, *, limit: int = COMMENT_LIMIT) -> str:
    """The whole document in GitHub's Markdown, ending in a newline.

    Of one that exceeds `limit` characters, the changes that let more mail through stay, and of the
    others only how many they are; the last line always stays.
    """
    whole = _rendered(document, [_groups(document.sections)])
    if len(whole) <= limit:
        return whole
    rows = [row for section in document.sections for row in section.rows if not row.prominent]
    left_out = (
        f"{count(len(rows), 'other change')} not shown: this would be too long for a comment."
    )
    short = _rendered(document, [*map(_prominent, [document.sections]), left_out if rows else ""])
    return short if len(short) <= limit else _cut(document, left_out if rows else "", limit)


def _rendered(document: Document, changes: Iterable[str]) -> str:
    blocks = [
        f"**{document.banner}**" if document.banner else "",
        *(
            f"### {_LABELS[document.tone]} {escaped(line)}"
            for line in _lines(document.headline)
            if line
        ),
        *changes,
        *(_table(table) for table in document.tables),
        *map(_excerpt, document.excerpts),
        _diagnostics(document.diagnostics),
        _last_line(document),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _cut(document: Document, left_out: str, limit: int) -> str:
    """As many of the loosening changes and of the findings as there is room for, and how many not.

    The end is what binds the comment to the plan, so it always stays.
    """
    frame = _rendered(replace(document, diagnostics=()), [left_out])
    room = limit - len(frame) - _RESERVE
    findings, unsaid = _fitting(
        ["\n".join(_diagnostic(one)) for one in document.diagnostics], room // 4
    )
    rows = _prominent(document.sections).split("\n")
    shown, hidden = _fitting(rows[_HEAD_LINES:], room - room // 4)
    more = [
        f"**{count(hidden, 'more change')} would let more mail through, not shown.**"
        if hidden
        else "",
        f"{count(unsaid, 'more finding')} not shown." if unsaid else "",
    ]
    table = "\n".join([*rows[:_HEAD_LINES], *shown]) if shown else ""
    changes = [table, more[0], left_out, "\n".join(findings), more[1]]
    return _rendered(replace(document, diagnostics=()), changes)


def _fitting(lines: Sequence[str], room: int) -> tuple[list[str], int]:
    """The first lines for which there is room, and how many there are besides."""
    ends = accumulate(len(line) + 1 for line in lines)
    fitting = sum(1 for end in ends if end <= room)
    return list(lines[:fitting]), len(lines) - fitting


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


def _groups(sections: Sequence[Section]) -> str:
    """Group by group; a group in which nothing lets more mail through is folded away as a whole."""
    blocks = []
    for group, members in groupby(sections, lambda section: section.group):
        inner = list(members)
        calm = not any(row.prominent for section in inner for row in section.rows)
        parts = [_prominent(inner), *(_folded(s) for s in inner if not _all_prominent(s))]
        block = "\n\n".join(part for part in parts if part)
        blocks.append(_under(group, block, folded=calm) if group else block)
    return "\n\n".join(blocks)


def _under(group: str, block: str, *, folded: bool) -> str:
    if not folded:
        return f"#### {escaped(group)}\n\n{block}"
    return f"<details><summary><b>{escaped(group)}</b></summary>\n\n{block}\n\n</details>"


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
    word = "change" if len(rows) == len(section.rows) else "other change"
    title = f"{code(section.title)}: {count(len(rows), word)}"
    stays = f"\n\n{escaped(section.footer)}" if section.footer else ""
    return f"<details><summary>{title}</summary>\n\n{table}{stays}\n\n</details>"


def _all_prominent(section: Section) -> bool:
    return all(row.prominent for row in section.rows)


def _table(table: Table) -> str:
    title = [f"{escaped(table.title)}\n"] if table.title else []
    head = [f"| {' | '.join(table.columns)} |", f"|{'---|' * len(table.columns)}"]
    rows = [f"| {' | '.join(code(cell) for cell in row)} |" for row in table.rows]
    return "\n".join([*title, *head, *rows]) if rows else "\n".join([*title, table.empty])


def _excerpt(excerpt: Excerpt) -> str:
    """Lines between fences that are longer than any row of backticks within."""
    lines = [printable(line) for line in excerpt.lines]
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(_FENCE, longest + 1)
    return "\n".join([f"{escaped(excerpt.title)}\n", fence + excerpt.language, *lines, fence])


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
