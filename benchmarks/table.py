"""The figures as a table, for a terminal and for the documentation."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure

BEGIN = "<!-- benchmarks: begin -->"
END = "<!-- benchmarks: end -->"


def table(figures: Iterable[Figure]) -> str:
    """A Markdown table; a figure that misses its goal is in bold."""
    rows = ["| what | measured | goal | from |", "|---|---|---|---|"]
    rows += [f"| {f.what} | {_measured(f)} | {_goal(f)} | {f.detail} |" for f in figures]
    return "\n".join(rows) + "\n"


def machine() -> str:
    """Where the figures come from."""
    today = datetime.now(UTC).date()
    cores, system = os.cpu_count(), platform.system()
    return (
        f"{today}, {cores} cores, {system} on {platform.machine()}, "
        f"{platform.python_implementation()} {platform.python_version()}"
    )


def write(page: Path, text: str) -> None:
    """Put the text between the marks of a page."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{text}{END}{after}", "utf-8")


def missed(figures: Iterable[Figure]) -> Iterator[Figure]:
    """Those that are not what was aimed at."""
    return (figure for figure in figures if not figure.reached)


def _measured(figure: Figure) -> str:
    digits = 0 if figure.unit == "requests" else 2
    text = f"{figure.measured:.{digits}f} {figure.unit}"
    return text if figure.reached else f"**{text}**"


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return "none"
    word = "at least" if figure.least else "at most"
    return f"{word} {figure.goal:g}"
