"""The tables of the page: written, written again, and written in part."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.figures import Figure
from benchmarks.sections import SECTIONS
from benchmarks.table import (
    BEGIN,
    END,
    Measured,
    OtherMachineError,
    blocks,
    headline,
    page,
    table,
    write,
)
from tests.docs.markdown import DOCS

MACHINE = "Sizes `whole`; 2 cores."


def _measured(name: str, measured: float, seconds: float = 12.4) -> Measured:
    figures = (Figure("it", measured, 2.0, "4 s (3 to 5)", "peer 2 s", "5 / 5"),)
    return Measured(name, "how long", f"--only {name}", figures, "2026-11-21", seconds)


def test_a_table_is_aligned_and_a_miss_is_bold() -> None:
    """The whole table as it is written; a figure without a goal cannot miss it."""
    figures = [
        Figure("wall", 2.5, 2.0, "5 s", "peer 2 s", "5 / 5"),
        Figure("speed", 25.0, 20.0, least=True),
        Figure("asked", 22, 22, unit="requests"),
        Figure("free", 3.14159),
    ]

    assert table(figures) == (
        "| what  | measured    | goal        | mpctl | beside   | runs  |\n"
        "|-------|-------------|-------------|-------|----------|-------|\n"
        "| wall  | **2.50 x**  | at most 2   | 5 s   | peer 2 s | 5 / 5 |\n"
        "| speed | 25.00 x     | at least 20 |       |          |       |\n"
        "| asked | 22 requests | at most 22  |       |          |       |\n"
        "| free  | 3.14 x      |             |       |          |       |\n"
    )


def test_a_section_names_its_command() -> None:
    """Each table says how to repeat it, how long that takes and when it was done."""
    assert "`python -m benchmarks --only served`, 12 s, 2026-11-21\n" in str(_measured("served", 1))


def test_the_headline_counts_misses_and_seconds() -> None:
    """One line for the whole page."""
    text = f"{_measured('served', 3.0, 100.0)}{_measured('growth', 1.0, 20.0)}"

    assert headline(text) == "1 of 2 goals are missed. All of it took 120 s."


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    """What stands outside the marks stays, what stands between them is written once."""
    document = tmp_path / "speed.md"
    document.write_text(f"# Speed\n\n{BEGIN}old\n{END}\nBy hand.\n", "utf-8")
    sections = [_measured("served", 3.0), _measured("growth", 1.0)]

    write(document, MACHINE, sections)
    once = document.read_text("utf-8")
    write(document, MACHINE, sections)

    assert document.read_text("utf-8") == once
    assert once.startswith(f"# Speed\n\n{BEGIN}1 of 2 goals are missed.")
    assert once.endswith(f"{END}\nBy hand.\n")
    assert "old\n" not in once


def test_a_section_is_replaced_in_its_place() -> None:
    """The others stay, in their order, and the headline is that of all."""
    before = page(MACHINE, [_measured("served", 3.0), _measured("growth", 1.0)])

    after = page(MACHINE, [_measured("served", 1.0)], before)

    assert list(blocks(after)) == ["served", "growth"]
    assert blocks(after)["growth"] == blocks(before)["growth"]
    assert after.startswith("0 of 2 goals are missed.")


def test_figures_of_two_machines_do_not_mix() -> None:
    """A part of another machine's page is refused; all of it is replaced."""
    before = page("Other machine.", [_measured("served", 3.0), _measured("growth", 1.0)])

    with pytest.raises(OtherMachineError, match="measure everything"):
        page(MACHINE, [_measured("served", 1.0)], before)

    assert MACHINE in page(MACHINE, [_measured("served", 1.0), _measured("growth", 1)], before)


def test_the_page_explains_every_section() -> None:
    """docs/speed.md says what each section measures."""
    text = (DOCS / "speed.md").read_text("utf-8")

    assert [name for name in SECTIONS if f"- **{name}**" not in text] == []
