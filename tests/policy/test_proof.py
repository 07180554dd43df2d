"""The proof of an edit: whatever else would mean something new is found, and refuses it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from mpctl.core.entity import Entity
from mpctl.core.match import parse_match
from mpctl.core.rule import Action, DeclaredRule, RuleKey
from mpctl.diagnostics import Origin
from mpctl.policy.edit import Book
from mpctl.policy.edit.proof import Meaning, prove
from mpctl.policy.edit.splice import Unsafe
from tests.policy.workspace import SERVICES, Workspace

ENTITY: Final = Entity("mailprotector", "domains", "acme.example")
BEFORE: Final = """\
entity: domains/acme.example
waive: [{code: no-reason, reason: Known, until: 2029-01-01}]
settings: {allow_spam_release: true}
allow: [{value: a.example, reason: One}]
absent: {allow: [old.example]}
ignore: [{block: "*.tmp.example"}]
---
entity: domains/globex.example
include: [pests]
allow: [b.example]
---
ruleset: pests
block: [pest.example]
---
ruleset: unused
block: [other.example]
"""
AFTER: Final = BEFORE.replace(
    "allow: [{value: a", "manage: {block: additive}\nblock: [new.example]\nallow: [{value: a"
)


def proven(workspace: Workspace, after: str) -> None:
    """Hold the text against the one before and a block of new.example."""
    books = []
    for text in (BEFORE, after):
        workspace.write("p.yaml", text)
        books.append(Book.open(Path("policies"), None, SERVICES))
    before = books[0].repository
    service = SERVICES["mailprotector"]
    key = RuleKey(Action.BLOCK, parse_match("new.example"))
    rule = DeclaredRule(key, "new.example", (Origin("", 1, 1),))
    expected = Meaning.of(before, ENTITY, service).with_rule(rule)
    prove(before, books[1].repository, ENTITY, expected, service)


def test_the_change_alone_is_proven(workspace: Workspace) -> None:
    """Places, layout and order mean nothing."""
    proven(workspace, AFTER)
    proven(workspace, "\n# moved\n" + AFTER.replace("allow: [b.example]", "allow:\n  - b.example"))


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("[new.example]", "[new2.example]"),
        ("[new.example]", "[New.example]"),
        ("[new.example]", "[new.example, more.example]"),
        ("[new.example]", "[{value: new.example, expires: 2029-01-01}]"),
        ("[new.example]", "[{value: new.example, reason: Because}]"),
        ("manage: {block: additive}\n", ""),
        ("manage: {block: additive}", "manage: {block: additive, allow: additive}"),
        ("manage: {block: additive}", "manage: {block: observe}"),
        ("reason: One", "reason: Two"),
        ("reason: One", "ticket: One"),
        ("allow: [{value: a.example, reason: One}]", "allow: []"),
        ("allow: [{value: a.example, reason: One}]\n", ""),
        ("allow_spam_release: true", "allow_spam_release: false"),
        ("absent: {allow: [old.example]}\n", ""),
        ("*.tmp.example", "*.tmp2.example"),
        ("2029-01-01", "2029-01-02"),
        ("allow: [b.example]", "allow: [b.example, c.example]"),
        ("include: [pests]\n", ""),
        ("[pest.example]", "[pest.example, pest2.example]"),
        ("[other.example]", "[other2.example]"),
        ("entity: domains/globex.example\n", "entity: domains/globex.example\nmanage: additive\n"),
        ("entity: domains/globex.example\n", "entity: domains/gloxeb.example\n"),
        ("---\nruleset: unused", "---\nentity: users/x@acme.example\n---\nruleset: unused"),
    ],
)
def test_anything_else_is_found(workspace: Workspace, written: str, instead: str) -> None:
    """Another rule, field, mode, setting, waiver, entity or rule set is not what was wanted."""
    assert written in AFTER

    with pytest.raises(Unsafe):
        proven(workspace, AFTER.replace(written, instead, 1))
