"""The page about the promises is true: each has its tests, and they exist."""

from __future__ import annotations

import ast
import re

import pytest

from tests.docs.markdown import REPOSITORY, pages, sections

PROMISES = {
    title: text
    for title, text in sections(pages()["docs/promises.md"], level=2).items()
    if title[0].isdigit()
}
TESTS = re.compile(r"^- `(tests/[\w/]+\.py)::(test_\w+)`$", re.MULTILINE)


def test_there_are_nine_promises() -> None:
    """Each has a number, in order."""
    assert [title.partition(". ")[0] for title in PROMISES] == [str(n) for n in range(1, 10)]


@pytest.mark.parametrize("title", PROMISES)
def test_every_promise_names_tests_that_exist(title: str) -> None:
    """Each named test is a function of the named file, and there is at least one."""
    named = TESTS.findall(PROMISES[title])

    assert len(named) == PROMISES[title].count("\n- ") >= 1
    for file, function in named:
        tree = ast.parse((REPOSITORY / file).read_text("utf-8"))
        defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert function in defined, f"{file} has no {function}"
