"""Tables are cut to fit a terminal, and only there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mpctl.render import Document, Table, render_text
from mpctl.render.columns import cell_width, cut, in_columns

TABLE = Table(
    ("id", "from", "subject"),
    (
        ("7", "news@vendor.example", "Spring sale"),
        ("12", "a.very.long.name@vendor.example", "請求書をご確認ください"),
        ("13", "x@y.example", "hidden\u202eword\x1b[31m"),
    ),
    elastic=("from", "subject"),
)


def shown(width: int | None) -> str:
    """The table as text."""
    return render_text(Document("", "", tables=(TABLE,)), color=False, width=width)


def test_a_wide_terminal() -> None:
    """Where there is room nothing is cut; a wide character counts as two columns."""
    assert (
        shown(None)
        == shown(120)
        == (
            "id  from                             subject\n"
            "7   news@vendor.example              Spring sale\n"
            "12  a.very.long.name@vendor.example  請求書をご確認ください\n"
            "13  x@y.example                      hidden\\u202eword\\x1b[31m\n"
        )
    )


def test_a_narrow_terminal() -> None:
    """The widest elastic columns are cut with an ellipsis; nothing else is."""
    assert shown(40) == (
        "id  from               subject\n"
        "7   news@vendor.exam…  Spring sale\n"
        "12  a.very.long.name…  請求書をご確認く…\n"
        "13  x@y.example        hidden\\u202eword…\n"
    )


def test_a_very_narrow_terminal() -> None:
    """Where no column could be read any more, each row takes two lines."""
    assert shown(30).splitlines()[:4] == [
        "id",
        "  from           subject",
        "7",
        "  news@vendor.…  Spring sale",
    ]


def test_an_empty_table() -> None:
    """An empty table says so at any width."""
    empty = Document("", "", tables=(Table(("a",), (), elastic=("a",)),))

    assert render_text(empty, color=False, width=1) == "nothing\n"


CELLS = st.text(st.characters(categories=("L", "N", "Zs", "P", "S")), max_size=40)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1), st.integers(40, 120))
def test_any_table(rows: list[tuple[str, str, str]], width: int) -> None:
    """However wide the cells are, lines stay within the width, if they may be cut."""
    lines = in_columns(rows, frozenset({0, 1, 2}), width)

    assert max(map(cell_width, lines)) <= width
    assert len(lines) in {len(rows), 2 * len(rows)}


@given(CELLS, st.integers(2, 50))
def test_any_cut(text: str, width: int) -> None:
    """What fits stays whole, the rest ends in an ellipsis."""
    short = cut(text, width)

    assert cell_width(short) <= width
    assert short == text or short.endswith("…")
