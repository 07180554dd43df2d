"""Cells in columns that a terminal can hold: measured as they are shown, cut where they must be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

# No column is cut to less than this; rather, each row takes two lines.
_LEAST: Final = 14
_GAP: Final = 2
_ELLIPSIS: Final = "…"

Cells = Sequence[str]


def in_columns(rows: Sequence[Cells], elastic: frozenset[int], width: int | None) -> list[str]:
    """The rows as lines, each column as wide as its widest cell; the cells are printable.

    What exceeds `width` is cut from the columns that are `elastic`. Where that would leave nothing
    to read, the elastic columns of each row get a line of their own.
    """
    widths = [max(map(cell_width, column)) for column in zip(*rows, strict=True)]
    if width is None or _total(widths) <= width or not elastic:
        return [_line(row, widths) for row in rows]
    stretch = [i for i in range(len(widths)) if i in elastic]
    firm = [i for i in range(len(widths)) if i not in elastic]
    room = width - _total([widths[i] for i in firm]) - _GAP
    if room >= _total([min(widths[i], _LEAST) for i in stretch]):
        for i, share in zip(stretch, _squeezed([widths[i] for i in stretch], room), strict=True):
            widths[i] = share
        return [_line(row, widths) for row in rows]
    return list(_two_lines(rows, firm, stretch, widths, width))


def cell_width(text: str) -> int:
    """How many columns of a terminal a printable text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - slow to import, and seldom needed

    return cell_len(text)


def cut(text: str, width: int) -> str:
    """The text, with an ellipsis at its end where it would take more than `width` columns."""
    if cell_width(text) <= width:
        return text
    if text.isascii():
        return text[: width - 1] + _ELLIPSIS
    from rich.cells import set_cell_size  # noqa: PLC0415

    return set_cell_size(text, width - 1) + _ELLIPSIS


def _two_lines(
    rows: Sequence[Cells], firm: list[int], stretch: list[int], widths: list[int], width: int
) -> Iterator[str]:
    margin = " " * _GAP
    shares = _squeezed([widths[i] for i in stretch], width - _GAP)
    for row in rows:
        yield _line([row[i] for i in firm], [widths[i] for i in firm])
        yield margin + _line([row[i] for i in stretch], shares)


def _squeezed(widths: Sequence[int], room: int) -> list[int]:
    """The widths, of which the widest give way until all fit with their gaps."""
    room -= _GAP * (len(widths) - 1)
    shares = [min(width, room) for width in widths]
    while sum(shares) > room and max(shares) > 1:
        shares[shares.index(max(shares))] -= 1
    return shares


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * max(0, len(widths) - 1)


def _line(cells: Cells, widths: Sequence[int]) -> str:
    return (" " * _GAP).join(map(_padded, cells, widths)).rstrip()


def _padded(text: str, width: int) -> str:
    shown = cut(text, width)
    return shown + " " * (width - cell_width(shown))
