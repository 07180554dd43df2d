"""The parts of an entity held against each other."""

from __future__ import annotations

import pytest

from tests.policy.workspace import Workspace

SETS = """\
ruleset: spam
block: [spammer.example, bulk.example]
---
ruleset: friends
allow: [bulk.example]
"""


@pytest.fixture(autouse=True)
def _sets(workspace: Workspace) -> None:
    workspace.write("sets.yaml", SETS)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(
            "entity: domains/a.example\nblock: [v.example]\nallow: [V.example]\n",
            "3:9: error[contradiction]: "
            "'V.example' is in block at policies/p.yaml:2:9 and in allow at policies/p.yaml:3:9",
            id="both lists",
        ),
        pytest.param(
            "entity: domains/a.example\ninclude: [spam]\nallow: [bulk.example]\n",
            "3:9: error[contradiction]: 'bulk.example' is in allow at policies/p.yaml:3:9 "
            "and in block at policies/sets.yaml:2:26",
            id="own and included",
        ),
        pytest.param(
            "entity: domains/a.example\ninclude: [spam, friends]\n",
            "2:1: error[contradiction]: 'bulk.example' is in block at policies/sets.yaml:2:26 "
            "and in allow at policies/sets.yaml:5:9",
            id="two rule sets",
        ),
        pytest.param(
            "entity: domains/a.example\nabsent: {block: [v.example]}\nblock: [v.example]\n",
            "2:18: error[contradiction]: 'v.example' must be absent from block here "
            "and is declared at policies/p.yaml:3:9",
            id="declared and absent",
        ),
        pytest.param(
            "entity: domains/a.example\ninclude: [spam]\nignore: ['*.example']\n",
            "3:10: error[ignored-rule]: '*.example' ignores 'spammer.example', "
            "declared at policies/sets.yaml:2:9 and 1 more",
            id="declared and ignored",
        ),
        pytest.param(
            "entity: domains/a.example\ninclude: [spam]\nexcept: ['no value']\n",
            "3:10: error[useless-except]: 'no value' is in no included rule set",
            id="exception from nothing",
        ),
        pytest.param(
            "entity: domains/a.example\nblock: [v.example]\nexcept: [v.example]\n",
            "3:10: error[useless-except]: 'v.example' is in no included rule set",
            id="exception from own rules",
        ),
    ],
)
def test_contradictions(workspace: Workspace, content: str, problem: str) -> None:
    """Whatever denies itself is an error that names both places."""
    assert workspace.problems(content) == [f"p.yaml:{problem}"]


def test_a_contradictory_set_is_reported_once(workspace: Workspace) -> None:
    """A contradiction within a rule set is the set's, not that of every entity that includes it."""
    assert workspace.problems(
        "entity: domains/a.example\ninclude: [both]\nexcept: [other.example]\n",
        both="ruleset: both\nallow: [v.example]\nblock: [v.example]\n",
    ) == [
        (
            "both.yaml:3:9: error[contradiction]: 'v.example' is in allow at "
            "policies/both.yaml:2:9 and in block at policies/both.yaml:3:9"
        )
    ]


def test_a_broken_document_is_not_held_against_itself(workspace: Workspace) -> None:
    """A misspelt `except` is one error, not also the contradictions that it should have lifted."""
    assert workspace.problems(
        "entity: domains/a.example\ninclude: [spam]\nexecpt: [bulk.example]\n"
        "allow: [bulk.example]\n"
    ) == ["p.yaml:3:1: error[unknown-key]: 'execpt' is not a key of an entity"]


def test_an_unnamed_set_is_not_blamed_on_those_who_include_it(workspace: Workspace) -> None:
    """A rule set whose name is in error may be any set that an entity asks for."""
    assert workspace.problems(
        "entity: domains/a.example\ninclude: [mine, yours]\n",
        q="ruleset: [mine]\n",
        r="ruleset: 5\n",
    ) == [
        "q.yaml:1:10: error[wrong-type]: 'ruleset' is a list, expected text",
        "r.yaml:1:10: error[wrong-type]: 'ruleset' is the number 5, expected text",
    ]


def test_an_unnamed_entity_is_still_read(workspace: Workspace) -> None:
    """Where it is not clear what a document is about, its rules are checked all the same."""
    assert workspace.problems("entity: ''\nallow: [vendor]\nsettings: {a: b}\n") == [
        "p.yaml:1:9: error[empty-key]: 'entity' is empty",
        "p.yaml:2:9: error[invalid-value]: 'vendor' is not a domain name",
    ]
