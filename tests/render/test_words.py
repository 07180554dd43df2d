"""Values from outside are shown, and do nothing else."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mpctl.render.markdown import code, escaped
from mpctl.render.words import count, listed, printable, shortened


@given(st.text())
def test_printable_text_has_no_character_that_acts(text: str) -> None:
    """Whatever goes in, no control, bidirectional or invisible character comes out."""
    shown = printable(text)

    assert shown.isprintable()
    assert not re.search("[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f]", shown)


@given(st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="\\")))
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    """Letters, digits and marks of any script are not escaped."""
    assert printable(text) == text


@given(st.text())
def test_escaped_text_has_no_mark_of_markdown_or_html(text: str) -> None:
    """Nothing that a pull request would interpret survives, except the references themselves."""
    rest = re.sub(r"&#\d+;(<!-- -->)?", "", escaped(text))

    assert not re.search(r"[\\`*_{}\[\]<>#+!|&~@:]|www\.", rest, re.IGNORECASE)


@given(st.sampled_from("@#"), st.text("abc123", min_size=1))
def test_marks_of_mentions_and_issues_stand_apart(mark: str, word: str) -> None:
    """A mention or an issue number is broken up by an empty comment."""
    assert escaped(mark + word) == f"&#{ord(mark)};<!-- -->{word}"


@given(st.text())
def test_a_table_cell_stays_a_cell(text: str) -> None:
    """A value cannot end its row or its column."""
    assert not set("\n\r|") & set(code(text))


def test_numbers_agree_with_their_nouns() -> None:
    """One thing is singular, none and several are plural, zero parts are left out."""
    assert [count(n, "rule") for n in (0, 1, 2)] == ["0 rules", "1 rule", "2 rules"]
    assert count(2, "entity", "entities") == "2 entities"
    assert listed([(2, "to add"), (0, "to remove"), (1, "kept")]) == "2 to add, 1 kept"


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_shortened_text_fits(text: str, limit: int) -> None:
    """A shortened text is never longer than its limit, and says that it was cut."""
    short = shortened(text, limit)

    assert len(short) <= limit
    assert short == text or short.endswith("…")
