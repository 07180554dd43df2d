"""The figures as tables, for a terminal and for the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure

BEGIN: Final = "<!-- benchmarks: begin -->\n"
END: Final = "<!-- benchmarks: end -->\n"
_HEADS: Final = ("what", "measured", "goal", "mpctl", "beside", "runs")
_DIGITS: Final = {"requests": 0}
_BLOCK: Final = re.compile(r"^### ([a-z]+): .*\n(?:(?!### ).*\n)*", re.MULTILINE)
_TOOK: Final = re.compile(r"^`python -m benchmarks .*`, (\d+) s", re.MULTILINE)


class OtherMachineError(Exception):
    """A page holds figures of another machine, which figures of this one must not join."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one section, what chose them, the day, and how many seconds it all took."""

    name: str
    title: str
    options: str
    figures: tuple[Figure, ...]
    day: str
    seconds: float

    def __str__(self) -> str:
        command = f"`python -m benchmarks {self.options}`"
        return (
            f"### {self.name}: {self.title}\n\n"
            f"{command}, {self.seconds:.0f} s, {self.day}\n\n{table(self.figures)}\n"
        )


def show(measured: Measured, terminal: Console) -> None:
    """Print a section: as Markdown, or where somebody reads it in the width that there is."""
    if not terminal.is_terminal:
        terminal.file.write(str(measured))
        terminal.file.flush()
        return
    grid = Table(*_HEADS, title=f"{measured.name}: {measured.title}", title_justify="left")
    for figure in measured.figures:
        grid.add_row(*_cells(figure))
    terminal.print(grid, markup=False)


def table(figures: Iterable[Figure]) -> str:
    """A Markdown table with aligned columns; a figure that misses its goal is in bold."""
    rows = [_HEADS, *map(_cells, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|\n"
    return "".join([lines[0], rule, *lines[1:]])


def page(machine: str, sections: Iterable[Measured], before: str = "") -> str:
    """All sections, put into those of an earlier page; `before` is empty for none.

    Raises OtherMachineError when that page is of another machine and keeps a section.
    """
    new = {section.name: str(section) for section in sections}
    must_join(machine, new, before)
    merged = "".join({**blocks(before), **new}.values())
    return f"{headline(merged)}\n\n{machine}\n\n{merged}"


def must_join(machine: str, names: Iterable[str], before: str) -> None:
    """Raise OtherMachineError when a page keeps a section that is not of this machine."""
    if machine not in before and blocks(before).keys() - set(names):
        raise OtherMachineError(f"measure everything: the other figures are not of\n{machine}")


def blocks(text: str) -> Mapping[str, str]:
    """The sections of a page by name."""
    return {match[1]: match[0] for match in _BLOCK.finditer(text)}


def headline(text: str) -> str:
    """How many goals there are in some sections, how many are missed, how long it all took."""
    goals = len(re.findall(r"\| at (?:most|least) ", text))
    missed = len(re.findall(r"^\|[^|]*\| \*\*", text, re.MULTILINE))
    seconds = sum(map(int, _TOOK.findall(text)))
    return f"{missed} of {goals} goals are missed. All of it took {seconds} s."


def kept(document: str) -> str:
    """What stands between the marks of a document."""
    return document.partition(BEGIN)[2].partition(END)[0]


def put(document: str, text: str) -> str:
    """The document with another text between its marks."""
    before, _, rest = document.partition(BEGIN)
    return before + BEGIN + text + END + rest.partition(END)[2]


def must_fit(path: Path, machine: str, names: Iterable[str]) -> None:
    """Raise OtherMachineError when these sections could not be put into a document."""
    must_join(machine, names, kept(path.read_text("utf-8")))


def write(path: Path, machine: str, sections: Iterable[Measured]) -> None:
    """Put sections into a document, beside those that it has."""
    document = path.read_text("utf-8")
    path.write_text(put(document, page(machine, sections, kept(document))), "utf-8")


def _cells(figure: Figure) -> tuple[str, ...]:
    text = f"{figure.measured:.{_DIGITS.get(figure.unit, 2)}f} {figure.unit}"
    measured = text if figure.reached else f"**{text}**"
    return figure.what, measured, _goal(figure), figure.ours, figure.beside, figure.runs


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    return f"at {'least' if figure.least else 'most'} {figure.goal:g}"


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |\n"
