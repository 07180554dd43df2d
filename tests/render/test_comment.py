"""A comment on a pull request: what is too long keeps what is dangerous, and counts the rest."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.diagnostics import Code, Diagnostic, Severity
from mpctl.render import Document, render_markdown
from mpctl.render.document import Row, Section, Tone
from mpctl.render.markdown import COMMENT_LIMIT

GITHUB_LIMIT = 65_536


def row(number: int, *, loosens: bool, name: str = "sender") -> Row:
    """A change; its source and note are as long as they usually are."""
    effect = "loosens" if loosens else "tightens"
    tone = Tone.DANGER if loosens else Tone.CALM
    source, note = f"policies/acme.yaml:{number}", f"HD-{number}"
    return Row("+", f"block  {name}-{number}.example", effect, source, note, tone, loosens)


def document(
    loosening: int, others: int, *, name: str = "sender", findings: int = 0, group: str = ""
) -> Document:
    """A plan over ten entities with so many changes of both kinds."""
    rows = [
        *(row(n, loosens=True, name=name) for n in range(loosening)),
        *(row(n, loosens=False, name=name) for n in range(others)),
    ]
    sections = [
        Section(f"mailprotector:domains/{n}.example", tuple(rows[n::10]), group=group)
        for n in range(10)
    ]
    return Document(
        headline=f"{loosening} changes would let more mail through",
        summary="10 entities.",
        sections=tuple(section for section in sections if section.rows),
        diagnostics=tuple(
            Diagnostic(Code.EXPIRING, f"finding {n}", "Why.", severity=Severity.WARNING)
            for n in range(findings)
        ),
        digest="7c1f09e2a4b6d813",
    )


def lines_of(text: str) -> list[str]:
    """The rows of tables that let more mail through."""
    return [line for line in text.splitlines() if line.startswith("| 🔴")]


def test_a_plan_with_two_thousand_changes_keeps_what_loosens() -> None:
    """Every loosening change stays, of the others only the number; the digest stands last."""
    text = render_markdown(document(100, 1900))

    assert len(text) <= COMMENT_LIMIT
    assert len(lines_of(text)) == 100
    assert "1900 other changes not shown" in text
    assert text.endswith("10 entities. Plan <code>7c1f09e2a4b6d813</code>\n")


def test_too_many_loosening_changes_are_counted() -> None:
    """What does not fit is said to be hidden, with its number."""
    text = render_markdown(document(2000, 10, findings=3))

    hidden = re.search(r"\*\*(\d+) more changes would let more mail through, not shown", text)
    assert hidden is not None
    assert len(text) <= COMMENT_LIMIT
    assert len(lines_of(text)) + int(hidden[1]) == 2000
    assert "finding 2" in text
    assert text.endswith("Plan <code>7c1f09e2a4b6d813</code>\n")


@pytest.mark.parametrize("name", ["@" * 60, "é" * 200, "`|<b>" * 20])
def test_escaping_does_not_break_the_limit(name: str) -> None:
    """A value whose characters all need escaping counts by its escaped length."""
    assert len(render_markdown(document(500, 500, name=name))) <= COMMENT_LIMIT


@given(
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(0, 40),
    st.sampled_from(("", "From this change")),
    st.integers(3_000, 9_000),
)
def test_no_comment_exceeds_its_limit(
    loosening: int, others: int, findings: int, group: str, limit: int
) -> None:
    """Whatever a plan holds, the comment is within its limit and ends with the digest."""
    plan = document(loosening, others, findings=findings, group=group)

    text = render_markdown(plan, limit=limit)

    assert len(text) <= limit
    assert "7c1f09e2a4b6d813" in text.splitlines()[-1]
    hidden = re.search(r"\*\*(\d+) more change", text)
    assert len(lines_of(text)) + (int(hidden[1]) if hidden else 0) == loosening


def test_the_limit_leaves_room_below_github_s() -> None:
    """A workflow adds a marker and a link around the comment."""
    assert COMMENT_LIMIT + 4_096 < GITHUB_LIMIT


def test_a_calm_group_is_folded_and_a_dangerous_one_is_not() -> None:
    """Drift that lets more mail through stands open, other drift is folded away."""
    open_text = render_markdown(document(1, 0, group="Drift"))
    folded_text = render_markdown(document(0, 1, group="Drift"))

    assert "#### Drift" in open_text
    assert "<summary><b>Drift</b></summary>" in folded_text
