"""Two spellings of one sender are one value."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.match import Kind, Match, live_match, parse_match
from tests.strategies import DECLARABLE, NATIVE, texts_of


@given(st.sampled_from([(match, text) for match in DECLARABLE for text in texts_of(match)]))
def test_every_spelling_is_the_same_match(case: tuple[Match, str]) -> None:
    """Case, spaces, a trailing dot and Unicode labels do not change what a value matches."""
    match, text = case

    assert parse_match(text) == match
    assert live_match(text) == match


@given(st.sampled_from((*DECLARABLE, *NATIVE)))
def test_the_canonical_form_is_its_own_canonical_form(match: Match) -> None:
    """What mpctl sends is read back as the very same match."""
    assert live_match(str(match)) == match


@given(st.text(max_size=40))
def test_a_live_value_is_never_lost(text: str) -> None:
    """Any text that a service shows is a match; what no kind expresses stays verbatim."""
    match = live_match(text)

    assert match.kind is not Kind.NATIVE or match.value == text


@given(st.text(max_size=40))
def test_reading_a_live_value_twice_changes_nothing(text: str) -> None:
    """The canonical form of a canonical form is itself, for any text at all."""
    once = live_match(text)

    assert live_match(str(once)) == once
