"""What differs between two documents, in words."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.difference import describe_difference

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(2, 9) | st.text("ab.'\"[", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("ab.'\"[", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)

BEFORE = {
    "messages": {"allow_spam_release": False, "allow_policy_release": True},
    "console": {"hosts": ["a", "b"]},
}


@pytest.mark.parametrize(
    ("after", "phrases"),
    [
        (BEFORE, ()),
        (
            {"messages": {"allow_spam_release": True}, "console": {"hosts": ["a", "b"]}},
            (
                "messages.allow_policy_release vanished (was true)",
                "messages.allow_spam_release changed from false to true",
            ),
        ),
        (
            {**BEFORE, "console": {"hosts": ["a"], "theme": {"dark": None}}},
            (
                'console.hosts.1 vanished (was "b")',
                'console.theme appeared ({"dark": null})',
            ),
        ),
        ({**BEFORE, "console": None}, ('console changed from {"hosts": ["a", "b"]} to null',)),
    ],
)
def test_phrases(after: Any, phrases: tuple[str, ...]) -> None:
    """Each place that vanished, appeared or changed is named with its value."""
    assert describe_difference(BEFORE, after) == phrases


def test_documents_of_different_kinds() -> None:
    """Where nothing is alike, the whole document has changed."""
    assert describe_difference({"a": 1}, []) == ('the document changed from {"a": 1} to []',)


@given(DOCUMENTS)
def test_equal_documents_do_not_differ(document: Any) -> None:
    """There is nothing to say about two equal documents."""
    assert describe_difference(document, copy.deepcopy(document)) == ()


@given(DOCUMENTS, DOCUMENTS)
def test_different_documents_differ(one: Any, other: Any) -> None:
    """Whatever differs is said, the same from run to run, and no document is changed by it."""
    left, right = copy.deepcopy((one, other))

    phrases = describe_difference(one, other)

    assert (phrases == ()) == (one == other)
    assert phrases == tuple(sorted(phrases))
    assert (one, other) == (left, right)
